import ByteStreams
import GPGME
import MIME
import OpenPGPPackets

extension EnvelopeWalk {
  /// Decrypts a PGP/MIME layer; false when it was refused.
  mutating func decrypt(
    _ layer: CryptoStructure.Encrypted, with engine: inout some OpeningEngine & ~Copyable
  ) throws -> Bool {
    let leaf = structure[layer.ciphertext]
    let ciphertext = EncryptedLayer.Ciphertext(bytes: bytes, range: leaf.body, encoding: leaf.transferEncoding)
    return try decrypt(
      ciphertext, seen: ciphertext.sight(), in: .encrypted, at: structure.path(of: layer.container), depth: leaf.depth,
      with: &engine)
  }

  /// Decrypts a ciphertext, which becomes the structure that the walk is in; false when it was refused.
  ///
  /// - Parameters:
  ///   - sight: what it shows; looked at first, because gpg would give out what a merely signed or literal packet holds.
  ///   - depth: how many levels of the message are around it.
  ///   - header: the header of an entity that the plaintext is the body of; empty when the plaintext is an entity.
  mutating func decrypt(
    _ ciphertext: EncryptedLayer.Ciphertext, seen sight: EncryptedLayer.Sight, in kind: VerdictLayer.Kind,
    at section: String, depth: Int, header: [UInt8] = [], with engine: inout some OpeningEngine & ~Copyable
  ) throws -> Bool {
    guard encryptionLayers < options.encryptionLayers else {
      throw OpenError.tooManyLayers(limit: options.encryptionLayers)
    }
    encryptionLayers += 1
    dropSignaturesOutside()
    guard let summary = sight.openable else {
      layers.append(VerdictLayer(kind, section: section))
      encryption = .refused(sight.refusal)
      return false
    }
    let recipients = summary.recipientKeyIDs.map(\.description)
    var ciphertext = ciphertext
    ciphertext.isFamiliarOnly = summary.isMixed
    let limit = options.expansionLimit(for: ciphertext.range.count)
    let collector = try PlaintextCollector(options, depth: depth, expansionLimit: limit, header: header)
    let (report, hasTextAround): (DecryptionReport, Bool)
    do throws(GPGMEError) {
      (report, hasTextAround) = try ciphertext.decrypt(into: collector, progress: options.progress, with: &engine)
    } catch {
      if let error = collector.parseError { throw error }
      if collector.brokeExpansionLimit { throw OpenError.expansion(limit: limit) }
      let passphrases = engine.configuration.passphrases
      guard let refusal = DecryptionRefusal(error, of: summary, passphrases: passphrases) else { throw error }
      layers.append(VerdictLayer(kind, section: section, recipients: recipients))
      encryption = .refused(refusal)
      return false
    }
    let again = report.sessionKey.map {
      EncryptedLayer(ciphertext: ciphertext, sessionKey: $0, header: header, configuration: engine.configuration)
    }
    guard let bytes = try collector.plaintext().map(OpenedContent.Bytes.held) ?? again.map(OpenedContent.Bytes.again)
    else {
      layers.append(VerdictLayer(kind, section: section, recipients: recipients))
      encryption = .refused(.other("gpg did not tell the session key, which a message of this size needs"))
      return false
    }
    structure = try collector.structure()
    root = 0
    self.bytes = bytes
    // An armored block has no header of its own.
    if header.isEmpty { noteSealed() } else { noteWithin() }
    layers.append(
      VerdictLayer(
        kind, section: section, counts: true, cipherName: report.cipherName, opening: report.opening,
        recipients: report.recipients.map(\.keyID.description)))
    encryption = .whole
    if hasTextAround { warnings.append(.textAroundBlock) }
    signatures += report.signatures
    return true
  }

  /// Forgets the signatures met so far: who signs a ciphertext need not know what is in it.
  ///
  /// Source: RFC 9787 §5.2
  private mutating func dropSignaturesOutside() {
    guard !signatures.isEmpty || !malformedSignatures.isEmpty else { return }
    warnings.append(.signatureOutsideEncryption)
    signatures = []
    malformedSignatures = []
    for index in layers.indices where layers[index].kind == .signed { layers[index].counts = false }
  }
}

extension EncryptedLayer {
  /// What a ciphertext shows without being decrypted.
  enum Sight {
    /// Packets of OpenPGP, of an encrypted message or of something else.
    case packets(CiphertextSummary)
    /// Text without a trace of OpenPGP.
    case text
    /// What is damaged, or no OpenPGP at all; how, in lower case without a full stop.
    case damaged(String)

    /// The encrypted message that is there to be tried; nil where there is none, for which `refusal` has the reason.
    var openable: CiphertextSummary? {
      guard case .packets(let summary) = self, summary.isEncrypted, !summary.isOverloaded else { return nil }
      return summary
    }

    /// Why what is there cannot be decrypted, if it is no encrypted message.
    var refusal: DecryptionRefusal {
      switch self {
      case .packets(let summary) where summary.isOverloaded:
        .other("more than \(CiphertextSummary.likeLimit) session keys are for one recipient, or for hidden ones")
      case .packets, .text: .notEncrypted
      case .damaged(let how): .integrity("the ciphertext is damaged: \(how)")
      }
    }
  }
}

extension EncryptedLayer.Ciphertext {
  /// Decrypts it for the first time, and tells whether text stands around it; what `sink` got must be dropped when this throws.
  func decrypt(
    into sink: any ByteSink, progress: @escaping (Int, Int) -> Void,
    with engine: inout some OpeningEngine & ~Copyable
  ) throws(GPGMEError) -> (report: DecryptionReport, hasTextAround: Bool) {
    let armor = try GPGMEError.streaming(.decrypt) { () throws(StreamError) in try dearmored(progress: progress) }
    let packets = packets(armor)
    let report = try engine.decrypt(packets, sessionKey: .export, into: sink)
    // gpg may stop reading where it has what it wants; what follows the message is judged all the same.
    try GPGMEError.streaming(.decrypt) { () throws(StreamError) in _ = try packets.copy(to: NullSink()) }
    return (report, armor.leader == .something || armor.trailer == .something)
  }

  /// Looks at the packets up to the encrypted data.
  ///
  /// - Throws: `limitExceeded`, and what reading throws.
  ///
  /// Source: RFC 9580 §10.3
  func sight() throws(StreamError) -> EncryptedLayer.Sight {
    let armor = try dearmored()
    do throws(StreamError) {
      return .packets(try CiphertextSummary.read(from: packets(armor)))
    } catch .malformed(let how) {
      return armor.isOtherText ? .text : .damaged(how)
    }
  }
}
