import ByteStreams
import GPGME
import OpenPGPPackets
import SystemPackage
import TestSupport
import Testing

/// Changes of the keyring: each is looked at afterwards and reported as it is.
@Suite struct KeyTests {
  private func exported(_ identity: Identity, as form: ExportForm, from keyring: TemporaryKeyring) throws -> [UInt8] {
    var context = try keyring.context()
    let sink = sinkForTests()
    try context.export([identity.fingerprint], as: form, into: sink)
    return sink.bytes
  }

  @Test func `an exported certificate is previewed, imported, and then unchanged`() throws {
    let source = try TemporaryKeyring(own: [.alice])
    let data = try exported(.alice, as: .certificate, from: source)
    #expect(data.first.map { $0 & 0x80 != 0 } == true, "binary, not armored")
    let keyring = try TemporaryKeyring()
    var context = try keyring.context()
    let preview = try context.preview(ArraySource(data))
    #expect(preview.map(\.fingerprint) == [Identity.alice.fingerprint])
    #expect(preview[0].userIDs.map(\.address) == ["alice@example.org"])
    #expect(try context.certificates().isEmpty, "a preview takes nothing in")
    let first = try context.importKeys(ByteStore(data))
    #expect(first.entries.map(\.fingerprint) == [Identity.alice.fingerprint])
    #expect(first.entries.map(\.changes) == [.certificate])
    let second = try context.importKeys(ByteStore(data))
    #expect(second.entries.map(\.fingerprint) == [Identity.alice.fingerprint])
    #expect(second.entries.map(\.changes) == [[]])
    #expect(second.entries.map(\.failure) == [nil])
    #expect(try context.certificate(of: .alice).userIDs.map(\.validity) == [.unknown])
  }

  @Test func `an exported secret key signs elsewhere`() throws {
    let source = try TemporaryKeyring(own: [.alice])
    let data = try exported(.alice, as: .secretKey, from: source)
    let keyring = try TemporaryKeyring()
    var context = try keyring.context()
    #expect(try context.preview(ArraySource(data)).map(\.hasSecret) == [true])
    let report = try context.importKeys(ByteStore(data))
    #expect(report.entries.map(\.fingerprint) == [Identity.alice.fingerprint])
    #expect(report.entries[0].changes.isSuperset(of: [.certificate, .secretKey]))
    _ = try context.signDetached(ArraySource([1]), signer: context.certificate(of: .alice), into: sinkForTests())
  }

  @Test func `a minimal export is no longer than the whole and local certifications stay at home`() throws {
    let keyring = try TemporaryKeyring(own: [.alice], accepted: [.bob])
    let whole = try exported(.bob, as: .certificate, from: keyring)
    let minimal = try exported(.bob, as: .minimalCertificate, from: keyring)
    #expect(minimal.count <= whole.count)
    let other = try TemporaryKeyring(own: [.alice])
    var context = try other.context()
    _ = try context.importKeys(ByteStore(whole))
    let bob = try context.certificate(with: Identity.bob.fingerprint, detail: .certifications)
    #expect(bob.userIDs.flatMap(\.certifications).isEmpty)
  }

  @Test func `certifications by others stay outside and everything else comes in`() throws {
    let source = try TemporaryKeyring(own: [.mallory], certificates: [.bob, .carol])
    try source.gpg("--quick-sign-key", Identity.bob.hexFingerprint).succeeded()
    let certified = try exported(.bob, as: .certificate, from: source)
    let keyring = try TemporaryKeyring(certificates: [.mallory])
    var context = try keyring.context()
    let report = try context.importKeys(ByteStore(certified))
    #expect(report.entries.map(\.changes) == [.certificate])
    let bob = try context.certificate(with: Identity.bob.fingerprint, detail: .certifications)
    #expect(bob.userIDs.flatMap(\.certifications).isEmpty)
    #expect(bob.problem(for: .encryption, at: currentTime()) == nil)
    let other = try TemporaryKeyring(certificates: [.mallory])
    var unchanged = try other.context()
    _ = try unchanged.importUnchanged(ArraySource(certified))
    let whole = try unchanged.certificate(with: Identity.bob.fingerprint, detail: .certifications)
    #expect(whole.userIDs.flatMap(\.certifications).map(\.issuer) == [Identity.mallory.fingerprint.keyID])
  }

  @Test func `several armored blocks with text around them are all imported`() throws {
    let folder = Repository.keyrings
    var data = Array("Here are the keys:\n".utf8)
    let identities: [Identity] = [.bob, .carol, .expired, .revoked, .weak, .revokedAddress, .lookalikeTwo]
    for identity in identities {
      data += try ChildProcess("cat", ["\(folder.string)/\(identity.rawValue).pub.asc"], environment: testEnvironment)
        .run().succeeded().stdout
      data += Array("\n-- \nmore text\n".utf8)
    }
    let keyring = try TemporaryKeyring()
    var context = try keyring.context()
    let report = try context.importKeys(ByteStore(data))
    #expect(Set(report.entries.map(\.fingerprint)) == Set(identities.map(\.fingerprint)))
    #expect(try context.certificates().count == identities.count)
    #expect(try context.certificate(of: .revoked).flags.contains(.revoked))
    #expect(try context.certificates(for: ["revoked-address@example.org"]) == [[]])
  }

  @Test func `nothing to export is not found`() throws {
    let keyring = try TemporaryKeyring(own: [.alice], certificates: [.bob])
    var context = try keyring.context()
    #expect(cause { try context.export([], into: sinkForTests()) } == .notFound)
    #expect(cause { try context.export([Identity.carol.fingerprint], into: sinkForTests()) } == .notFound)
    #expect(cause { try context.export([Identity.bob.fingerprint], as: .secretKey, into: sinkForTests()) } == .notFound)
  }

  @Test(arguments: ["", "no key at all", "-----BEGIN PGP PUBLIC KEY BLOCK-----\n\nAAAA\n"])
  func `data without a key is refused`(text: String) throws {
    let keyring = try TemporaryKeyring()
    var context = try keyring.context()
    #expect(cause { _ = try context.importKeys(ByteStore(Array(text.utf8))) } != nil)
    #expect(cause { _ = try context.preview(ArraySource(Array(text.utf8))) } != nil)
  }

  @Test(arguments: [("curve25519", ["ed25519", "cv25519"]), ("rsa", ["rsa2048", "rsa2048"])])
  func `a new key signs, decrypts, expires and can be revoked`(kind: String, algorithms: [String]) throws {
    let keyring = try TemporaryKeyring()
    var context = try keyring.context()
    let algorithm: KeyRequest.Algorithm = kind == "rsa" ? .rsa(bits: 2048) : .curve25519
    let made = try context.generateKey(
      KeyRequest(userID: "Zoë <zoe@example.org>", algorithm: algorithm, lifetime: 86_400, protection: .none))
    let certificate = made.certificate
    #expect(certificate.subkeys.map(\.algorithm) == algorithms)
    #expect(certificate.userIDs.map(\.address) == ["zoe@example.org"])
    #expect(certificate.userIDs.map(\.text) == ["Zoë <zoe@example.org>"])
    #expect(certificate.ownertrust == .ultimate)
    let expires = try #require(certificate.expires)
    #expect(abs(expires - currentTime() - 86_400) < 100)
    #expect(certificate.subkeys.allSatisfy { $0.expires != nil })
    let now = currentTime() + 1
    for use in [KeyUse.encryption, .signing, .certification] { #expect(certificate.problem(for: use, at: now) == nil) }
    let file = try #require(made.revocationCertificate)
    #expect(file.string.hasPrefix(keyring.home.string))
    #expect(file.lastComponent?.string == "\(certificate.fingerprint.hex).rev")
  }

  @Test(arguments: ["", "two\nlines <a@example.org>", "tab\t<a@example.org>", "nul\0 <a@example.org>"])
  func `a user ID that is not one line of text makes no key`(userID: String) throws {
    let keyring = try TemporaryKeyring()
    var context = try keyring.context()
    let found = cause { _ = try context.generateKey(KeyRequest(userID: userID, protection: .none)) }
    #expect(found == .invalidUserID)
    #expect(try context.certificates().isEmpty)
  }

  @Test func `a second key with the same user ID is refused`() throws {
    let keyring = try TemporaryKeyring(own: [.alice])
    var context = try keyring.context()
    let userID = try #require(try context.certificate(of: .alice).userIDs.first?.text)
    let found = cause { _ = try context.generateKey(KeyRequest(userID: userID, protection: .none)) }
    #expect(found == .exists)
  }

  @Test func `a certificate is deleted, and a secret key only when that is said`() throws {
    let keyring = try TemporaryKeyring(own: [.alice], certificates: [.bob])
    var context = try keyring.context()
    let (alice, bob) = (try context.certificate(of: .alice), try context.certificate(of: .bob))
    try context.delete(bob, .certificate)
    #expect(cause { try context.delete(bob, .certificate) } == .notFound)
    #expect(cause { try context.delete(alice, .certificate) } == .secretKeyPresent)
    #expect(try context.certificates().map(\.fingerprint) == [alice.fingerprint])
    try context.delete(alice, .secretKeyToo)
    #expect(try context.certificates().isEmpty)
  }

  @Test func `a secret key is deleted and its certificate stays`() throws {
    let keyring = try TemporaryKeyring(own: [.alice], accepted: [.bob])
    var context = try keyring.context()
    let (alice, bob) = (try context.certificate(of: .alice), try context.certificate(of: .bob))
    let ciphertext = try context.encrypted([1], to: [.alice])
    #expect(cause { try context.delete(bob, .secretKey) } == .noSecretKey(recipients: []))
    try context.delete(alice, .secretKey)
    let left = try context.certificate(of: .alice)
    #expect(!left.hasSecret && left.subkeys.allSatisfy { !$0.hasSecret } && left.ownertrust == .ultimate)
    #expect(cause { _ = try context.decrypted(ciphertext) } != nil)
    #expect(try context.certificate(of: .bob).userIDs.map(\.validity) == [.full])
    #expect(cause { try context.delete(alice, .secretKey) } == .noSecretKey(recipients: []))
  }

  @Test func `a local certification makes a certificate valid, and is told`() throws {
    let keyring = try TemporaryKeyring(own: [.alice], certificates: [.bob])
    var context = try keyring.context()
    let (alice, bob) = (try context.certificate(of: .alice), try context.certificate(of: .bob))
    let userID = try #require(bob.userIDs.first?.text)
    #expect(bob.userIDs.map(\.validity) == [.unknown])
    let after = try context.certifyLocally([userID], of: bob, by: alice)
    #expect(after.userIDs.map(\.validity) == [.full])
    let certification = try #require(after.certification(of: userID, by: alice))
    #expect(certification.isLocal && certification.isVerified && certification.kind == .certification)
    #expect(try context.certifyLocally([userID], of: bob, by: alice) == after, "done already")
  }

  @Test func `a certification that was taken back is made anew`() throws {
    let keyring = try TemporaryKeyring(own: [.alice], certificates: [.bob])
    try keyring.gpg("--faked-system-time", "20250110T000000", "--quick-lsign-key", Identity.bob.hexFingerprint)
      .succeeded()
    var child = ChildProcess(
      "gpg",
      [
        "--homedir", keyring.home.string, "--no-tty", "--quiet", "--pinentry-mode", "loopback", "--passphrase", "",
        "--faked-system-time", "20250120T000000", "--command-fd", "0", "--edit-key", Identity.bob.hexFingerprint,
      ], environment: testEnvironment)
    child.stdin = .file(Array("revsig\ny\ny\n0\n\ny\nsave\n".utf8))
    _ = try child.run()
    var context = try keyring.context()
    let alice = try context.certificate(of: .alice)
    let bob = try context.certificate(with: Identity.bob.fingerprint, detail: .certifications)
    let userID = try #require(bob.userIDs.first?.text)
    try #require(!bob.isCertified(userID, by: alice))
    #expect(bob.userIDs[0].validity < .full)
    let after = try context.certifyLocally([userID], of: bob, by: alice)
    #expect(after.isCertified(userID, by: alice))
  }

  @Test func `nobody certifies without a secret key`() throws {
    let keyring = try TemporaryKeyring(certificates: [.alice, .bob])
    var context = try keyring.context()
    let (alice, bob) = (try context.certificate(of: .alice), try context.certificate(of: .bob))
    let found = cause { _ = try context.certifyLocally([bob.userIDs[0].text], of: bob, by: alice) }
    #expect(found == .unusableSigner(.init(alice.fingerprint, .noSecretKey)))
  }

  @Test func `a user ID that the certificate does not have is not certified`() throws {
    let keyring = try TemporaryKeyring(own: [.alice], certificates: [.bob])
    var context = try keyring.context()
    let (alice, bob) = (try context.certificate(of: .alice), try context.certificate(of: .bob))
    #expect(cause { _ = try context.certifyLocally(["bob"], of: bob, by: alice) } == .invalidUserID)
  }

  @Test func `a user ID that gpg would read as a pattern certifies no other`() throws {
    let source = try TemporaryKeyring(own: [.bob])
    try source.gpg("--allow-freeform-uid", "--quick-add-uid", Identity.bob.hexFingerprint, "*Meyer").succeeded()
    let keyring = try TemporaryKeyring(own: [.alice])
    try keyring.gpg("--import", stdin: try source.gpg("--export").succeeded().stdout).succeeded()
    var context = try keyring.context()
    let (alice, bob) = (try context.certificate(of: .alice), try context.certificate(of: .bob))
    try #require(bob.userIDs.contains { $0.text == "*Meyer" })
    #expect(cause { _ = try context.certifyLocally(["*Meyer"], of: bob, by: alice) } == .invalidUserID)
    #expect(try context.certificate(of: .bob).userIDs.allSatisfy { $0.validity < .full })
  }

  @Test func `an own key gets ultimate ownertrust and nobody else's does`() throws {
    let keyring = try TemporaryKeyring(certificates: [.bob], foreign: [.alice])
    var context = try keyring.context()
    let (alice, bob) = (try context.certificate(of: .alice), try context.certificate(of: .bob))
    #expect(alice.ownertrust != .ultimate)
    let after = try context.setUltimateOwnertrust(alice)
    #expect(after.ownertrust == .ultimate)
    #expect(after.userIDs.map(\.validity) == [.ultimate])
    #expect(cause { _ = try context.setUltimateOwnertrust(bob) } == .noCertifyingKey)
  }

  @Test func `a session key opens its message a second time without the secret key`() throws {
    let keyring = try TemporaryKeyring(own: [.alice])
    var context = try keyring.context()
    let ciphertext = try context.encrypted(noise(5_000), to: [.alice], signer: .alice)
    let first = try context.decrypt(ArraySource(ciphertext), sessionKey: .export, into: NullSink())
    let key = try #require(first.sessionKey)
    #expect(try context.decrypted(ciphertext).report.sessionKey == nil)
    let other = try TemporaryKeyring(certificates: [.alice])
    var stranger = try other.context()
    let sink = sinkForTests()
    let second = try stranger.decrypt(ArraySource(ciphertext), sessionKey: .known(key), into: sink)
    #expect(sink.bytes == noise(5_000))
    #expect(second.signatures.map(\.status) == [.good])
    #expect(cause { _ = try stranger.decrypted(ciphertext) } != nil, "the key is forgotten")
  }
}
