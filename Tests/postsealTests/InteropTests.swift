import SystemPackage
import TestSupport
import Testing

/// What postseal seals opens elsewhere, and what others seal opens in postseal.
@Suite struct InteropTests {
  private let folder: TemporaryFolder
  private let alice: TemporaryKeyring
  private let bob: TemporaryKeyring

  init() throws {
    folder = try TemporaryFolder()
    alice = try TemporaryKeyring(own: [.alice], accepted: [.bob])
    bob = try TemporaryKeyring(own: [.bob], accepted: [.alice])
  }

  // MARK: Ours, elsewhere

  @Test func `gpg opens what postseal seals, and finds the signature good`() throws {
    try expect(.gpg, opensOurs: Letter(body: "the figures\n"))
  }

  @Test(.enabled(if: optionalTool("sq"), "needs sq"))
  func `sq opens what postseal seals, and finds the signature good`() throws {
    try expect(.sq, opensOurs: Letter(body: "the figures\n"))
  }

  @Test(.enabled(if: optionalTool("gosop"), "needs gosop"))
  func `gosop opens what postseal seals, and finds the signature good`() throws {
    try expect(.sop("gosop"), opensOurs: Letter(body: "the figures\n"))
  }

  @Test(.enabled(if: optionalTool("sqop"), "needs sqop"))
  func `sqop opens what postseal seals, and finds the signature good`() throws {
    try expect(.sop("sqop"), opensOurs: Letter(body: "the figures\n"))
  }

  @Test(.enabled(if: optionalTool("notmuch"), "needs notmuch"))
  func `notmuch decrypts, verifies and restores the subject`() throws {
    try folder.write(try seal(Letter(body: "the figures\n")), to: "Mail/cur/1:2,")
    let configuration = "[database]\npath=\(folder.path)/Mail\n[user]\nname=Bob\nprimary_email=bob@example.org\n"
    let environment = testEnvironment.merging([
      "NOTMUCH_CONFIG": try folder.write(configuration.utf8, to: "notmuch.conf").string, "GNUPGHOME": bob.home.string,
    ]) { $1 }
    try ChildProcess("notmuch", ["new", "--quiet"], environment: environment).run().succeeded()
    let show = ["show", "--decrypt=true", "--verify", "--format=json", "*"]
    let json = try ChildProcess("notmuch", show, environment: environment).run().succeeded().text
    #expect(json.contains(#""headers": {"Subject": "Budget""#))
    #expect(json.contains(#""header-mask": {"Subject": "[...]"}"#))
    #expect(
      json.contains(#""signed": {"status": [{"status": "good", "fingerprint": "\#(Identity.alice.hexFingerprint)""#))
    #expect(json.contains(#""encrypted": true, "headers": ["#))
    #expect(json.contains("the figures"))
  }

  @Test(.enabled(if: optionalTool("neomutt"), "needs neomutt"))
  func `neomutt decrypts, verifies and restores the subject`() throws {
    let mailbox = folder.appending("Mail")
    for name in ["new", "tmp"] { try folder.write([], to: "Mail/\(name)/.keep") }
    try folder.write(try seal(Letter(body: "the figures\n")), to: "Mail/cur/1:2,")
    let output = folder.appending("shown")
    let screen = try neomutt(
      bob, #"set display_filter="tee \#(output)""#,
      arguments: ["-e", #"push "<display-message><exit><quit>""#, "-f", mailbox.string]
    ).text
    #expect(screen.contains("Budget"))
    let shown = String(decoding: try readFile(output), as: UTF8.self)
    #expect(shown.contains("Good signature from: Alice Example"))
    #expect(shown.contains("the figures"))
  }

  // MARK: Others', in postseal

  @Test(.enabled(if: optionalTool("neomutt"), "needs neomutt"))
  func `what neomutt seals opens with a good signature and its subject`() throws {
    let sent = folder.appending("sent")
    let sendmail = try folder.write("#!/bin/sh\nexec cat > \(sent)\n".utf8, to: "sendmail")
    try ChildProcess("chmod", ["700", sendmail.string], environment: testEnvironment).run().succeeded()
    let body = try folder.write("the figures\n".utf8, to: "body")
    _ = try neomutt(
      alice,
      """
      set from=alice@example.org realname="Alice Example" use_from=yes hostname=example.org
      set pgp_sign_as=\(Identity.alice.hexFingerprint) pgp_default_key=\(Identity.alice.hexFingerprint)
      set crypt_autoencrypt=yes crypt_autosign=yes crypt_protected_headers_write=yes pgp_autoinline=no copy=no
      set sendmail="\(sendmail)" editor=true abort_unmodified=no autoedit=yes edit_headers=yes
      send2-hook . 'push <send-message>'
      """, arguments: ["-s", "Budget", "-i", body.string, "bob@example.org"])
    try expectOpens(try readFile(sent), subject: "Budget")
  }

  @Test func `a PGP/MIME message made with gpg opens with a good signature`() throws {
    try expectOpens(madeBy: .gpg)
  }

  @Test(.enabled(if: optionalTool("gosop"), "needs gosop"))
  func `a PGP/MIME message made with gosop opens with a good signature`() throws {
    try expectOpens(madeBy: .sop("gosop"))
  }

  @Test(.enabled(if: optionalTool("sqop"), "needs sqop"))
  func `a PGP/MIME message made with sqop opens with a good signature`() throws {
    try expectOpens(madeBy: .sop("sqop"))
  }

  @Test func `a PGP/MIME message signed by gpg verifies`() throws {
    let signature = try alice.gpg("--armor", "--detach-sign", stdin: Array(ForeignMail.payload.utf8)).succeeded().text
    let message = try folder.write(ForeignMail.signed(signature).utf8, to: "signed.eml")
    #expect(try postseal(["verify", message.string], keyring: bob).run().status == 0)
    let altered = try folder.write(
      ForeignMail.signed(signature).replacing("figures", with: "numbers").utf8, to: "altered.eml")
    #expect(try postseal(["verify", altered.string], keyring: bob).run().status == 1)
  }

  // MARK: Steps

  private func seal(_ letter: Letter) throws -> [UInt8] {
    var child = postseal(["encrypt"], keyring: alice)
    child.stdin = .file(letter.bytes())
    let sealed = try child.run().succeeded().stdout
    #expect(String(decoding: sealed, as: UTF8.self).contains("Subject: [...]"))
    return sealed
  }

  private func armor(of message: [UInt8]) throws -> [UInt8] {
    let text = String(decoding: message, as: UTF8.self)
    let begin = try #require(text.firstRange(of: "-----BEGIN PGP MESSAGE-----"))
    let end = try #require(text.firstRange(of: "-----END PGP MESSAGE-----"))
    return Array((text[begin.lowerBound..<end.upperBound] + "\n").utf8)
  }

  private func expect(_ reader: OpenPGPReader, opensOurs letter: Letter) throws {
    let sealed = try seal(letter)
    let armor = try folder.write(armor(of: sealed), to: "armor.asc")
    var child = reader.command(verifications: folder.appending("verified"))
    child.environment["GNUPGHOME"] = bob.home.string
    child.stdin = .file(try readFile(armor))
    let run = try child.run().succeeded()
    #expect(run.text.contains("the figures") && run.text.contains("Subject: Budget"))
    let proof = run.stderr + ((try? folder.read("verified")).map { String(decoding: $0, as: UTF8.self) } ?? "")
    #expect(proof.contains(reader.proofOfSignature))
  }

  private func expectOpens(madeBy writer: OpenPGPWriter) throws {
    var child = writer.command
    child.environment["GNUPGHOME"] = alice.home.string
    child.stdin = .file(Array(ForeignMail.payload.utf8))
    let armor = try child.run().succeeded().text
    try expectOpens(Array(ForeignMail.encrypted(armor).utf8), subject: "Budget")
  }

  private func expectOpens(_ message: [UInt8], subject: String) throws {
    let file = try folder.write(message, to: "foreign.eml").string
    let verified = try postseal(["verify", file], keyring: bob).run()
    #expect(verified.status == 0, "\(verified.text)\(verified.stderr)")
    let opened = try postseal(["decrypt", file], keyring: bob).run().succeeded()
    #expect(opened.text.contains("the figures") && opened.text.contains("Subject: \(subject)"))
  }

  /// neomutt on a pseudo-terminal; what it drew is in stdout.
  private func neomutt(_ keyring: TemporaryKeyring, _ settings: String, arguments: [String]) throws -> ChildRun {
    let common = "set crypt_use_gpgme=yes sleep_time=0 wait_key=no quit=yes folder=\(folder.path)\n"
    let configuration = try folder.write((common + settings + "\n").utf8, to: "neomuttrc")
    var child = ChildProcess(
      "neomutt", ["-n", "-F", configuration.string] + arguments, environment: testEnvironment
    ).onTerminal()
    child.environment.merge(["TERM": "vt100", "GNUPGHOME": keyring.home.string, "HOME": folder.path.string]) { $1 }
    child.timeLimit = 20
    return try child.run()
  }
}
