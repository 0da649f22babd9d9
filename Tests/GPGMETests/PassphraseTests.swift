import ByteStreams
import GPGME
import OpenPGPPackets
import SystemPackage
import TestSupport
import Testing

/// A locked key opens with its passphrase, and otherwise fails with the reason and without waiting for ever.
@Suite struct PassphraseTests {
  private func secret(_ text: String) -> SecretBytes {
    let bytes = Array(text.utf8)
    return SecretBytes(capacity: bytes.count) { room in
      for (index, byte) in bytes.enumerated() { room.storeBytes(of: byte, toByteOffset: index, as: UInt8.self) }
      return bytes.count
    }
  }

  /// A ciphertext for `locked`.
  private func sealed(in keyring: TemporaryKeyring) throws -> [UInt8] {
    var context = try keyring.context()
    return try context.encrypted(Array("secret".utf8), to: [.locked])
  }

  private func signing(_ context: inout Context) throws -> GPGMEError.Cause? {
    let locked = try context.certificate(of: .locked)
    return cause { _ = try context.signDetached(ArraySource([1]), signer: locked, into: sinkForTests()) }
  }

  @Test func `a given passphrase opens the key`() throws {
    let keyring = try TemporaryKeyring(own: [.locked])
    let ciphertext = try sealed(in: keyring)
    var context = try keyring.context(.given(secret(Identity.passphrase)))
    #expect(try context.decrypted(ciphertext).text == Array("secret".utf8))
    #expect(try signing(&context) == nil)
  }

  @Test(arguments: ["wrong", ""])
  func `a wrong passphrase is told`(passphrase: String) throws {
    let keyring = try TemporaryKeyring(own: [.locked])
    let ciphertext = try sealed(in: keyring)
    var context = try keyring.context(.given(secret(passphrase)))
    #expect(cause { _ = try context.decrypted(ciphertext) } == .passphrase(.wrong))
    #expect(try signing(&context) == .passphrase(.wrong))
  }

  @Test func `without anybody to ask a locked key fails at once`() throws {
    let keyring = try TemporaryKeyring(own: [.locked])
    let ciphertext = try sealed(in: keyring)
    var context = try keyring.context(.neverAsk)
    #expect(cause { _ = try context.decrypted(ciphertext) } == .passphrase(.nobodyToAsk))
    #expect(try signing(&context) == .passphrase(.nobodyToAsk))
  }

  @Test func `an answered pinentry opens the key and its agent remembers`() throws {
    let pinentry = try FakePinentry(answer: .passphrase(Identity.passphrase))
    let keyring = try TemporaryKeyring(own: [.locked], agentOptions: [pinentry.agentOption])
    let ciphertext = try sealed(in: keyring)
    var context = try keyring.context(.pinentry)
    #expect(try context.decrypted(ciphertext).text == Array("secret".utf8))
    var silent = try keyring.context(.neverAsk)
    #expect(try silent.decrypted(ciphertext).text == Array("secret".utf8))
  }

  @Test func `a cancelled pinentry is told`() throws {
    let pinentry = try FakePinentry(answer: .cancel)
    let keyring = try TemporaryKeyring(own: [.locked], agentOptions: [pinentry.agentOption])
    let ciphertext = try sealed(in: keyring)
    var context = try keyring.context(.pinentry)
    #expect(cause { _ = try context.decrypted(ciphertext) } == .passphrase(.cancelled))
    #expect(try signing(&context) == .passphrase(.cancelled))
  }

  @Test func `a missing pinentry is told`() throws {
    let keyring = try TemporaryKeyring(own: [.locked], agentOptions: ["pinentry-program /nonexistent/pinentry"])
    let ciphertext = try sealed(in: keyring)
    var context = try keyring.context(.pinentry)
    #expect(cause { _ = try context.decrypted(ciphertext) } == .passphrase(.noPinentry))
  }

  @Test func `a pinentry that never answers is stopped when patience ends`() throws {
    let pinentry = try FakePinentry(answer: .never)
    let keyring = try TemporaryKeyring(own: [.locked], agentOptions: [pinentry.agentOption])
    let ciphertext = try sealed(in: keyring)
    var configuration = EngineConfiguration(home: keyring.home)
    configuration.patience = .seconds(1)
    var context = try Context.open(configuration)
    #expect(cause { _ = try context.decrypted(ciphertext) } == .timedOut(seconds: 1))
    #expect(try runningEngines(of: keyring).isEmpty)
  }

  @Test func `a home that is too long for the agent is told, not called a missing key`() throws {
    let keyring = try TemporaryKeyring(own: [.alice])
    var context = try keyring.context()
    let ciphertext = try context.encrypted([1], to: [.alice])
    let alice = try context.certificate(of: .alice)
    let folder = try TemporaryFolder()
    let long = folder.path.appending(String(repeating: "x", count: 110))
    try ChildProcess("cp", ["-r", keyring.home.string, long.string], environment: testEnvironment).run().succeeded()
    var other = try Context.open(EngineConfiguration(home: long, passphrases: .neverAsk))
    let expected = GPGMEError.Cause.agent(.socketPathTooLong(home: long.string))
    #expect(cause { _ = try other.decrypted(ciphertext) } == expected)
    #expect(cause { _ = try other.signDetached(ArraySource([1]), signer: alice, into: sinkForTests()) } == expected)
  }

  @Test func `a message for somebody else names the missing key`() throws {
    let keyring = try TemporaryKeyring(own: [.alice], certificates: [.bob, .carol])
    var context = try keyring.context()
    let ciphertext = try context.encrypted([1], to: [.bob, .carol])
    var recipients: [KeyID] = []
    for identity in [Identity.bob, .carol] {
      recipients.append(try context.certificate(of: identity).subkeys[1].keyID)
    }
    #expect(cause { _ = try context.decrypted(ciphertext) } == .noSecretKey(recipients: recipients))
  }
}
