import ByteStreams
import GPGME
import OpenPGPPackets
import SystemPackage
import TestSupport
import Testing

/// What GnuPG says about signatures reaches the report unchanged, and nothing becomes good by being odd.
@Suite struct SignatureTests {
  private static let text = Array("signed text\r\n".utf8)

  /// A detached signature by `identity`, made at a time when its key was sound.
  private func signature(by identity: Identity, _ options: [String] = []) throws -> [UInt8] {
    let keyring = try TemporaryKeyring(foreign: [identity])
    var arguments = ["--faked-system-time", "20250115T000000", "--local-user", identity.hexFingerprint]
    arguments += options + ["--detach-sign"]
    let child = ChildProcess(
      "gpg",
      ["--homedir", keyring.home.string, "--batch", "--pinentry-mode", "loopback", "--passphrase", ""] + arguments,
      environment: testEnvironment)
    var run = child
    run.stdin = .file(Self.text)
    return try run.run().succeeded().stdout
  }

  @Test(arguments: [
    (Identity.mallory, SignatureReport.Status.good), (.expired, .expiredKey), (.hostileName, .good),
  ])
  func `the state of the signer's key is told`(identity: Identity, status: SignatureReport.Status) throws {
    let made = try signature(by: identity)
    let keyring = try TemporaryKeyring(certificates: [identity])
    var context = try keyring.context()
    let reports = try context.verifyDetached(ArraySource(made), over: ArraySource(Self.text))
    #expect(reports.map(\.status) == [status])
    #expect(reports.first?.primary == identity.fingerprint)
    #expect(reports.first?.validity == .unknown)
  }

  @Test func `a certificate inside a signature reaches no keyring, whatever gpg conf says`() throws {
    let made = try signature(by: .mallory, ["--include-key-block"])
    let careless = try TemporaryKeyring(own: [.bob], options: ["auto-key-import", "auto-key-retrieve"])
    var context = try careless.context()
    let sealed = try context.encrypted(Self.text, to: [.bob])
    let problem = GPGMEError.Cause.engine(.importsFromMail)
    #expect(cause { _ = try context.verifyDetached(ArraySource(made), over: ArraySource(Self.text)) } == problem)
    #expect(cause { _ = try context.verifyCleartext(ArraySource(made), into: sinkForTests()) } == problem)
    #expect(cause { _ = try context.decrypted(sealed) } == problem)
    #expect(cause { _ = try context.certificate(of: .mallory) } == .notFound)
    // gpg itself takes it: the line means what this test says it means.
    let folder = try TemporaryFolder()
    let text = try folder.write(Self.text, to: "text")
    _ = try careless.gpg("--verify", "-", text.string, stdin: made)
    #expect(cause { _ = try context.certificate(of: .mallory) } == nil)
  }

  @Test func `more signatures than anybody makes are an error, and gpg is stopped`() throws {
    let made = try signature(by: .mallory)
    let keyring = try TemporaryKeyring(certificates: [.mallory])
    var context = try keyring.context()
    func verify(_ count: Int, _ context: inout Context) throws(GPGMEError) -> Int {
      let signatures = ArraySource(Array(repeatElement(made, count: count).joined()))
      return try context.verifyDetached(signatures, over: ArraySource(Self.text)).count
    }
    #expect(try verify(100, &context) == 100)
    #expect(throws: GPGMEError.self) { try verify(101, &context) }
    #expect(try verify(1, &context) == 1)
  }

  @Test func `a signature by a revoked key is told as such`() throws {
    let keyring = try TemporaryKeyring(own: [.alice])
    var context = try keyring.context()
    let sink = sinkForTests()
    _ = try context.signDetached(ArraySource(Self.text), signer: context.certificate(of: .alice), into: sink)
    let revocation = try revocation(of: .alice, in: keyring)
    _ = try context.importKeys(ByteStore(revocation))
    let reports = try context.verifyDetached(ArraySource(sink.bytes), over: ArraySource(Self.text))
    #expect(reports.map(\.status) == [.revokedKey])
    #expect(reports.first?.certificate?.flags.contains(.revoked) == true)
  }

  @Test func `a signing subkey that somebody else binds to their certificate does not sign for them`() async throws {
    let thief = try TemporaryKeyring(own: [.mallory, .signingSubkey])
    let subkey = "E5492BCBD03BBFF9F369C8BABDC96CD92905EF56"
    var child = ChildProcess(
      "gpg",
      [
        "--homedir", thief.home.string, "--no-tty", "--expert", "--faked-system-time", "1735732800", "--command-fd",
        "0",
        "--edit-key", Identity.mallory.hexFingerprint,
      ], environment: testEnvironment)
    // An existing key by its keygrip, for authentication in place of signatures: that needs no consent of its owner's.
    child.stdin = .file(Array("addkey\n13\nA29684BEBC3350BBEE75684E5CA5CA4A43B1300C\nS\nA\nQ\n0\nsave\n".utf8))
    // gpg adds nothing when its agent takes long to come up, and ends with 0 all the same.
    var said = ""
    let isBound = try await eventually {
      said = try child.run().stderr
      return try thief.gpg("--with-colons", "--list-keys", Identity.mallory.hexFingerprint).succeeded().text
        .contains(subkey)
    }
    #expect(isBound, "\(said)")
    let stolen = try thief.gpg("--export", Identity.mallory.hexFingerprint).succeeded().stdout
    let own = try thief.gpg("--local-user", Identity.mallory.hexFingerprint, "--detach-sign", stdin: Self.text)
    let other = try thief.gpg("--local-user", "\(subkey)!", "--detach-sign", stdin: Self.text)

    let keyring = try TemporaryKeyring(certificates: [.signingSubkey])
    var configuration = EngineConfiguration(home: keyring.home, passphrases: .neverAsk)
    configuration.remembersSigners = true
    var context = try Context.open(configuration)
    _ = try context.importKeys(ByteStore(stolen))
    #expect(try context.certificate(of: .mallory).subkeys.map(\.fingerprint.hex).contains(subkey))
    func signer(_ signature: [UInt8], _ context: inout Context) throws(GPGMEError) -> [Fingerprint?] {
      try context.verifyDetached(ArraySource(signature), over: ArraySource(Self.text)).map(\.primary)
    }
    #expect(try signer(own.succeeded().stdout, &context) == [Identity.mallory.fingerprint])
    #expect(try signer(other.succeeded().stdout, &context) == [Identity.signingSubkey.fingerprint])
  }

  private func revocation(of identity: Identity, in keyring: TemporaryKeyring) throws -> [UInt8] {
    var child = ChildProcess(
      "gpg",
      [
        "--homedir", keyring.home.string, "--no-tty", "--pinentry-mode", "loopback", "--passphrase", "",
        "--command-fd", "0", "--gen-revoke", identity.hexFingerprint,
      ], environment: testEnvironment)
    child.stdin = .file(Array("y\n0\n\ny\n".utf8))
    return try child.run().succeeded().stdout
  }

  @Test func `a signature by an unknown key names only a key`() throws {
    let made = try signature(by: .mallory)
    let keyring = try TemporaryKeyring(certificates: [.alice])
    var context = try keyring.context()
    let reports = try context.verifyDetached(ArraySource(made), over: ArraySource(Self.text))
    #expect(reports.map(\.status) == [.keyMissing])
    #expect(reports.first?.certificate == nil)
    #expect(reports.first?.claimedKeyID == Identity.mallory.fingerprint.keyID)
  }

  @Test func `an expired signature is told as such`() throws {
    let made = try signature(by: .mallory, ["--default-sig-expire", "2025-02-01"])
    let keyring = try TemporaryKeyring(certificates: [.mallory])
    var context = try keyring.context()
    let reports = try context.verifyDetached(ArraySource(made), over: ArraySource(Self.text))
    #expect(reports.map(\.status) == [.expiredSignature])
    #expect(reports.first?.expires != nil)
  }

  @Test func `good and bad signatures side by side are both told`() throws {
    let keyring = try TemporaryKeyring(own: [.alice, .bob])
    var context = try keyring.context()
    let (good, bad) = (sinkForTests(), sinkForTests())
    _ = try context.signDetached(ArraySource(Self.text), signer: context.certificate(of: .alice), into: good)
    _ = try context.signDetached(ArraySource([1]), signer: context.certificate(of: .bob), into: bad)
    let reports = try context.verifyDetached(ArraySource(good.bytes + bad.bytes), over: ArraySource(Self.text))
    #expect(reports.map(\.status) == [.good, .bad])
  }

  @Test func `data without a signature gives no report`() throws {
    let keyring = try TemporaryKeyring(own: [.alice])
    var context = try keyring.context()
    let literal = try keyring.gpg("--store", stdin: Self.text).succeeded().stdout
    let attached = try keyring.gpg("--sign", "--local-user", Identity.alice.hexFingerprint, stdin: Self.text)
      .succeeded().stdout
    for data in [[], literal, attached, Array("no OpenPGP at all".utf8)] {
      let reports = try? context.verifyDetached(ArraySource(data), over: ArraySource(Self.text))
      #expect(reports?.contains { $0.status == .good } != true)
    }
  }

  @Test func `a weak hash asked for by gpg conf is refused after signing`() throws {
    let keyring = try TemporaryKeyring(own: [.carol], options: ["digest-algo SHA1"])
    var context = try keyring.context()
    let carol = try context.certificate(of: .carol)
    let recipients = RecipientList(carol)
    let found = cause { _ = try context.signDetached(ArraySource([1]), signer: carol, into: sinkForTests()) }
    #expect(found == .weakHash("SHA1"))
    let sealed = cause {
      _ = try context.encrypt(ArraySource([1]), to: recipients, signer: carol, into: sinkForTests())
    }
    #expect(sealed == .weakHash("SHA1"))
  }

  @Test(arguments: [Identity.expired, .revoked])
  func `a signer that cannot sign is refused with its reason`(identity: Identity) throws {
    let keyring = try TemporaryKeyring(own: [identity])
    var context = try keyring.context()
    let certificate = try context.certificate(of: identity)
    let found = cause { _ = try context.signDetached(ArraySource([1]), signer: certificate, into: sinkForTests()) }
    guard case .unusableSigner(let unusable) = found else {
      Issue.record("\(String(describing: found))")
      return
    }
    #expect(unusable.fingerprint == identity.fingerprint)
    switch (identity, unusable.problem) {
    case (.expired, .expired(at: .some)), (.revoked, .revoked): break
    default: Issue.record("\(unusable)")
    }
  }

  @Test func `somebody else's certificate cannot sign`() throws {
    let keyring = try TemporaryKeyring(own: [.alice], certificates: [.bob])
    var context = try keyring.context()
    let bob = try context.certificate(of: .bob)
    let found = cause { _ = try context.signDetached(ArraySource([1]), signer: bob, into: sinkForTests()) }
    #expect(found == .unusableSigner(.init(Identity.bob.fingerprint, .noSecretKey)))
  }
}
