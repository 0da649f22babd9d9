import SystemPackage
import TestSupport
import Testing

/// What leaves when a message is sent, and what does not.
@Suite struct SendingTranscripts {
  let stage: Stage

  init() throws {
    stage = try Stage()
    try stage.folder.write([], to: "box/new/.keep")
  }

  private func send(_ arguments: String..., keyring: TemporaryKeyring? = nil) throws -> ChildRun {
    var child = stage.command("send", keyring: keyring ?? stage.alice)
    child.arguments += arguments + ["--via", "maildir:\(stage.folder.path)/box"]
    return try child.run()
  }

  /// The messages that were delivered.
  private func delivered() throws -> [String] {
    try stage.folder.contents().filter { $0.hasPrefix("box/new/") && $0 != "box/new/.keep" }.map {
      String(decoding: try stage.folder.read($0), as: UTF8.self)
    }
  }

  @Test func `clear text goes when it is asked for, without its Bcc field`() throws {
    try stage.write(Letter(bcc: "dave@example.com"))
    let run = try send("letter.eml", "--clear")
    #expect(run.status == 0, "\(run.stderr)")
    #expect(run.text.contains("in clear: not signed, not encrypted, "))
    let copies = try delivered()
    #expect(copies.count == 2)
    #expect(copies.allSatisfy { $0.contains("Subject: Budget") && !$0.lowercased().contains("bcc") })
  }

  @Test func `a message that is only signed goes when that is asked for`() throws {
    try stage.write(Letter())
    let rehearsal = try send("letter.eml", "--sign-only", "--dry-run")
    #expect(rehearsal.text.contains("would be sent: signed as alice@example.org, not encrypted, "), "\(rehearsal.text)")
    #expect(try send("letter.eml", "--sign-only").text.contains("signed: as alice@example.org, not encrypted, "))
    #expect(try delivered().first?.contains("multipart/signed") == true)
  }

  @Test func `a sealed message passes unchanged`() throws {
    try stage.seal()
    let sealed = String(decoding: try stage.folder.read("sealed.eml"), as: UTF8.self)
    let run = try send("sealed.eml")
    #expect(run.status == 0, "\(run.stderr)")
    #expect(run.text.contains("\nsealed: as it was given, "))
    let copies = try delivered()
    #expect(copies.count == 1)
    #expect(copies.first?.hasSuffix(sealed) == true)
  }

  @Test func `a sealed message does not go to those who cannot read it`() throws {
    try stage.seal()
    let run = try send("sealed.eml", "--to", "erin@example.org")
    expect(
      run,
      stderr: """
        postseal: not sent: the message is already sealed, but not for erin@example.org
        hint: seal the original message again for all recipients

        """, status: 33)
    #expect(try delivered() == [])
    let changed = try send("sealed.eml", "--subject", "Open")
    #expect(changed.status == 64)
    #expect(try delivered() == [])
  }

  @Test func `a sealed message that mail does not allow is refused in its own words`() throws {
    try stage.seal()
    let sealed = String(decoding: try stage.folder.read("sealed.eml"), as: UTF8.self)
    try stage.folder.write(Array(sealed.replacing("Message-ID:", with: "X-ID:").utf8), to: "odd.eml")
    let run = try send("odd.eml")
    #expect(run.status == 65)
    #expect(run.stderr.contains("already sealed, but cannot be passed on: the message has 0 Message-ID fields"))
    #expect(try delivered() == [])
  }

  @Test func `a Bcc field behind a broken line is not sent as text`() throws {
    try stage.folder.write(
      Array("From: alice@example.org\nTo: bob@example.org\nbroken\nBcc: erin@example.org\n\nHi\n".utf8), to: "b.eml")
    expect(
      try send("b.eml"),
      stderr: """
        postseal: not sent: `broken` is no header line, and no empty line stands before it
        hint: put an empty line between header and text

        """, status: 65)
    #expect(try delivered() == [])
  }

  @Test(arguments: [
    ("--to", "", "`` is no list of addresses"), ("--to", "bob", "`bob` is no address"),
    ("--bcc", "bob", "`bob` is no address"), ("--from", "", "`` is no address"),
    ("--subject", "a\nb", "the Subject holds the control character 10, which mail must not carry"),
    ("--as", "4FE1D2B8", "`4FE1D2B8` is neither an address nor a whole fingerprint"),
    (
      "--sent", "box",
      "cannot keep sent mail in \"box\": the known places are maildir:, imaps://, imap+starttls:// and imap://"
    ),
    (
      "--sent", "smtps://alice@mail.example.org",
      "cannot keep sent mail in \"smtps://alice@mail.example.org\": the known places are maildir:, imaps://, imap+starttls:// and imap://"
    ),
    ("--sent", "maildir:box", "a path that is absolute or starts with ~/ is needed, not \"box\""),
    ("--ca-file", "none.pem", "there is no file none.pem"),
    ("--client-certificate", "none.pem", "there is no file none.pem"),
    (
      "--proxy", "tor",
      "a proxy is socks5h://HOST:PORT, http://HOST:PORT or none, not \"tor\": names are resolved by the proxy alone"
    ),
  ]) func `a value that an option cannot have is wrong usage, and the option is named`(
    option: String, value: String, words: String
  ) throws {
    try stage.write(Letter(cc: "erin@example.org"))
    expect(
      try send("letter.eml", option, value),
      stderr: "postseal: \(option): \(words)\nhint: see `postseal send --help`\n", status: 64)
    #expect(try delivered() == [])
  }

  @Test(arguments: ["--output", "--home", "--ca-file"])
  func `an option that an unset variable left empty is refused`(option: String) throws {
    try stage.write(Letter())
    let run = try stage.run(option == "--output" ? "encrypt" : "send", "letter.eml", option, "", keyring: stage.alice)
    #expect(run.status == 64 && run.stderr.hasPrefix("postseal: \(option) must not be empty\n"), "\(run.stderr)")
    let nameless = try send("")
    #expect(
      nameless.status == 66
        && nameless.stderr == "postseal: cannot open a file without a name: no such file or directory\n")
  }

  @Test func `mail that lacks a password was not sent, and says so`() throws {
    try stage.write(Letter())
    var child = stage.command(
      "send", "letter.eml", "--via", "smtps://alice@localhost:1", "--no-outbox", keyring: stage.alice)
    child.environment["HOME"] = stage.folder.path.string
    let hint =
      "hint: set `password-command` of an account in the configuration and name it with `--account`, or use `--password-fd N`\n"
    expect(try child.run(), stderr: "postseal: not sent: no password for alice at localhost\n" + hint, status: 78)
    child.arguments.insert("letter.eml", at: 2)
    expect(try child.run(), stderr: "postseal: not sent: no password for alice at localhost\n" + hint, status: 78)
    child.arguments += ["--password-fd", "77"]
    #expect(try child.run().stderr == "postseal: not sent: cannot read descriptor 77: bad file descriptor\n")
  }

  @Test func `mail that went is not called failed because its report cannot be written`() throws {
    try stage.write(Letter())
    var child = stage.command("send", "letter.eml", "--via", "maildir:\(stage.folder.path)/box", keyring: stage.alice)
    child.stdout = .path("/dev/full")
    let run = try child.run()
    #expect(run.status == 0)
    #expect(run.stderr.contains("cannot write standard output: no space left on device"))
    #expect(try delivered().count == 1)
  }

  @Test func `a dry run asks no program for a password`() throws {
    try stage.write(Letter())
    let mark = stage.folder.appending("asked").string
    let account = "[account.a]\npassword-command = [\"touch\", \"\(mark)\"]\nsubmit = \"smtps://alice@localhost:1\"\n"
    try stage.folder.write(Array(account.utf8), to: "c.toml")
    let run = try stage.run(
      "send", "letter.eml", "--dry-run", "--account", "a", "--config", "c.toml", keyring: stage.alice)
    #expect(run.status == 0, "\(run.stderr)")
    #expect(try !stage.folder.contents().contains("asked"))
  }

  @Test func `a Maildir that cannot be written is told in words`() throws {
    try stage.write(Letter())
    let run = try stage.run("send", "letter.eml", "--via", "maildir:/dev/null", "--no-outbox", keyring: stage.alice)
    expect(run, stderr: "postseal: not sent: cannot deliver into /dev/null: not a directory\n", status: 73)
  }

  @Test func `a signer that is not here is named`() throws {
    try stage.write(Letter())
    expect(
      try send("letter.eml", "--as", Identity.bob.hexFingerprint),
      stderr: """
        postseal: not sent: cannot sign as alice@example.org: you have no secret key 4FE1 D2B8 … 5CF9 2FA2
        hint: see your own keys with `postseal key list --secret`

        """, status: 34)
  }
}
