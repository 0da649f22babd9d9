import ByteStreams
import GPGME
import OpenPGPPackets
import SystemPackage
import TestSupport
import Testing

/// A certificate is found by exactly its address or fingerprint, never by something that looks like it.
@Suite struct ListingTests {
  private let keyring: TemporaryKeyring

  init() throws {
    keyring = try TemporaryKeyring(own: [.alice], certificates: Identity.others)
  }

  @Test(arguments: [
    ("alice@example.org", [Identity.alice, .impostor]), ("bob@example.org", [.bob]),
    ("ALICE@EXAMPLE.ORG", [.alice, .impostor]),
    ("notalice@example.org", [.lookalikePrefix]), ("alice@example.org.evil.example", [.lookalikeSuffix]),
    ("shared@example.org", [.sharedA, .sharedB]), ("dave@example.com", []), ("revoked-address@example.org", []),
    ("moved@example.org", [.revokedAddress]), ("", []), ("@", []), ("example.org", []), ("alice", []),
    ("alice@example.org>", []), ("<alice@example.org>", []), ("=Alice Example <alice@example.org>", []), ("*", []),
    ("@example.org", []), ("lice@example.org", []), ("alice@example.org\\n", []), ("0x4FE1D2B8AAD4D0AD", []),
    ("&alice@example.org", []), ("4FE1D2B8AAD4D0ADFDE6B6764B045AAC5CF92FA2", []),
  ])
  func `an address finds the certificates that have exactly it`(address: String, expected: [Identity]) throws {
    var context = try keyring.context()
    let found = try context.certificates(for: [address])
    #expect(found.count == 1)
    #expect(Set(found[0].map(\.fingerprint)) == Set(expected.map(\.fingerprint)))
  }

  @Test func `many addresses are answered in their order`() throws {
    var context = try keyring.context()
    let found = try context.certificates(for: ["carol@example.net", "dave@example.com", "bob@example.org"])
    #expect(found.map { $0.map(\.fingerprint) } == [[Identity.carol.fingerprint], [], [Identity.bob.fingerprint]])
  }

  @Test func `secret keys are told from certificates`() throws {
    var context = try keyring.context()
    let own = try context.certificates(in: .secretKeys)
    #expect(own.map(\.fingerprint) == [Identity.alice.fingerprint])
    #expect(try context.certificate(of: .alice).hasSecret)
    #expect(try !context.certificate(of: .bob).hasSecret)
    #expect(try context.certificates().count == Identity.allCases.count)
  }

  @Test func `a subkey's fingerprint finds its certificate`() throws {
    var context = try keyring.context()
    let alice = try context.certificate(of: .alice)
    let subkey = try #require(alice.subkeys.last)
    #expect(subkey.fingerprint != alice.fingerprint)
    #expect(try context.certificate(with: subkey.fingerprint).fingerprint == alice.fingerprint)
  }

  @Test func `no fingerprints find no certificates and an unknown one is not found`() throws {
    var context = try keyring.context()
    #expect(try context.certificates(with: []).isEmpty)
    let unknown = try #require(Fingerprint(String(repeating: "A", count: 40)))
    #expect(cause { _ = try context.certificate(with: unknown) } == .notFound)
  }

  @Test func `a certificate tells what it is`() throws {
    var context = try keyring.context()
    let alice = try context.certificate(of: .alice)
    #expect(alice.algorithm == "ed25519")
    #expect(alice.subkeys.map(\.algorithm) == ["ed25519", "cv25519"])
    #expect(alice.ownertrust == .ultimate)
    #expect(alice.userIDs.map(\.validity) == [.ultimate])
    #expect(alice.userIDs.map(\.address) == ["alice@example.org"])
    #expect(alice.expires == nil)
    #expect(alice.created.map(calendarDate) == "2025-01-01")
    #expect(alice.subkeys[0].uses == [.signing, .certification])
    #expect(alice.subkeys[1].uses == [.encryption])
    let carol = try context.certificate(of: .carol)
    #expect(carol.algorithm == "rsa3072")
  }

  @Test(arguments: [Identity.alice, .bob, .carol, .mallory, .lookalikeName])
  func `a sound certificate can be encrypted to`(identity: Identity) throws {
    var context = try keyring.context()
    #expect(try context.certificate(of: identity).problem(for: .encryption, at: currentTime()) == nil)
  }

  @Test func `an unusable certificate says exactly why`() throws {
    var context = try keyring.context()
    let now = currentTime()
    func problem(_ identity: Identity, _ context: inout Context) throws -> CertificateProblem? {
      try context.certificate(of: identity).problem(for: .encryption, at: now)
    }
    let march = try #require(try context.certificate(of: .expired).expires)
    #expect(calendarDate(march) == "2025-03-01")
    #expect(try problem(.expired, &context) == .expired(at: march))
    #expect(try problem(.revoked, &context) == .revoked)
    #expect(try problem(.signOnly, &context) == .noKey(for: .encryption))
    guard case .keyExpired(for: .encryption, at: .some(let time)) = try problem(.expiredSubkey, &context) else {
      Issue.record("expired subkey")
      return
    }
    #expect(calendarDate(time) == "2025-03-01")
    #expect(try problem(.weak, &context) == .weak(algorithm: "rsa1024"))
    #expect(try context.certificate(of: .bob).problem(for: .signing, at: now) == .noSecretKey)
    let bob = try context.certificate(of: .bob)
    let made = try #require(bob.created)
    #expect(bob.problem(for: .encryption, at: made - 1) == .notYetValid(from: made))
  }

  @Test func `a disabled certificate is told and refused`() throws {
    let keyring = try TemporaryKeyring(own: [.alice], certificates: [.bob])
    try keyring.disable(.bob)
    var context = try keyring.context()
    let bob = try context.certificate(of: .bob)
    #expect(bob.problem(for: .encryption, at: currentTime()) == .disabled)
    #expect(
      cause { _ = try context.encrypted([1], to: [.alice, .bob]) }
        == .unusableRecipients([.init(Identity.bob.fingerprint, .disabled)]))
  }

  @Test func `every unusable recipient is named at once and nothing is written`() throws {
    var context = try keyring.context()
    let sink = sinkForTests()
    var all: [Certificate] = []
    for identity in [Identity.bob, .revoked, .signOnly] { all.append(try context.certificate(of: identity)) }
    let recipients = try #require(RecipientList(all))
    let found = cause { _ = try context.encrypt(ArraySource([1]), to: recipients, signer: nil, into: sink) }
    #expect(
      found
        == .unusableRecipients([
          .init(Identity.revoked.fingerprint, .revoked), .init(Identity.signOnly.fingerprint, .noKey(for: .encryption)),
        ]))
    #expect(sink.bytes.isEmpty)
  }

  @Test func `encrypt-to in gpg conf adds nobody`() throws {
    let keyring = try TemporaryKeyring(
      own: [.alice, .bob],
      options: ["encrypt-to \(Identity.alice.hexFingerprint)", "hidden-encrypt-to alice@example.org"])
    var context = try keyring.context()
    let ciphertext = try context.encrypted([1], to: [.bob])
    let (report, _) = try context.decrypted(ciphertext)
    #expect(report.recipients.count == 1)
    #expect(report.recipients[0].keyID == (try context.certificate(of: .bob).subkeys[1].keyID))
  }

  @Test func `trust-model always in gpg conf makes nothing valid`() throws {
    let keyring = try TemporaryKeyring(own: [.alice], certificates: [.bob], options: ["trust-model always"])
    var context = try keyring.context()
    #expect(try context.certificate(of: .bob).userIDs.map(\.validity) == [.unknown])
    #expect(try context.certificate(of: .alice).userIDs.map(\.validity) == [.ultimate])
  }

  @Test(arguments: ["digest-algo NOPE", "trust-model wrong"])
  func `an error in gpg conf is not taken for a keyring without certificates`(line: String) throws {
    let keyring = try TemporaryKeyring(own: [.alice], options: [line])
    var context = try keyring.context()
    #expect(cause { _ = try context.certificates() } == .engine(.configuration))
    #expect(cause { _ = try context.certificates(for: ["alice@example.org"]) } == .engine(.configuration))
  }

  @Test(arguments: [[0x04, 0xFF, 0x10], [UInt8](repeating: 0x7E, count: 300)])
  func `a damaged keyring is not taken for one without certificates`(bytes: [UInt8]) throws {
    let keyring = try TemporaryKeyring()
    let file = try FileDescriptor.open(
      keyring.home.appending("pubring.kbx"), .writeOnly, options: [.create, .truncate], permissions: .ownerReadWrite)
    try file.closeAfter { _ = try file.writeAll(bytes) }
    var context = try keyring.context()
    #expect(cause { _ = try context.certificates() } == .engine(.keyringUnreadable))
    #expect(cause { _ = try context.certificates(for: ["alice@example.org"]) } == .engine(.keyringUnreadable))
  }

  @Test func `a keyring without certificates is none that cannot be read`() throws {
    let keyring = try TemporaryKeyring()
    var context = try keyring.context()
    #expect(try context.certificates().isEmpty)
    #expect(try context.certificates(for: ["alice@example.org"]) == [[]])
  }
}

extension Identity {
  /// Everybody but alice.
  fileprivate static let others = allCases.filter { $0 != .alice }
}
