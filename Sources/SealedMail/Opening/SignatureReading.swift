import ByteStreams
import GPGME
import OpenPGPPackets

/// What gpg says about the signatures of one detached signature, and what its packets say about those that gpg cannot check.
struct SignatureReading {
  /// gpg's reports, in order.
  var reports: [SignatureReport] = []
  /// Why there is nothing to report; lower case, no full stop.
  var malformed: [String] = []
  /// What a reader should know beside.
  var warnings: [VerdictWarning] = []
}

extension EncryptedLayer.Ciphertext {
  /// Reads it as a detached signature.
  ///
  /// - Parameters:
  ///   - isAllText: whether a signature in text mode would cover all of the content; asked where there might be one.
  ///   - check: asks gpg about the signature that it is given; nil when there is none that gpg can read.
  func readSignatures(
    isAllText: () throws -> Bool, check: (EncryptedLayer.Ciphertext) throws -> [SignatureReport]?
  ) throws -> SignatureReading {
    let kinds = signatureKinds
    guard try isOverOctets || isAllText() else { return SignatureReading(malformed: [EnvelopeWalk.partial]) }
    var reports = try check(self)
    if reports?.isEmpty ?? true, kinds.contains(where: \.isFamiliar), !kinds.allSatisfy(\.isFamiliar) {
      // QUIRK: who has an old and a new key signs with both, and gpg gives up at the new one's. UnreadableTests.swift
      var familiar = self
      familiar.isFamiliarOnly = true
      reports = try check(familiar)
    }
    let foreign = kinds.filter(\.isForeignToGPG).map(\.unreadableSentence)
    let isUnchecked = reports?.allSatisfy { if case .error = $0.status { true } else { false } } ?? true
    guard let reports, !isUnchecked || foreign.isEmpty else {
      return SignatureReading(malformed: foreign.isEmpty ? [EnvelopeWalk.unreadable] : foreign)
    }
    // Those of familiar versions are among the reports.
    let unchecked = kinds.filter { !$0.isFamiliar }.map { VerdictWarning.uncheckedSignature($0.unreadableSentence) }
    return SignatureReading(
      reports: reports, malformed: reports.isEmpty ? [EnvelopeWalk.missing] : [], warnings: unchecked)
  }

  /// The packets of a signature for gpg, with gpgme's own error type.
  func signaturePackets() throws(GPGMEError) -> any ByteSource {
    try GPGMEError.streaming(.verify) { () throws(StreamError) in try source() }
  }

  /// What kinds of signatures its packets show; none when they cannot be read.
  private var signatureKinds: [SignatureSummary] {
    (try? SignatureSummary.readAll(from: source())) ?? []
  }

  /// True when nothing is there but signatures over octets as they are: anything else might be, or hold, one in text mode.
  private var isOverOctets: Bool {
    guard let source = try? source() else { return false }
    return SignatureSummary.areBinary(source)
  }
}
