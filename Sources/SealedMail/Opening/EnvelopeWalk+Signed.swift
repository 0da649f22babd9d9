import ByteStreams
import GPGME
import MIME
import OpenPGPPackets

extension EnvelopeWalk {
  /// Octets of an encoded signature: thousands of signatures, each of which costs gpg a check and us a certificate.
  private static let signatureLimit = 1 << 20

  /// Verifies one layer and goes on in its payload.
  mutating func verify(
    _ layer: CryptoStructure.Signed, with engine: inout some OpeningEngine & ~Copyable
  ) throws {
    let payload = structure[layer.payload]
    noteWithin()
    if try judge(layer, with: &engine) == .unquoted, payload.range.count <= options.holdLimit {
      // What is shown is what was signed.
      let signed = TransformedSource(try bytes.source(payload.range), MboxUnquoting())
      let text = try signed.readAll(limit: options.holdLimit, what: "a signed part")
      structure = try MessageStructure.parse(text, limits: options.limits.below(depth: payload.depth))
      root = 0
      bytes = .held(ByteStore(text))
    } else {
      root = layer.payload
    }
  }

  /// Verifies the signed part in a mailing list's wrapper; the walk stays at the wrapper.
  mutating func verifyListed(
    _ layer: CryptoStructure.Signed, _ others: [Int], with engine: inout some OpeningEngine & ~Copyable
  ) throws {
    let section = structure.path(of: layer.container)
    layers.append(VerdictLayer(.mailingList, section: structure.path(of: root)))
    warnings.append(.mailingListWrapper(section: section, others: others.map { structure.path(of: $0) }))
    _ = try judge(layer, with: &engine)
    coverage = .listPart(payload: layer.payload, others: others)
  }

  /// How the received bytes of a signed part were read to be verified.
  private enum Reading {
    case received
    /// With `>From ` at the start of lines turned into `From `.
    case unquoted
  }

  /// Verifies one layer over the received bytes of its payload, bare line feeds turned into CRLF, and notes what was found.
  ///
  /// Source: RFC 3156 §5
  private mutating func judge(
    _ layer: CryptoStructure.Signed, with engine: inout some OpeningEngine & ~Copyable
  ) throws -> Reading {
    let leaf = structure[layer.signature]
    var reading = Reading.received
    var reports: [SignatureReport] = []
    if leaf.body.count > Self.signatureLimit {
      malformedSignatures.append("the signature is larger than any sound one")
    } else {
      let signature = EncryptedLayer.Ciphertext(bytes: bytes, range: leaf.body, encoding: leaf.transferEncoding)
      let range = structure[layer.payload].range
      reports = try self.reports(of: signature, over: range, with: &engine)
      if reports.contains(where: { $0.status == .bad }), try holdsQuotedFrom(range) {
        // QUIRK: mbox files put `>` before a line that starts with "From ", and not everybody takes it away again.
        // PartTests.swift
        let second = try check(signature, over: range, as: .unquoted, with: &engine)
        if let second, second.contains(where: { $0.status == .good }) {
          warnings.append(.repaired("a mailbox put \">\" before lines that start with \"From \""))
          (reports, reading) = (second, .unquoted)
        }
      }
    }
    layers.append(
      VerdictLayer(
        .signed, section: structure.path(of: layer.container), counts: policy.isMet(byAnyOf: reports)))
    signatures += reports
    return reading
  }

  /// What gpg says about the signatures in `signature`; none when there is nothing to judge, the reason then being noted.
  private mutating func reports(
    of signature: EncryptedLayer.Ciphertext, over range: Range<Int>,
    with engine: inout some OpeningEngine & ~Copyable
  ) throws -> [SignatureReport] {
    let reading = try signature.readSignatures {
      try TextLineCheck.passes(bytes.source(range))
    } check: { signature in
      try check(signature, over: range, as: .received, with: &engine)
    }
    malformedSignatures += reading.malformed
    warnings += reading.warnings
    return reading.reports
  }

  /// Asks gpg; nil when there is no signature that it can read.
  private func check(
    _ signature: EncryptedLayer.Ciphertext, over range: Range<Int>, as reading: Reading,
    with engine: inout some OpeningEngine & ~Copyable
  ) throws(GPGMEError) -> [SignatureReport]? {
    try Self.judged { () throws(GPGMEError) in
      let content = try content(range) { received in
        SignedTextSource(reading == .received ? received : TransformedSource(received, MboxUnquoting()))
      }
      return try engine.verifyDetached(try signature.signaturePackets(), over: content)
    }
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

  /// Why a signature in text mode counts for nothing that covers only the start of some line.
  static let partial = "there is a signature in text mode over lines of which it covers only the start"

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
