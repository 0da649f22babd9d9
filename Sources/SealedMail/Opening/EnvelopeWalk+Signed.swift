import ByteStreams
import GPGME
import MIME
import OpenPGPPackets

extension EnvelopeWalk {
  /// Octets of an encoded signature: thousands of signatures, each of which costs gpg a check and us a certificate.
  private static let signatureLimit = 1 << 20

  /// Verifies one layer over the received bytes of its payload, bare line feeds turned into CRLF and nothing else changed.
  ///
  /// Source: RFC 3156 §5
  mutating func verify(
    _ layer: CryptoStructure.Signed, with engine: inout some OpeningEngine & ~Copyable
  ) throws {
    let reports = try reports(of: layer, with: &engine)
    layers.append(
      VerdictLayer(
        .signed, section: structure.path(of: layer.container), counts: reports.contains { $0.status == .good }))
    signatures += reports
  }

  /// Verifies the signed part in a mailing list's wrapper.
  mutating func verifyListed(
    _ layer: CryptoStructure.Signed, _ others: [Int], with engine: inout some OpeningEngine & ~Copyable
  ) throws {
    let section = structure.path(of: layer.container)
    layers.append(VerdictLayer(.mailingList, section: structure.path(of: root)))
    warnings.append(.mailingListWrapper(section: section, others: others.map { structure.path(of: $0) }))
    try verify(layer, with: &engine)
    coverage = .listPart(payload: layer.payload, others: others)
  }

  /// What gpg says about the signatures of a layer; none when there is nothing to judge, the reason then being noted.
  private mutating func reports(
    of layer: CryptoStructure.Signed, with engine: inout some OpeningEngine & ~Copyable
  ) throws -> [SignatureReport] {
    let leaf = structure[layer.signature]
    guard leaf.body.count <= Self.signatureLimit else {
      malformedSignatures.append("the signature is larger than any sound one")
      return []
    }
    var signature = EncryptedLayer.Ciphertext(bytes: bytes, range: leaf.body, encoding: leaf.transferEncoding)
    let range = structure[layer.payload].range
    let kinds = signature.signatureKinds
    var first = try Self.judged { () throws(GPGMEError) in
      try engine.verifyDetached(try signature.packets(), over: try content(range) { SignedTextSource($0) })
    }
    if first?.isEmpty ?? true, kinds.contains(where: \.isFamiliar), !kinds.allSatisfy(\.isFamiliar) {
      // QUIRK: who has an old and a new key signs with both, and gpg gives up at the new one's. UnreadableTests.swift
      signature.isFamiliarOnly = true
      first = try Self.judged { () throws(GPGMEError) in
        try engine.verifyDetached(try signature.packets(), over: try content(range) { SignedTextSource($0) })
      }
    }
    let foreign = kinds.filter(\.isForeignToGPG).map(\.unreadableSentence)
    let isUnchecked = first?.allSatisfy { if case .error = $0.status { true } else { false } } ?? true
    guard var reports = first, !isUnchecked || foreign.isEmpty else {
      malformedSignatures += foreign.isEmpty ? [Self.unreadable] : foreign
      return []
    }
    // Those of familiar versions are among the reports.
    warnings += kinds.filter { !$0.isFamiliar }.map { .uncheckedSignature($0.unreadableSentence) }
    if reports.contains(where: { $0.status == .bad }), try holdsQuotedFrom(range) {
      // QUIRK: mbox files put `>` before a line that starts with "From ", and not everybody takes it away again.
      // OpenerTests.swift
      let second = try Self.judged { () throws(GPGMEError) in
        let content = try content(range) { SignedTextSource(TransformedSource($0, MboxUnquoting())) }
        return try engine.verifyDetached(try signature.packets(), over: content)
      }
      if let second, second.contains(where: { $0.status == .good }) {
        warnings.append(.repaired("a mailbox put \">\" before lines that start with \"From \""))
        reports = second
      }
    }
    if reports.isEmpty { malformedSignatures.append(Self.missing) }
    return reports
  }

  /// The received bytes of a signed part, changed like this.
  private func content(
    _ range: Range<Int>, _ change: (any ByteSource) -> any ByteSource
  ) throws(GPGMEError) -> any ByteSource {
    let (bytes, progress) = (bytes, options.progress)
    let received = try GPGMEError.streaming(.verify) { () throws(StreamError) in try bytes.source(range) }
    return change(CountingSource(received) { progress($0, range.count) })
  }

  private func holdsQuotedFrom(_ range: Range<Int>) throws(StreamError) -> Bool {
    let text = TransformedSource(try bytes.source(range), MboxUnquoting())
    try text.copy(to: NullSink())
    return text.transform.count > 0
  }

  /// Why a signature layer gives nothing in which gpg finds no signature.
  static let missing = "where a signature should be there is none"
  /// Why a signature counts for nothing that gpg could not make sense of.
  static let unreadable = "there is a signature that cannot be read"

  /// What gpg reports; nil when there is no signature that it can read.
  static func judged(
    _ ask: () throws(GPGMEError) -> [SignatureReport]
  ) throws(GPGMEError) -> [SignatureReport]? {
    do throws(GPGMEError) {
      return try ask()
    } catch {
      switch error.cause {
      case .noData, .malformed, .unsupportedAlgorithm, .other, .stream(.malformed), .stream(.limitExceeded): return nil
      default: throw error
      }
    }
  }
}

extension EncryptedLayer.Ciphertext {
  /// What kinds of signatures its packets show; none when they cannot be read.
  fileprivate var signatureKinds: [SignatureSummary] {
    (try? SignatureSummary.readAll(from: source())) ?? []
  }
}
