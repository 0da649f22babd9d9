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

  @Test func `a message cannot have one question put to somebody without end`() throws {
    let pinentry = try FakePinentry(answer: .cancel)
    let keyring = try TemporaryKeyring(own: [.locked], agentOptions: [pinentry.agentOption])
    let hidden = ["--trust-model", "always", "--hidden-recipient", Identity.locked.hexFingerprint, "--encrypt"]
    let sealed = try keyring.gpg(arguments: hidden, stdin: [1]).succeeded().stdout
    // An old header with a length of one octet.
    let sessionKey = sealed.prefix(2 + Int(sealed[1]))
    var context = try keyring.context(.pinentry)
    let message = { (count: Int) in
      Array(repeatElement(sessionKey, count: count).joined()) + sealed.dropFirst(sessionKey.count)
    }
    let hiddenOnly = [KeyID](repeating: KeyID(0), count: 20)
    #expect(cause { _ = try context.decrypted(message(20)) } == .noSecretKey(recipients: hiddenOnly))
    #expect(cause { _ = try context.decrypted(message(21)) } == .passphrase(.askedTooOften))
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

  // MARK: Messages that are encrypted with a passphrase

  /// A ciphertext for the passphrase "sesame", and for keys.
  ///
  /// Made in another home: gpg-agent remembers what was typed.
  private func symmetric(_ recipients: Identity...) throws -> [UInt8] {
    let maker = try TemporaryKeyring(certificates: recipients)
    var arguments = ["--passphrase", "sesame", "--trust-model", "always", "--symmetric"]
    if !recipients.isEmpty { arguments += recipients.flatMap { ["--recipient", $0.hexFingerprint] } + ["--encrypt"] }
    return try maker.gpg(arguments: arguments, stdin: Array("secret".utf8)).succeeded().stdout
  }

  @Test func `a given passphrase opens a message, and it is told that no key did`() throws {
    let keyring = try TemporaryKeyring(own: [.bob])
    var context = try keyring.context(.given(secret("sesame")))
    for message in [try symmetric(), try symmetric(.alice)] {
      let found = try context.decrypted(message)
      #expect(found.text == Array("secret".utf8))
      #expect(found.report.opening == .passphrase)
    }
  }

  @Test func `a message for a key and a passphrase is opened with the key, and nobody is asked`() throws {
    let keyring = try TemporaryKeyring(own: [.bob])
    var context = try keyring.context(.neverAsk)
    #expect(try context.decrypted(try symmetric(.alice, .bob)).report.opening == .secretKey)
  }

  @Test func `a wrong passphrase of a message is told, and not called a missing key`() throws {
    let keyring = try TemporaryKeyring(own: [.bob])
    for (given, recipients) in [("wrong", []), ("", []), ("wrong", [Identity.alice])] {
      let message = recipients.isEmpty ? try symmetric() : try symmetric(.alice)
      var context = try keyring.context(.given(secret(given)))
      #expect(cause { _ = try context.decrypted(message) } == .messagePassphrase(.wrong), "\(given)")
    }
  }

  @Test func `without anybody to ask a message for a passphrase fails at once`() throws {
    let keyring = try TemporaryKeyring(own: [.bob])
    var context = try keyring.context(.neverAsk)
    #expect(cause { _ = try context.decrypted(try symmetric()) } == .messagePassphrase(.nobodyToAsk))
    #expect(cause { _ = try context.decrypted(try symmetric(.alice)) } == .messagePassphrase(.nobodyToAsk))
  }

  @Test func `pinentry is asked for the passphrase of a message`() throws {
    let pinentry = try FakePinentry(answer: .passphrase("sesame"))
    let keyring = try TemporaryKeyring(own: [.bob], agentOptions: [pinentry.agentOption])
    var context = try keyring.context(.pinentry)
    #expect(try context.decrypted(try symmetric()).report.opening == .passphrase)
    let refusing = try FakePinentry(answer: .cancel)
    let other = try TemporaryKeyring(own: [.bob], agentOptions: [refusing.agentOption])
    var cancelled = try other.context(.pinentry)
    #expect(cause { _ = try cancelled.decrypted(try symmetric()) } == .messagePassphrase(.cancelled))
  }

  // MARK: Hidden recipients

  private func hidden(for recipient: Identity) throws -> [UInt8] {
    try TemporaryKeyring(certificates: [recipient]).gpg(
      "--trust-model", "always", "--hidden-recipient", recipient.hexFingerprint, "--encrypt",
      stdin: Array("secret".utf8)
    ).succeeded().stdout
  }

  @Test func `a hidden recipient's key is found among all, past a locked one`() throws {
    let keyring = try TemporaryKeyring(own: [.locked, .bob])
    var context = try keyring.context(.neverAsk)
    let found = try context.decrypted(try hidden(for: .bob))
    #expect(found.report.opening == .secretKey)
    #expect(found.report.recipients.map(\.keyID) == [.wildcard])
    #expect(cause { _ = try context.decrypted(try hidden(for: .alice)) } == .noSecretKey(recipients: [.wildcard]))
  }

  @Test func `a hidden recipient's locked key is unlocked by who is asked, and else does not fit`() throws {
    let message = try hidden(for: .locked)
    let keyring = try TemporaryKeyring(own: [.locked, .bob])
    var silent = try keyring.context(.neverAsk)
    #expect(cause { _ = try silent.decrypted(message) } == .noSecretKey(recipients: [.wildcard]))
    var given = try keyring.context(.given(secret(Identity.passphrase)))
    #expect(try given.decrypted(message).report.opening == .secretKey)
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
