package import ByteStreams

/// What a keyblock holds: one primary key and all that hangs on it, counted without checking any signature.
///
/// Source: RFC 9580 §10
package struct KeyblockSummary: Equatable, Sendable {
  /// Whether it holds secret key material.
  package let isSecret: Bool
  /// The primary key's version: 4 for nearly all, 6 for the newest, 3 for what nobody should use.
  package let version: UInt8
  package let algorithm: PublicKeyAlgorithm
  /// When the primary key says it was made, in seconds since 1970.
  package let created: UInt32
  /// The user IDs as they stand there: any bytes.
  package private(set) var userIDs: [[UInt8]] = []
  /// The key ID of the primary key as the first signature in the keyblock claims it, which is its own as a rule; nil without any.
  package private(set) var keyID: KeyID?
  /// How many user attributes (pictures) there are.
  package private(set) var userAttributeCount = 0
  package private(set) var subkeyCount = 0
  /// All signatures: of the key itself and by others.
  package private(set) var signatureCount = 0

  /// The most primary keys of one stream.
  private static let keyLimit = 10_000
  /// The most user IDs of one key.
  private static let userIDLimit = 1000
  /// The most bytes of a user ID; what is beyond is left out.
  private static let userIDLength = 2048

  /// Reads all keyblocks of a binary stream, which may be without any.
  ///
  /// - Throws: `malformed` when it is no OpenPGP, or a packet stands where none of a keyblock can; `limitExceeded`.
  package static func readAll(from source: any ByteSource) throws(StreamError) -> [KeyblockSummary] {
    let walker = PacketWalker(source)
    var keys: [KeyblockSummary] = []
    while let header = try walker.next() {
      switch header.tag {
      case .publicKey, .secretKey:
        guard keys.count < keyLimit else { throw .limitExceeded(limit: keyLimit, what: "keys at once") }
        keys.append(try KeyblockSummary(header.tag, packet: try walker.body(first: 8)))
      case .marker, .padding, .trust:
        break
      default:
        guard !keys.isEmpty else { throw .malformed("a \(header.tag) stands where a key was expected") }
        try keys[keys.count - 1].take(header.tag, walker)
      }
    }
    return keys
  }

  private init(_ tag: PacketTag, packet: [UInt8]) throws(StreamError) {
    // Versions before 4 have two more octets, a number of days, before the algorithm.
    let algorithmOffset = packet.first ?? 0 < 4 ? 7 : 5
    guard packet.count > algorithmOffset else { throw .malformed("a key packet is too short") }
    isSecret = tag == .secretKey
    version = packet[0]
    created = packet[1..<5].reduce(0) { $0 << 8 | UInt32($1) }
    algorithm = PublicKeyAlgorithm(rawValue: packet[algorithmOffset])
  }

  private mutating func take(_ tag: PacketTag, _ walker: PacketWalker) throws(StreamError) {
    switch tag {
    case .userID:
      guard userIDs.count < KeyblockSummary.userIDLimit else {
        throw .limitExceeded(limit: KeyblockSummary.userIDLimit, what: "user IDs of a key")
      }
      userIDs.append(try walker.body(first: KeyblockSummary.userIDLength))
    case .userAttribute: userAttributeCount += 1
    case .publicSubkey, .secretSubkey: subkeyCount += 1
    case .signature:
      signatureCount += 1
      if keyID == nil { keyID = SignatureSummary(packet: try walker.body(first: 1 << 12)).issuer }
    default:
      guard !tag.isCritical else { throw .malformed("a \(tag) stands in a keyblock") }
    }
  }
}
