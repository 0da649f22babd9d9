import ByteStreams
import GPGME
import MIME
import OpenPGPPackets

/// The way from the root of a message through its cryptographic layers to the payload.
///
/// Source: RFC 9787 §4.1
struct EnvelopeWalk {
  let options: OpenOptions
  /// The structure that holds the innermost layer reached.
  private(set) var structure: MessageStructure
  /// The entity reached: the payload, once the walk is over.
  private(set) var root = 0
  /// The bytes of `structure`.
  private(set) var bytes: OpenedContent.Bytes
  private(set) var encryption = EncryptionFinding.none
  /// What gpg said about each signature, in the order met; none from outside a layer of encryption.
  private(set) var signatures: [SignatureReport] = []
  /// Why a signature layer gave no report at all.
  private(set) var malformedSignatures: [String] = []
  private(set) var warnings: [VerdictWarning] = []
  /// True when a part below the payload's root carries a signature of its own.
  private(set) var holdsSignedPart = false

  private var encryptionLayers = 0

  /// Octets of an encoded signature: thousands of signatures, each of which costs gpg a check and us a certificate.
  private static let signatureLimit = 1 << 20

  init(_ received: MessageStructure, in store: ByteStore, options: OpenOptions) {
    self.options = options
    structure = received
    bytes = .held(store)
  }

  /// False when a layer of encryption was refused, so that there is no content.
  var isOpened: Bool {
    if case .refused = encryption { return false }
    return true
  }

  /// What vouches for the payload's header; nil when nothing does, a failed signature included.
  var protectedLayer: HeaderProtection.Layer? {
    guard isOpened else { return nil }
    if encryption == .whole { return .encrypted }
    return signatures.contains { $0.status == .good } ? .signed : nil
  }

  /// Peels layer after layer.
  ///
  /// It ends: every step goes down the tree or opens one of few layers of encryption.
  mutating func run(with engine: inout some OpeningEngine & ~Copyable) throws {
    while true {
      let crypto = CryptoStructure(of: structure, at: root)
      warnings += crypto.repairs.map { .repaired($0.sentence) }
      switch crypto.root {
      case .encrypted(let layer):
        guard try decrypt(layer, with: &engine) else { return }
      case .signed(let layer):
        try verify(layer, with: &engine)
        root = layer.payload
      case .listWrapped(let layer, _):
        holdsSignedPart = true
        warnings.append(.mailingListWrapper(section: structure.path(of: layer.container)))
        return note(crypto.errant)
      case .malformed(let reason, let entity):
        if structure[entity].contentType.matches("multipart", "encrypted") {
          encryption = .refused(.other(reason.sentence))
        } else {
          malformedSignatures.append(reason.sentence)
        }
        return note(crypto.errant)
      case .smime:
        warnings.append(.smime)
        return note(crypto.errant)
      case .inline:
        warnings.append(.inlineBlock)
        return note(crypto.errant)
      case .none:
        return note(crypto.errant)
      }
    }
  }

  /// Decrypts one layer; false when it was refused.
  private mutating func decrypt(_ layer: CryptoStructure.Encrypted, with engine: inout some OpeningEngine & ~Copyable) throws -> Bool {
    guard encryptionLayers < options.encryptionLayers else {
      throw OpenError.tooManyLayers(limit: options.encryptionLayers)
    }
    encryptionLayers += 1
    dropSignaturesOutside()
    let leaf = structure[layer.ciphertext]
    let ciphertext = EncryptedLayer.Ciphertext(bytes: bytes, range: leaf.body, encoding: leaf.transferEncoding)
    if let refusal = try ciphertext.refusalAtSight() {
      encryption = .refused(refusal)
      return false
    }
    let limit = options.expansionLimit(for: leaf.body.count)
    let collector = PlaintextCollector(options, depth: leaf.depth, expansionLimit: limit)
    let report: DecryptionReport
    do throws(GPGMEError) {
      let packets = try ciphertext.packets(progress: options.progress)
      report = try engine.decrypt(packets, sessionKey: .export, into: collector)
      // gpg may stop reading where it has what it wants; what follows the message is judged all the same.
      try GPGMEError.streaming(.decrypt) { () throws(StreamError) in _ = try packets.copy(to: NullSink()) }
    } catch {
      if let error = collector.parseError { throw error }
      if collector.brokeExpansionLimit { throw OpenError.expansion(limit: limit) }
      guard let refusal = DecryptionRefusal(error) else { throw error }
      encryption = .refused(refusal)
      return false
    }
    structure = try collector.structure()
    root = 0
    if let plaintext = try collector.plaintext() {
      bytes = .held(plaintext)
    } else if let key = report.sessionKey {
      bytes = .again(EncryptedLayer(ciphertext: ciphertext, sessionKey: key, configuration: engine.configuration))
    } else {
      encryption = .refused(.other("gpg did not tell the session key, which a message of this size needs"))
      return false
    }
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
  }

  /// Verifies one layer over the received bytes of its payload, bare line feeds turned into CRLF and nothing else changed.
  ///
  /// Source: RFC 3156 §5
  private mutating func verify(_ layer: CryptoStructure.Signed, with engine: inout some OpeningEngine & ~Copyable) throws {
    let leaf = structure[layer.signature]
    guard leaf.body.count <= Self.signatureLimit else {
      malformedSignatures.append("the signature is larger than any sound one")
      return
    }
    let signature = EncryptedLayer.Ciphertext(bytes: bytes, range: leaf.body, encoding: leaf.transferEncoding)
    let reports: [SignatureReport]
    do throws(GPGMEError) {
      let (bytes, range, progress) = (bytes, structure[layer.payload].range, options.progress)
      let content = try GPGMEError.streaming(.verify) { () throws(StreamError) in
        SignedTextSource(CountingSource(try bytes.source(range)) { progress($0, range.count) })
      }
      reports = try engine.verifyDetached(try signature.packets(), over: content)
    } catch {
      switch error.cause {
      case .noData, .malformed, .unsupportedAlgorithm, .other, .stream(.malformed), .stream(.limitExceeded):
        malformedSignatures.append("there is a signature that cannot be read")
        return
      default: throw error
      }
    }
    if reports.isEmpty { malformedSignatures.append("where a signature should be there is none") }
    signatures += reports
  }

  private mutating func note(_ errant: [CryptoStructure.Errant]) {
    for part in errant {
      if part.kind == .signed { holdsSignedPart = true }
      warnings.append(.errantPart(section: structure.path(of: part.entity), kind: part.kind.word))
    }
  }
}

extension EncryptedLayer.Ciphertext {
  /// Why gpg need not be asked: what is there is not an encrypted message, or not OpenPGP at all.
  ///
  /// gpg would give out what a merely signed or literal packet holds. Source: RFC 9580 §10.3
  fileprivate func refusalAtSight() throws -> DecryptionRefusal? {
    do {
      let summary = try CiphertextSummary.read(from: source())
      return summary.isEncrypted ? nil : .notEncrypted
    } catch StreamError.malformed(let how) {
      return .integrity("the ciphertext is damaged: \(how)")
    }
  }

  /// The packets for gpg, with gpgme's own error type.
  fileprivate func packets(
    progress: @escaping (Int, Int) -> Void = { _, _ in }
  ) throws(GPGMEError) -> any ByteSource {
    try GPGMEError.streaming(.decrypt) { () throws(StreamError) in try source(progress: progress) }
  }
}
