import ByteStreams
import GPGME
@testable import SealedMail
import TestSupport
import Testing

@Suite struct ReadBackTests {
  /// A ciphertext of gpg's for these, and the certificates it is compared with.
  private func check(_ recipients: [Identity], against expected: [Identity], _ more: String...) throws {
    let keyring = try TemporaryKeyring(own: [.alice], certificates: [.bob, .carol])
    var context = try Context.open(EngineConfiguration(home: keyring.home, passphrases: .neverAsk))
    let names = recipients.flatMap { ["--recipient", $0.hexFingerprint] }
    let run = try keyring.gpg(
      arguments: ["--armor", "--encrypt", "--trust-model", "always"] + names + more, stdin: Array("canary".utf8))
    let certificates = try context.certificates(with: expected.compactMap { Fingerprint($0.hexFingerprint) })
    try ReadBack.check(ArraySource(run.succeeded().stdout), against: certificates, at: Desk.now)
  }

  @Test func `a ciphertext for exactly those meant passes`() throws {
    try check([.alice, .bob], against: [.alice, .bob])
  }

  @Test(arguments: [[Identity.alice], [.alice, .bob, .carol], [.alice, .carol]])
  func `one for fewer, more or others does not`(recipients: [Identity]) {
    #expect(throws: SealError.self) { try check(recipients, against: [.alice, .bob]) }
  }

  @Test func `one that hides a recipient does not`() {
    #expect(throws: SealError.self) {
      try check([.alice, .bob], against: [.alice, .bob], "--throw-keyids")
    }
  }

  @Test func `one that a passphrase opens as well does not`() {
    #expect(throws: SealError.self) {
      try check(
        [.alice, .bob], against: [.alice, .bob], "--symmetric", "--pinentry-mode", "loopback", "--passphrase", "x")
    }
  }
}
