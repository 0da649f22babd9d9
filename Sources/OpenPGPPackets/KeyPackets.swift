package import ByteStreams

/// The keyblocks of one stream as they are, secret keys apart from certificates, and nothing that belongs to none of them.
///
/// gpg takes in more than keyblocks: a revocation before the first of them counts for whatever key it names, and a compressed packet
/// for all that is in it. Neither shows in a list of the keys, so neither stays. Packet headers are written anew, in today's format;
/// signatures do not cover them.
///
/// Source: RFC 9580 §10.1, §10.2
package struct KeyPackets: Sendable {
  /// The secret keys, each with all that hangs on it; empty when there is none.
  package private(set) var secretKeys: [UInt8] = []
  /// The certificates; secret subkeys below a public key are no part of one.
  package private(set) var certificates: [UInt8] = []
  /// Whether there was nothing else.
  package private(set) var isWhole = true

  /// The most bytes of one packet: a user attribute holds a picture.
  private static let packetLimit = 8 << 20

  /// - Parameter source: binary.
  /// - Throws: `malformed` when it is no OpenPGP; `limitExceeded` for one enormous packet.
  package init(_ source: any ByteSource) throws(StreamError) {
    let walker = PacketWalker(source)
    // Whether packets are a secret key's; nil before the first key.
    var isSecret: Bool?
    // Whether signatures belong to something that stays.
    var isOpen = false
    while let header = try walker.next() {
      switch header.tag {
      case .trust, .marker, .padding: continue
      case .secretKey, .publicKey:
        isSecret = header.tag == .secretKey
        isOpen = true
      case .userID, .userAttribute, .publicSubkey: isOpen = isSecret != nil
      case .secretSubkey: isOpen = isSecret == true
      case .signature: break
      default: isOpen = false
      }
      guard isOpen, let isSecret else {
        isWhole = false
        continue
      }
      let body = try walker.body(limit: Self.packetLimit, what: "one packet of a key")
      if isSecret { secretKeys += header.tag.packet(body) } else { certificates += header.tag.packet(body) }
    }
  }
}
