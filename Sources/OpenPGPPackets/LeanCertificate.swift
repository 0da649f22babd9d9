package import ByteStreams

/// A certificate cut down to what others need to write to its owner: the primary key, one user ID, one subkey, and the newest
/// self-signature on each.
///
/// Whose a signature is, is read off its issuer subpackets, unchecked: gpg has checked what it exports. Packet headers are written
/// anew, in today's format; signatures do not cover them.
///
/// Source: RFC 9580 §10.1; Autocrypt Level 1, "OpenPGP Based key data"
package enum LeanCertificate {
  /// The most bytes of the whole certificate that is cut.
  private static let sizeLimit = 1 << 20
  /// Types of signature that certify a user ID, and the one that binds a subkey.
  ///
  /// Source: RFC 9580 §5.2.1
  private static let certifications: ClosedRange<UInt8> = 0x10...0x13
  private static let binding: UInt8 = 0x18

  /// The five packets of a certificate; nil when it has not one of each.
  ///
  /// - Parameters:
  ///   - source: one certificate in binary, public parts only.
  ///   - keyID: the primary key's, whose signatures count.
  ///   - userID: which user ID is wanted; the first one that is.
  ///   - subkey: which subkey is wanted, by its place among them, from 0.
  /// - Throws: `malformed`, `limitExceeded`.
  package static func cut(
    _ source: any ByteSource, of keyID: KeyID, userID isWanted: ([UInt8]) -> Bool, subkey: Int = 0
  ) throws(StreamError) -> [UInt8]? {
    let walker = PacketWalker(source)
    var (primary, user, sub): (Packet?, Signed?, Signed?)
    var subkeys = 0
    var place = Place.other
    var left = sizeLimit
    while let header = try walker.next() {
      let packet = Packet(tag: header.tag, body: try walker.body(first: left + 1))
      left -= packet.body.count
      guard left >= 0 else { throw .limitExceeded(limit: sizeLimit, what: "a certificate") }
      switch packet.tag {
      case .publicKey:
        guard primary == nil else { return nil }
        primary = packet
        place = .other
      case .userID:
        place = user == nil && isWanted(packet.body) ? .user : .other
        if place == .user { user = Signed(packet) }
      case .publicSubkey:
        place = subkeys == subkey ? .sub : .other
        if place == .sub { sub = Signed(packet) }
        subkeys += 1
      case .signature:
        let summary = SignatureSummary(packet: packet.body)
        guard let type = summary.type, summary.issuer == keyID else { continue }
        switch place {
        case .user where certifications.contains(type): user?.take(packet, made: summary.created ?? 0)
        case .sub where type == binding: sub?.take(packet, made: summary.created ?? 0)
        default: break
        }
      default: place = .other
      }
    }
    guard let primary, let user = user?.packets, let sub = sub?.packets else { return nil }
    return ([primary] + user + sub).flatMap { $0.tag.packet($0.body) }
  }

  /// What the signatures that come next are on.
  private enum Place { case user, sub, other }

  private struct Packet {
    let tag: PacketTag
    let body: [UInt8]
  }

  /// A packet with the newest signature on it so far.
  private struct Signed {
    private let packet: Packet
    private var newest: (signature: Packet, made: UInt32)?

    init(_ packet: Packet) { self.packet = packet }

    mutating func take(_ signature: Packet, made: UInt32) {
      if newest.map({ $0.made <= made }) ?? true { newest = (signature, made) }
    }

    var packets: [Packet]? { newest.map { [packet, $0.signature] } }
  }
}
