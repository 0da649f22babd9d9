import Foundation
import SystemPackage
import TestSupport
import Testing

/// What `postseal filter` makes of mail on its way, as a plain filter.
@Suite struct FilterTranscripts {
  let stage: Stage

  init() throws {
    stage = try Stage()
    try stage.folder.write(Array(Self.rules.utf8), to: "c.toml")
  }

  private static let rules = """
    [keys]
    "ops@keys.example" = "\(Identity.erin.hexFingerprint)"
    "old@keys.example" = "\(Identity.expired.hexFingerprint)"

    [filter]
    recipient-delimiter = "+"

    [[filter.rule]]
    to = ["*@hold.example"]
    policy = "hold"

    [[filter.rule]]
    to = ["*@clear.example", "erin@example.org"]
    policy = "seal-if-key"

    [[filter.rule]]
    to = ["*@only.example"]
    policy = "bounce"
    """

  /// Runs the filter on `message`, with `--stdout` for one recipient.
  private func filter(
    _ message: [UInt8], for recipient: String = "bob@example.org", _ options: String...,
    keyring: TemporaryKeyring? = nil
  ) throws -> ChildRun {
    var child = stage.command("filter", "--config", "c.toml", "--stdout", keyring: keyring ?? stage.alice)
    child.arguments += options + ["--", recipient]
    child.stdin = .pipe(message)
    return try child.run()
  }

  /// What `bob` finds in a sealed message, and the verdict.
  private func opened(_ sealed: [UInt8]) throws -> ChildRun {
    let bob = try Stage.bob()
    var child = stage.command("decrypt", keyring: bob)
    child.stdin = .file(sealed)
    return try child.run().succeeded()
  }

  // MARK: Sealing

  @Test func `mail in clear is sealed for its recipient alone, without a signature`() throws {
    let run = try filter(Letter().bytes())
    #expect(run.status == 0)
    #expect(
      run.stderr == "postseal: sealed for bob@example.org, certificate \(Identity.bob.hexFingerprint)\n")
    #expect(run.text.contains("Content-Type: multipart/encrypted;"))
    #expect(run.text.contains("\nSubject: [...]\n"))
    #expect(!run.text.contains("Budget") && !run.text.contains("figures") && !run.text.contains("\r"))
    let packets = try stage.alice.gpg("--list-packets", "--list-only", stdin: run.stdout)
    #expect(packets.text.components(separatedBy: ":pubkey enc packet:").count == 2)
    let plain = try opened(run.stdout)
    #expect(plain.text.contains("Subject: Budget"))
    #expect(plain.text.contains("Hello Bob,\r\nthe figures."))
    #expect(plain.stderr.contains("encrypted to you · not signed"))
  }

  @Test func `line ends stay what they were, and so does the line of a mailbox before the header`() throws {
    let network = try filter(Letter().bytes(lineEnd: "\r\n"))
    #expect(network.stdout.count { $0 == 0x0D } > 20)
    #expect(network.stdout.count { $0 == 0x0D } == network.stdout.count { $0 == 0x0A })
    let from = "From alice@example.org Mon Nov 23 10:00:00 2026\n"
    let run = try filter(Array(from.utf8) + Letter().bytes())
    #expect(run.text.hasPrefix(from + "From: Alice"))
    #expect(try opened(run.stdout).text.contains("figures"))
  }

  @Test func `fields of the way stay outside, the author's go inside, and only those`() throws {
    var letter = Letter(bcc: "dave@example.com")
    letter.fields =
      [
        ("Return-Path", "<alice@example.org>"), ("Received", "from a by b; Mon, 23 Nov 2026 10:00:00 +0000"),
        ("DKIM-Signature", "v=1; a=rsa-sha256; b=AAAA"), ("ARC-Seal", "i=1; a=rsa-sha256"),
        ("X-Spam-Report", "preview: the figures"), ("HP-Outer", "Subject: Forged"),
        ("Autocrypt-Gossip", "addr=dave@example.com; keydata=AAAA"), ("List-Id", "<l.example.org>"),
        ("Auto-Submitted", "no"),
      ] + letter.fields
    let run = try filter(letter.bytes())
    let outer = run.text.components(separatedBy: "\n\n")[0]
    for name in ["Return-Path", "Received", "DKIM-Signature", "ARC-Seal", "List-Id", "Auto-Submitted"] {
      #expect(outer.contains("\(name): "), "\(name)")
    }
    #expect(outer.hasPrefix("Return-Path: <alice@example.org>\nReceived: from a by b"))
    for secret in ["dave@", "figures", "Budget", "Forged", "Gossip"] { #expect(!outer.contains(secret), "\(secret)") }
    let raw = try Stage.bob().gpg("--decrypt", stdin: run.stdout).text
    #expect(raw.contains("Bcc: dave@example.com\r\n") && raw.contains("X-Spam-Report: preview: the figures\r\n"))
    #expect(raw.contains("HP-Outer: Subject: [...]\r\n") && raw.contains("HP-Outer: List-Id: <l.example.org>\r\n"))
    #expect(raw.contains("hp=cipher") || raw.contains("hp=\"cipher\""))
    for absent in ["DKIM-Signature", "Received:", "Return-Path", "ARC-Seal", "Forged", "Autocrypt-Gossip"] {
      #expect(!raw.contains(absent), "\(absent)")
    }
  }

  @Test func `a signature in the mail stays good inside`() throws {
    try stage.write(Letter())
    let signed = try stage.run("sign", "letter.eml", keyring: stage.alice).succeeded()
    let run = try filter(signed.stdout)
    let bob = try Stage.bob()
    var child = stage.command("verify", keyring: bob)
    child.stdin = .file(run.stdout)
    let verdict = try child.run()
    #expect(verdict.status == 0, "\(verdict.text)\(verdict.stderr)")
    #expect(verdict.text.contains("encrypted to you · good signature by Alice"))
  }

  @Test(arguments: [
    "From: a@b.example, c@d.example\nSubject: two\n\nfigures\n", "Subject: nobody\n\nfigures\n",
    "From: a@b.example\nSubject: one\nSubject: two\nDate: yesterday\n\nfigures\n",
    "From: a@b.example\nthis is no field\n\nfigures\n", "\nfigures\n", "figures\n",
    "From: a@b.example\nContent-Type: multipart/mixed; boundary=x\n\n--x\n\nfigures\n",
    "From: \u{E4}\u{F6}@b.example\nSubject: gr\u{FC}n\nContent-Type: text/html\n\nfigures \u{FC}\n",
  ]) func `mail that breaks the rules of mail is sealed as it is`(text: String) throws {
    let run = try filter(Array(text.utf8))
    #expect(run.status == 0, "\(run.stderr)")
    #expect(try Stage.bob().gpg("--decrypt", stdin: run.stdout).text.contains("figures"))
  }

  @Test func `octets that no text has are sealed too`() throws {
    let body = (0...255).map { UInt8($0) } + Array("figures".utf8)
    let run = try filter(Array("From: a@b.example\nSubject: s\n\n".utf8) + body)
    #expect(run.status == 0, "\(run.stderr)")
    #expect(try opened(run.stdout).status == 0)
  }

  // MARK: What passes, and what does not

  @Test(arguments: ["sealed-good", "inline-encrypted", "for-somebody-else"])
  func `what comes encrypted passes to the byte, whoever it is for`(name: String) throws {
    let message = try readFile(Corpus.folder.appending("\(name).eml"))
    let run = try filter(message, for: "nobody@only.example", keyring: TemporaryKeyring())
    #expect(run.status == 0, "\(run.stderr)")
    #expect(run.stdout == message)
    #expect(run.stderr == "postseal: came encrypted, for nobody@only.example\n")
  }

  @Test(arguments: [
    "literal-inside-encrypted", "text-inside-encrypted-multipart", "for-a-passphrase", "trailing-literal",
    "antivirus-part-added", "inline-with-text-around", "armor-with-text-before", "no-mdc", "ciphertext-below-text",
    "smime-signed", "signed-good",
  ]) func `what is not encrypted as a whole is sealed, whatever it calls itself`(name: String) throws {
    let message = try readFile(Corpus.folder.appending("\(name).eml"))
    let run = try filter(message)
    #expect(run.status == 0, "\(run.stderr)")
    #expect(run.stdout != message)
    #expect(run.stderr.hasPrefix("postseal: sealed for bob@example.org"))
    #expect(try filter(message, for: "a@only.example").status == 69)
  }

  @Test func `S/MIME by its label alone is sealed`() throws {
    let head = "From: a@b.example\nContent-Type: application/pkcs7-mime; smime-type=enveloped-data\n"
    let run = try filter(Array("\(head)\nthe figures\n".utf8))
    #expect(run.text.contains("multipart/encrypted") && !run.text.contains("figures"))
    // A sequence with the object identifier of enveloped-data first, as RFC 5652 §6.1 has it.
    let enveloped: [UInt8] = [0x30, 0x82, 1, 0, 6, 9, 0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 1, 7, 3, 0xA0, 0x81, 0xF0]
    let lines = base64Lines(enveloped + Array(repeating: 7, count: 200)).joined(separator: "\n")
    let message = Array("\(head)Content-Transfer-Encoding: base64\n\n\(lines)\n".utf8)
    #expect(try filter(message).stdout == message)
  }

  // MARK: Rules

  @Test(arguments: [
    (
      "dave@example.com", 69,
      "5.7.1 not delivered to dave@example.com, whose mail is kept encrypted: there is no OpenPGP certificate for this address here"
    ),
    (
      "carol@example.net", 69,
      "5.7.1 not delivered to carol@example.net, whose mail is kept encrypted: the OpenPGP certificate for this address is not verified here"
    ),
    (
      "old@keys.example", 69,
      "5.7.1 not delivered to old@keys.example, whose mail is kept encrypted: the OpenPGP certificate for this address expired on 2025-03-01"
    ),
    (
      "a@hold.example", 75,
      "4.7.1 waiting to be encrypted for a@hold.example: there is no OpenPGP certificate for this address here"
    ),
    (
      "a@only.example", 69,
      "5.7.1 not delivered to a@only.example, who takes encrypted mail only: encrypt it with OpenPGP or S/MIME"
    ),
    ("bob+lists@example.org", 0, "sealed for bob+lists@example.org, certificate \(Identity.bob.hexFingerprint)"),
    ("ops@keys.example", 0, "sealed for ops@keys.example, certificate \(Identity.erin.hexFingerprint)"),
    ("erin@example.org", 0, "sealed for erin@example.org, certificate \(Identity.erin.hexFingerprint)"),
  ]) func `each rule does what it says`(recipient: String, status: Int32, line: String) throws {
    let run = try filter(Letter().bytes(), for: recipient)
    #expect(run.status == status)
    #expect(run.stderr == "postseal: \(line)\n")
    #expect(run.stdout.isEmpty == (status != 0))
  }

  @Test func `mail goes in clear where a rule says so by name, and nowhere else, to the byte`() throws {
    let message = Letter().bytes()
    let run = try filter(message, for: "a@clear.example")
    expect(
      run, stdout: String(decoding: message, as: UTF8.self),
      stderr: "postseal: in clear for a@clear.example: there is no OpenPGP certificate for this address here\n",
      status: 0)
    let smuggled = try filter(Array("From: a@b.example\n\nHi\r.\rMAIL FROM:<>\n".utf8), for: "a@clear.example")
    #expect(smuggled.status == 65 && smuggled.stdout.isEmpty)
  }

  // MARK: Trouble

  @Test func `trouble of this machine makes the mail wait, unless that was asked otherwise`() throws {
    let message = Letter().bytes()
    let home = stage.folder.appending("none").string
    let waiting = try filter(message, for: "bob@example.org", "--home", home)
    expect(waiting, stderr: "postseal: 4.3.0 not filtered yet: \(missing(home))\n", status: 75)
    let refused = try filter(message, for: "bob@example.org", "--home", home, "--on-error", "fail")
    expect(refused, stderr: "postseal: 5.3.0 not filtered: \(missing(home))\n", status: 69)
    let passed = try filter(message, for: "bob@example.org", "--home", home, "--on-error", "pass")
    expect(
      passed, stdout: String(decoding: message, as: UTF8.self),
      stderr: "postseal: in clear, as --on-error says: not filtered yet: \(missing(home))\n", status: 0)
    // What a rule refuses is no trouble.
    #expect(try filter(message, for: "a@only.example", "--on-error", "pass").status == 69)
  }

  private func missing(_ home: String) -> String {
    "cannot start gpg in \(home): the GnuPG home \(home) does not exist"
  }

  @Test func `a keyring that tells of nobody bounces no mail, and lets none go in clear`() throws {
    let empty = try TemporaryKeyring()
    for recipient in ["dave@example.com", "a@clear.example", "bob@example.org", "a@hold.example"] {
      let run = try filter(Letter().bytes(), for: recipient, keyring: empty)
      #expect(run.status == 75 && run.stdout.isEmpty, "\(recipient): \(run.stderr)")
    }
    // What the configuration names has to be there.
    let rules = Self.rules.replacing("*@clear.example", with: "ops@keys.example")
    try stage.folder.write(Array(rules.utf8), to: "c.toml")
    let other = try TemporaryKeyring(certificates: [.bob])
    let run = try filter(Letter().bytes(), for: "ops@keys.example", keyring: other)
    #expect(run.status == 75 && run.stdout.isEmpty)
    #expect(run.stderr.hasPrefix("postseal: 4.3.0 not filtered yet: no certificate for ops@keys.example: the config"))
  }

  @Test func `a wrong configuration bounces no mail`() throws {
    try stage.folder.write(Array("[filter]\ndefault = \"sael\"\n".utf8), to: "c.toml")
    let run = try filter(Letter().bytes())
    expect(
      run,
      stderr:
        "postseal: 4.3.0 not filtered yet: c.toml:2: filter.default: `sael` is not one of `seal`, `seal-if-key`, `bounce`, `hold`\n",
      status: 75)
  }

  @Test func `a message that cannot be written again is refused without a word of it`() throws {
    let run = try filter(Array("From: a@b.example\nSubject: secret\u{1}figures\n\nHi\n".utf8))
    expect(
      run,
      stderr:
        "postseal: 5.6.0 not delivered: the message cannot be encrypted: it holds a control character that mail must not carry\n",
      status: 65)
    #expect(try filter([]).status == 65)
  }

  @Test func `output that cannot be written makes the mail wait`() throws {
    var child = stage.command("filter", "--stdout", "--", "bob@example.org", keyring: stage.alice)
    child.stdin = .file(Letter().bytes())
    child.stdout = .path("/dev/full")
    #expect(try child.run().status == 75)
  }

  // MARK: Many at once

  @Test func `eight at once on one keyring seal eight messages and start no agent`() async throws {
    let keyring = try TemporaryKeyring(certificates: [.bob])
    try stage.folder.write(
      Array("[keys]\n\"bob@example.org\" = \"\(Identity.bob.hexFingerprint)\"\n".utf8), to: "c.toml")
    let runs = try await withThrowingTaskGroup(of: ChildRun.self) { group in
      for _ in 0..<8 { group.addTask { try filter(Letter().bytes(), keyring: keyring) } }
      return try await group.reduce(into: []) { $0.append($1) }
    }
    #expect(runs.map(\.status) == Array(repeating: 0, count: 8))
    let left = try FileManager.default.contentsOfDirectory(atPath: keyring.home.string)
    #expect(!left.contains { $0.hasPrefix("S.") || $0.hasSuffix(".lock") }, "\(left)")
  }
}
