package import ByteStreams

/// Keyblocks without the signatures that others made on them: what makes a certificate what it is stays, byte for byte.
///
/// Whose a signature is, is read off its issuer subpackets, unchecked: a forged one stays and is for gpg to throw out. Revocations
/// of a whole key stay whoever made them, since that may be a designated revoker. Packet headers are written anew, in today's format;
/// signatures do not cover them.
///
/// Source: RFC 9580 §5.2, §10.1
package final class SelfSignatureSource: ByteSource {
  private let walker: PacketWalker
  private let issuers: Set<KeyID>
  private var ready: [UInt8] = []
  private var offset = 0

  /// The most bytes of one packet: a user attribute holds a picture.
  private static let packetLimit = 8 << 20

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
    buffer.copy(ready.rawSpan.extracting(offset..<offset + count))
    offset += count
    return count
  }

  /// Puts the next packet that stays into `ready`; false at the end.
  private func takePacket() throws(StreamError) -> Bool {
    while let header = try walker.next() {
      let body = try walker.body(limit: Self.packetLimit, what: "one packet of a certificate")
      // What a keyring notes about its own checks has no place in a certificate on its way.
      if header.tag == .trust || header.tag == .signature && !stays(body) { continue }
      ready = header.tag.packet(body)
      offset = 0
      return true
    }
    return false
  }

  private func stays(_ signature: [UInt8]) -> Bool {
    let summary = SignatureSummary(packet: signature)
    return summary.revokesKey || !summary.issuers.isDisjoint(with: issuers)
  }
}
