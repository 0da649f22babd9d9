package import ByteStreams

/// Keyblocks without the signatures that others made on them: what makes a certificate what it is stays, byte for byte.
///
/// Whose a signature is, is read off its issuer subpackets, unchecked: a forged one stays and is for gpg to throw out. Revocations
/// of a whole key stay whoever made them. Packet headers are written anew, in today's format; signatures do not cover them.
///
/// Source: RFC 9580 §5.2, §10.1
package final class SelfSignatureSource: ByteSource {
  private let walker: PacketWalker
  private let issuers: Set<KeyID>
  private var ready: [UInt8] = []
  private var offset = 0

  /// The most bytes of one packet: a user attribute holds a picture.
  private static let packetLimit = 8 << 20
  /// The type of a signature that revokes a whole key; a designated revoker may have made it.
  ///
  /// Source: RFC 9580 §5.2.1.11
  private static let keyRevocation: UInt8 = 0x20

  /// - Parameters:
  ///   - source: binary; armor goes through `DearmorSource` before.
  ///   - issuers: whose signatures stay: the primary keys of the keyblocks.
  package init(_ source: any ByteSource, keeping issuers: Set<KeyID>) {
    walker = PacketWalker(source)
    self.issuers = issuers
  }

  package func read(into buffer: inout MutableRawSpan) throws(StreamError) -> Int {
    while offset == ready.count {
      guard try takePacket() else { return 0 }
    }
    let count = min(buffer.byteCount, ready.count - offset)
    for index in 0..<count {
      buffer.storeBytes(of: ready[offset + index], toByteOffset: index, as: UInt8.self)
    }
    offset += count
    return count
  }

  /// Puts the next packet that stays into `ready`; false at the end.
  private func takePacket() throws(StreamError) -> Bool {
    while let header = try walker.next() {
      let body = try walker.body(first: Self.packetLimit + 1)
      guard body.count <= Self.packetLimit else {
        throw .limitExceeded(limit: Self.packetLimit, what: "one packet of a certificate")
      }
      // What a keyring notes about its own checks has no place in a certificate on its way.
      if header.tag == .trust || header.tag == .signature && !stays(body) { continue }
      ready = header.tag.packet(body)
      offset = 0
      return true
    }
    return false
  }

  private func stays(_ signature: [UInt8]) -> Bool {
    guard signature.count > 6 else { return false }
    switch signature[0] {
    case 3:
      // Version 3 has its fields at fixed places: length, type, four octets of time, eight of key ID.
      guard signature.count >= 15 else { return false }
      return signature[2] == Self.keyRevocation || issuers.contains(Self.keyID(signature[7..<15]))
    case 4, 5: return stays(signature, lengthOctets: 2)
    case 6: return stays(signature, lengthOctets: 4)
    default: return false
    }
  }

  /// Looks at the hashed subpackets, then at the others.
  ///
  /// Source: RFC 9580 §5.2.3
  private func stays(_ signature: [UInt8], lengthOctets: Int) -> Bool {
    if signature[1] == Self.keyRevocation { return true }
    var rest = signature[4...]
    for _ in 0..<2 {
      guard rest.count >= lengthOctets else { return false }
      let length = rest.prefix(lengthOctets).reduce(0) { $0 << 8 | Int($1) }
      rest = rest.dropFirst(lengthOctets)
      guard rest.count >= length else { return false }
      if names(rest.prefix(length)) { return true }
      rest = rest.dropFirst(length)
    }
    return false
  }

  /// True when an issuer subpacket among these names one of ours.
  ///
  /// Source: RFC 9580 §5.2.3.7, §5.2.3.12, §5.2.3.35
  private func names(_ subpackets: ArraySlice<UInt8>) -> Bool {
    var rest = subpackets
    while let first = rest.first {
      let (header, length) =
        switch first {
        case 0..<192: (1, Int(first))
        case 192..<255: (2, rest.count < 2 ? .max : (Int(first) - 192) << 8 + Int(rest[rest.startIndex + 1]) + 192)
        default: (5, rest.count < 5 ? .max : rest.dropFirst().prefix(4).reduce(0) { $0 << 8 | Int($1) })
        }
      guard length > 0, length <= rest.count - header else { return false }
      let body = rest.dropFirst(header).prefix(length)
      rest = rest.dropFirst(header + length)
      let value = body.dropFirst()
      switch (body.first.map { $0 & 0x7F }, value.count) {
      case (16, 8): if issuers.contains(Self.keyID(value)) { return true }
      case (33, 21...):
        if let keyID = KeyID(fingerprint: Array(value.dropFirst())), issuers.contains(keyID) { return true }
      default: break
      }
    }
    return false
  }

  private static func keyID(_ octets: some Sequence<UInt8>) -> KeyID {
    KeyID(octets.reduce(0) { $0 << 8 | UInt64($1) })
  }
}
