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
    return try decrypt(
      EncryptedLayer.Ciphertext(bytes: bytes, range: leaf.body, encoding: leaf.transferEncoding), in: .encrypted,
      at: structure.path(of: layer.container), depth: leaf.depth, with: &engine)
  }

  /// Decrypts a ciphertext, which becomes the structure that the walk is in; false when it was refused.
  ///
  /// - Parameters:
  ///   - depth: how many levels of the message are around it.
  ///   - header: the header of an entity that the plaintext is the body of; empty when the plaintext is an entity.
  mutating func decrypt(
    _ ciphertext: EncryptedLayer.Ciphertext, in kind: VerdictLayer.Kind, at section: String, depth: Int,
    header: [UInt8] = [], with engine: inout some OpeningEngine & ~Copyable
  ) throws -> Bool {
    guard encryptionLayers < options.encryptionLayers else {
      throw OpenError.tooManyLayers(limit: options.encryptionLayers)
    }
    encryptionLayers += 1
    dropSignaturesOutside()
    let sight = try ciphertext.sight()
    if case .refusal(let refusal) = sight {
      layers.append(VerdictLayer(kind, section: section))
      encryption = .refused(refusal)
      return false
    }
    var ciphertext = ciphertext
    ciphertext.isFamiliarOnly = sight.summary.isMixed
    let limit = options.expansionLimit(for: ciphertext.range.count)
    let collector = try PlaintextCollector(options, depth: depth, expansionLimit: limit, header: header)
    let report: DecryptionReport
    do throws(GPGMEError) {
      let packets = try ciphertext.packets(progress: options.progress)
      report = try engine.decrypt(packets, sessionKey: .export, into: collector)
      // gpg may stop reading where it has what it wants; what follows the message is judged all the same.
      try GPGMEError.streaming(.decrypt) { () throws(StreamError) in _ = try packets.copy(to: NullSink()) }
    } catch {
      if let error = collector.parseError { throw error }
      if collector.brokeExpansionLimit { throw OpenError.expansion(limit: limit) }
      let passphrases = engine.configuration.passphrases
      guard let refusal = DecryptionRefusal(error, of: sight.summary, passphrases: passphrases) else { throw error }
      layers.append(VerdictLayer(kind, section: section, recipients: sight.recipients))
      encryption = .refused(refusal)
      return false
    }
    let again = report.sessionKey.map {
      EncryptedLayer(ciphertext: ciphertext, sessionKey: $0, header: header, configuration: engine.configuration)
    }
    guard let bytes = try collector.plaintext().map(OpenedContent.Bytes.held) ?? again.map(OpenedContent.Bytes.again)
    else {
      layers.append(VerdictLayer(kind, section: section, recipients: sight.recipients))
      encryption = .refused(.other("gpg did not tell the session key, which a message of this size needs"))
      return false
    }
    structure = try collector.structure()
    root = 0
    self.bytes = bytes
    layers.append(
      VerdictLayer(
        kind, section: section, counts: true, cipherName: report.cipherName, opening: report.opening,
        recipients: report.recipients.map(\.keyID.description)))
    encryption = .whole
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

extension EncryptedLayer.Ciphertext {
  /// What a ciphertext shows without being decrypted.
  fileprivate enum Sight {
    /// gpg need not be asked: what is there is not an encrypted message, or not OpenPGP at all.
    case refusal(DecryptionRefusal)
    case message(CiphertextSummary)

    /// What the packets show; nothing for a refusal.
    var summary: CiphertextSummary {
      if case .message(let summary) = self { summary } else { CiphertextSummary() }
    }

    /// The key IDs that it names.
    var recipients: [String] { summary.recipientKeyIDs.map(\.description) }
  }

  /// Looks before gpg is asked, which would give out what a merely signed or literal packet holds.
  ///
  /// Source: RFC 9580 §10.3
  fileprivate func sight() throws -> Sight {
    do {
      let summary = try CiphertextSummary.read(from: source())
      return summary.isEncrypted ? .message(summary) : .refusal(.notEncrypted)
    } catch StreamError.malformed(let how) {
      return .refusal(.integrity("the ciphertext is damaged: \(how)"))
    }
  }

  /// The packets for gpg, with gpgme's own error type.
  func packets(progress: @escaping (Int, Int) -> Void = { _, _ in }) throws(GPGMEError) -> any ByteSource {
    try GPGMEError.streaming(.decrypt) { () throws(StreamError) in try source(progress: progress) }
  }
}
