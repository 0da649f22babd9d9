import ByteStreams
import GPGME
import OpenPGPPackets
import TestSupport

/// Short ways to do the usual things on a temporary keyring.
extension TemporaryKeyring {
  func context(
    _ passphrases: EngineConfiguration.PassphrasePolicy = .neverAsk, cancellation: CancellationToken? = nil
  ) throws -> Context {
    try Context.open(EngineConfiguration(home: home, passphrases: passphrases, cancellation: cancellation))
  }
}

extension Identity {
  var fingerprint: Fingerprint {
    guard let fingerprint = Fingerprint(hexFingerprint) else { preconditionFailure("a fingerprint of the README") }
    return fingerprint
  }
}

extension Context {
  mutating func certificate(of identity: Identity) throws(GPGMEError) -> Certificate {
    try certificate(with: identity.fingerprint)
  }

  mutating func encrypted(
    _ text: [UInt8], to identities: [Identity], signer: Identity? = nil, compression: Compression = .standard
  ) throws -> [UInt8] {
    var certificates: [Certificate] = []
    for identity in identities { certificates.append(try certificate(of: identity)) }
    guard let recipients = RecipientList(certificates) else { preconditionFailure("name a recipient") }
    let sink = sinkForTests()
    var own: Certificate?
    if let signer { own = try certificate(of: signer) }
    _ = try encrypt(ArraySource(text), to: recipients, signer: own, compression: compression, into: sink)
    return sink.bytes
  }

  mutating func decrypted(_ ciphertext: [UInt8]) throws(GPGMEError) -> (report: DecryptionReport, text: [UInt8]) {
    let sink = sinkForTests()
    let report = try decrypt(ArraySource(ciphertext), into: sink)
    return (report, sink.bytes)
  }
}

func sinkForTests() -> MemorySink { MemorySink(limit: 1 << 28, what: "the test's memory") }

/// Bytes that do not compress and are the same in every run.
func noise(_ count: Int) -> [UInt8] {
  var state: UInt64 = 0x9E37_79B9_7F4A_7C15
  return (0..<count).map { _ in
    state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
    return UInt8(truncatingIfNeeded: state >> 33)
  }
}

/// The cause that `body` throws; nil when it throws none.
func cause(_ body: () throws -> Void) -> GPGMEError.Cause? {
  do {
    try body()
    return nil
  } catch let error as GPGMEError {
    return error.cause
  } catch {
    return nil
  }
}
