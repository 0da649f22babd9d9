import ByteStreams
import GPGME
import SealedMail
import SystemPackage
import TestSupport
import Testing

/// Every finding has a message that yields it, made by the `gpg` program and judged with what gpg says.
@Suite struct FindingTests {
  private let payload = HandmadeMail.text()
  private let desk: Desk

  init() throws {
    desk = try Desk(own: [.alice, .mallory, .weak, .expired])
  }

  private func open(_ entity: String, from: String = "alice@example.org", with other: Desk? = nil) throws -> Verdict {
    try (other ?? desk).open(HandmadeMail(from: from).message(entity)).verdict
  }

  private func signed(by signer: Identity, from: String = "alice@example.org", _ options: String...) throws -> Verdict {
    let arguments = ["--local-user", signer.hexFingerprint, "--armor"] + options + ["--detach-sign"]
    let signature = try desk.keyring.gpg(arguments: arguments, stdin: Array(payload.utf8)).succeeded().stdout
    return try open(HandmadeMail.signed(payload, signature), from: from)
  }

  @Test func `a sound signature by the sender is good`() throws {
    let verdict = try signed(by: .alice)
    #expect(verdict.signature == .good)
    #expect(verdict.isGoodAndTrusted)
  }

  @Test func `a signature over something else is bad`() throws {
    let signature = try desk.detachedSignature(over: payload, by: .alice)
    #expect(try open(HandmadeMail.signed(HandmadeMail.text("Figures."), signature)).signature == .bad)
  }

  @Test func `a signer whose certificate is not here is unknown`() throws {
    let signature = try desk.detachedSignature(over: payload, by: .mallory)
    let verdict = try open(HandmadeMail.signed(payload, signature), with: try Desk())
    #expect(verdict.signature == .unknownSigner)
  }

  @Test func `a signer whose certificate has expired since is told as expired`() throws {
    let verdict = try signed(by: .expired, from: "expired@example.org", "--faked-system-time", "20250201T000000!")
    #expect(verdict.signature == .expired)
  }

  @Test func `a signature whose own time is over is told as expired`() throws {
    let verdict = try signed(by: .alice, "--default-sig-expire", "1d", "--faked-system-time", "20250201T000000!")
    #expect(verdict.signature == .expired)
  }

  @Test func `a signer who was revoked since is told as revoked`() throws {
    let home = desk.keyring.home
    try desk.keyring.gpg("--passphrase", "", "--quick-generate-key", "rita@example.org", "ed25519", "sign")
      .succeeded()
    let listing = try desk.keyring.gpg("--with-colons", "--list-secret-keys", "rita@example.org").text
    let line = try #require(listing.split(separator: "\n").first { $0.hasPrefix("fpr:") })
    let fingerprint = String(line.split(separator: ":")[1])
    let signature = try desk.keyring.gpg(
      "--local-user", "rita@example.org", "--armor", "--detach-sign", stdin: Array(payload.utf8)
    ).succeeded().stdout
    // gpg keeps a revocation ready, made harmless by a colon in front of its armor.
    let prepared = try ByteStore.file(home.appending("openpgp-revocs.d").appending("\(fingerprint).rev"))
    let revocation = String(decoding: try prepared.read(0..<prepared.count), as: UTF8.self)
      .replacing(":-----BEGIN", with: "-----BEGIN")
    try desk.keyring.gpg("--import", stdin: Array(revocation.utf8)).succeeded()
    #expect(try open(HandmadeMail.signed(payload, signature), from: "rita@example.org").signature == .revoked)
  }

  @Test func `a user ID that was added since the certificate was accepted names nobody`() throws {
    let mallory = try Desk(own: [.mallory])
    let reader = try Desk(own: [.bob], accepted: [.mallory])
    let userID = "Alice Example alice@example.org <mallory@evil.example>"
    try mallory.keyring.gpg("--quick-add-uid", Identity.mallory.hexFingerprint, userID).succeeded()
    try mallory.keyring.gpg("--quick-set-primary-uid", Identity.mallory.hexFingerprint, userID).succeeded()
    let certificate = try mallory.keyring.gpg("--export", Identity.mallory.hexFingerprint).succeeded().stdout
    try reader.keyring.gpg("--import", stdin: certificate).succeeded()
    let signature = try mallory.detachedSignature(over: payload, by: .mallory)
    let entity = HandmadeMail.signed(payload, signature)
    for from in ["mallory@evil.example", "alice@example.org"] {
      let verdict = try open(entity, from: from, with: reader)
      #expect(verdict.isGoodAndTrusted == (from == "mallory@evil.example"))
      #expect(verdict.signer?.userID == "Mallory <mallory@evil.example>")
    }
  }

  @Test func `a signature made with SHA-1 is weak`() throws {
    #expect(try signed(by: .alice, "--digest-algo", "SHA1").signature == .weak)
  }

  @Test func `a signature by RSA of 1024 bits is weak`() throws {
    #expect(try signed(by: .weak, from: "weak@example.org").signature == .weak)
  }

  @Test func `a signature dated in the future is weak`() throws {
    #expect(try signed(by: .alice, "--faked-system-time", "20350101T000000!").signature == .weak)
  }

  @Test func `a sound signature by somebody else is a mismatch`() throws {
    let verdict = try signed(by: .mallory)
    #expect(verdict.signature == .senderMismatch)
    // Whether the certificate is verified for another address was not asked, so nothing is said of it.
    let details = VerdictSummary(verdict, sender: nil) { _ in "" }.details
    #expect(details.contains { $0.hasPrefix("certificate F2DC 5979") } && !details.contains { $0.contains("verified") })
  }

  @Test func `a signed part in a mailing list's wrapper is a part`() throws {
    let inner = HandmadeMail.signed(payload, try desk.detachedSignature(over: payload, by: .alice))
    let wrapper =
      "Content-Type: multipart/mixed; boundary=l\r\n\r\n--l\r\n\(inner)\r\n--l\r\n\r\nfooter\r\n--l--\r\n"
    #expect(try open(wrapper).signature == .partial)
  }

  @Test(arguments: ["", "nonsense", "-----BEGIN PGP SIGNATURE-----\n\n-----END PGP SIGNATURE-----\n"])
  func `what is no signature is malformed`(text: String) throws {
    #expect(try open(HandmadeMail.signed(payload, Array(text.utf8))).signature == .malformed)
  }

  @Test func `an empty compressed packet as signature is malformed, and no failure of gpg`() throws {
    let armor = "-----BEGIN PGP SIGNATURE-----\n\ntAA=\n-----END PGP SIGNATURE-----\n"
    #expect(try open(HandmadeMail.signed(payload, Array(armor.utf8))).signature == .malformed)
  }

  @Test func `a message with its own text given as detached signature is malformed`() throws {
    let attached = try desk.keyring.gpg("--armor", "--sign", stdin: Array(payload.utf8)).succeeded().stdout
    #expect(try open(HandmadeMail.signed(payload, attached)).signature == .malformed)
  }

  // MARK: Decryption

  private func refusal(of packets: [UInt8], with other: Desk? = nil) throws -> DecryptionRefusal? {
    let opened = try (other ?? desk).open(HandmadeMail().message(HandmadeMail.encrypted(packets)))
    #expect(opened.content == nil)
    #expect(opened.verdict.signature == .none)
    guard case .refused(let refusal) = opened.verdict.encryption else { return nil }
    return refusal
  }

  @Test func `a signed packet in place of a ciphertext is not encrypted`() throws {
    let packets = try desk.keyring.gpg("--sign", stdin: Array(payload.utf8)).succeeded().stdout
    #expect(try refusal(of: packets) == .notEncrypted)
  }

  @Test func `a message for a passphrase alone asks nobody`() throws {
    let packets = try desk.keyring.gpg("--passphrase", "x", "--symmetric", stdin: Array(payload.utf8)).succeeded()
    // Another home: gpg-agent remembers what was typed.
    guard case .passphrase = try refusal(of: packets.stdout, with: try Desk()) else {
      Issue.record("it was not refused for its passphrase")
      return
    }
  }

  @Test func `a message without protection against alteration is refused`() throws {
    let packets = try desk.ciphertext(of: payload, "--rfc2440", "--cipher-algo", "3DES", "--disable-mdc")
    guard case .integrity = try refusal(of: packets) else {
      Issue.record("it was not refused for its integrity")
      return
    }
  }

  @Test(arguments: CraftedMessage.allCases.filter { $0 != .whole })
  func `a message that is not whole behind a sound check is refused`(message: CraftedMessage) throws {
    #expect(try refusal(of: message.bytes, with: try Desk(own: [.bob])) != nil)
  }

  @Test func `a message for others is refused, whoever signed around it`() throws {
    let bob = try Desk(own: [.bob], accepted: [.alice])
    let entity = HandmadeMail.encrypted(try desk.ciphertext(of: payload, "--sign"))
    let signed = HandmadeMail.signed(entity, try desk.detachedSignature(over: entity, by: .alice))
    let opened = try bob.open(HandmadeMail().message(signed))
    guard case .refused(.noSecretKey) = opened.verdict.encryption else {
      Issue.record("\(opened.verdict.encryption)")
      return
    }
    #expect(opened.verdict.signature == .none)
    #expect(opened.verdict.signatures == [])
    #expect(!opened.verdict.isGoodAndTrusted)
  }

  @Test func `an unknown protocol is refused for another reason`() throws {
    let entity = HandmadeMail.encrypted([1]).replacing("application/pgp-encrypted\"", with: "application/x\"")
    #expect(try open(entity).encryption == .refused(.other("its protocol \"application/x\" is unknown")))
  }
}
