package import ByteStreams

/// What an OpenPGP message shows without being decrypted: to whom it is encrypted, and how it is protected.
///
/// Nothing of it is authenticated: it serves to name things, and to check what we have just encrypted ourselves.
package struct CiphertextSummary: Equatable, Sendable {
  /// The recipients' keys, one for each session key packet, in their order, whatever their version.
  package private(set) var recipients: [Recipient] = []
  /// The passphrases that can open it, one for each packet of a symmetrically encrypted session key, whatever its version.
  package private(set) var passphrases: [Passphrase] = []
  /// What the message is, by the packet after the session keys.
  package private(set) var content = Content.nothing
  /// The packets after that one, the known meaningless ones (marker, padding) left out; nil when it was not read to its end.
  package private(set) var followers: [PacketTag]?
  /// What is odd or unknown about it, each said once, in lower case without a full stop; a session key packet that is named
  /// here is not among `recipients`, so a check of our own ciphertext wants this empty.
  package private(set) var problems: [String] = []

  /// Somebody's key for whom the session key is encrypted.
  package struct Recipient: Hashable, Sendable {
    /// The key's ID, the wildcard when the sender did not want to name it.
    package let keyID: KeyID
    package let algorithm: PublicKeyAlgorithm
    /// The version of the packet: 2 (ancient), 3, or 6.
    package let version: UInt8
  }

  /// A passphrase for which the session key is encrypted.
  package struct Passphrase: Hashable, Sendable {
    /// The version of the packet: 4, 5 (GnuPG's own) or 6; 0 for an empty packet.
    package let version: UInt8
    /// The cipher with which the session key is encrypted, and the message too unless that key says otherwise; nil where it cannot be told.
    package let cipher: CipherAlgorithm?
  }

  /// What a message is.
  package enum Content: Equatable, Sendable {
    /// There is no packet after the session keys.
    case nothing
    /// Encrypted, protected like this.
    case encrypted(Protection)
    /// Not encrypted: this packet stands first.
    case clear(PacketTag)
  }

  /// How a ciphertext is protected against being altered.
  package enum Protection: Equatable, Sendable {
    /// Not at all. Source: RFC 9580 §5.7
    case none
    /// By a hash of the plaintext. Source: RFC 9580 §5.13.1
    case seipd1
    /// By authenticated encryption. Source: RFC 9580 §5.13.2
    case seipd2(CipherAlgorithm, AEADAlgorithm)
    /// By authenticated encryption, the way that GnuPG has of its own.
    case aead(CipherAlgorithm, AEADAlgorithm)
    /// By something newer than this program.
    case unknown(version: UInt8)
  }

  /// How far a message is read.
  package enum Extent: Sendable {
    /// Up to the ciphertext: fast, whatever the size.
    case upToContent
    /// To its end, so that `followers` are known.
    case all
  }

  /// Whether it is encrypted, in whatever way.
  package var isEncrypted: Bool {
    if case .encrypted = content { return true }
    return false
  }

  /// How many passphrases can open it.
  package var passphraseCount: Int { passphrases.count }

  /// The IDs of the recipients' keys, in their order.
  package var recipientKeyIDs: [KeyID] { recipients.map(\.keyID) }

  /// The most session keys for one key, for keys that are not named together, or for passphrases, that are worth a try.
  package static let likeLimit = 100

  /// Whether there are more of them: each costs the reader a try with one or with every secret key, and nobody has that many keys.
  package var isOverloaded: Bool {
    var counts: [KeyID: Int] = [:]
    for recipient in recipients { counts[recipient.keyID, default: 0] += 1 }
    return passphrases.count > Self.likeLimit || counts.values.contains { $0 > Self.likeLimit }
  }

  /// What nothing shows.
  package init() {}

  /// The most packets before the content, and after it.
  private static let packetLimit = 10_000

  /// Reads the packets of a binary message.
  ///
  /// - Throws: `malformed` when it is no OpenPGP, or is cut off; `limitExceeded` for too many packets.
  package static func read(
    from source: any ByteSource, _ extent: Extent = .upToContent
  ) throws(StreamError) -> CiphertextSummary {
    let walker = PacketWalker(source)
    var summary = CiphertextSummary()
    var count = 0
    while let header = try walker.next() {
      count += 1
      guard count <= packetLimit else { throw .limitExceeded(limit: packetLimit, what: "packets in a message") }
      if summary.content == .nothing {
        try summary.take(header.tag, walker)
        if summary.content != .nothing {
          guard extent == .all else { return summary }
          summary.followers = []
        }
      } else if header.tag != .marker, header.tag != .padding {
        summary.followers?.append(header.tag)
      }
    }
    if extent == .all, summary.followers == nil { summary.followers = [] }
    return summary
  }

  private mutating func take(_ tag: PacketTag, _ walker: PacketWalker) throws(StreamError) {
    switch tag {
    case .publicKeyEncryptedSessionKey:
      let start = try walker.body(first: 64)
      if let recipient = Recipient(packet: start) {
        recipients.append(recipient)
      } else {
        note("a session key packet of unknown version \(start.first ?? 0)")
      }
    case .symmetricKeyEncryptedSessionKey:
      passphrases.append(Passphrase(packet: try walker.body(first: 8)))
    case .marker, .padding:
      break
    case _ where tag.isEncryptedData:
      content = .encrypted(Protection(tag, packet: try walker.body(first: 4)))
      describe()
    default:
      takeClear(tag)
    }
  }

  private mutating func takeClear(_ tag: PacketTag) {
    if tag.name == nil {
      note("a \(tag)")
      if !tag.isCritical { return }
    }
    content = .clear(tag)
    if !recipients.isEmpty || !passphrases.isEmpty { note("a session key without a ciphertext") }
  }

  private mutating func describe() {
    if case .encrypted(.unknown(let version)) = content { note("a ciphertext of unknown version \(version)") }
    if case .encrypted(.none) = content { note("a ciphertext without integrity protection") }
    if recipients.isEmpty, passphrases.isEmpty { note("a ciphertext without a session key") }
  }

  private mutating func note(_ problem: String) {
    if problems.count < 20, !problems.contains(problem) { problems.append(problem) }
  }
}
