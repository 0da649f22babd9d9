import SystemPackage
import TestSupport
import Testing

/// Messages that are written without an editor.
@Suite struct ComposeTranscripts {
  private let desk: ComposeStage

  init() throws { desk = try ComposeStage() }

  private func compose(_ arguments: String...) throws -> ChildRun { try desk.compose(arguments).run() }

  @Test func `what is written is the sealed message, for its recipients and oneself`() throws {
    try desk.folder.write([0, 1, 2, 255], to: "Übersicht.bin")
    let run = try compose(
      "--to", "Bob Meyer <bob@example.org>", "--subject", "Größen", "--body", "Hällo\n-- \nAlice", "--attach",
      "Übersicht.bin", "-o", "sealed.eml"
    ).succeeded()
    #expect(
      run.stdout.isEmpty && run.stderr.contains("sealed: signed as alice@example.org, encrypted, subject hidden, 1"))
    let sealed = String(decoding: try desk.folder.read("sealed.eml"), as: UTF8.self)
    #expect(sealed.contains("Subject: [...]") && !sealed.contains("llo"))
    let bob = try Stage.bob()
    let page = try desk.command(["read", "sealed.eml"], keyring: bob).run().succeeded().text
    for part in ["good signature by Alice", "Subject: Größen", "│ Hällo", "│ Alice", "[1] Übersicht.bin"] {
      #expect(page.contains(part), "\(page)")
    }
    try desk.command(["extract", "sealed.eml", "1", "--to", "."], keyring: bob).run().succeeded()
    #expect(try desk.folder.read("Übersicht-2.bin") == [0, 1, 2, 255])
  }

  @Test func `what was written can be sent as it is`() throws {
    var child = ChildProcess("sh", [], environment: desk.compose([]).environment)
    child.directory = desk.folder.path
    let tool = "'\(postsealBinary.string)'"
    child.arguments = [
      "-c",
      "printf 'Hi\\n' | \(tool) compose --to bob@example.org | \(tool) send --via maildir:\(desk.folder.path)/box",
    ]
    try child.run().succeeded()
    #expect(try desk.delivered().count == 1)
    #expect(try desk.delivered()[0].contains("multipart/encrypted"))
  }

  @Test func `with --send each hidden recipient gets a copy that tells of nobody else`() throws {
    let arguments = ["--to", "bob@example.org", "--bcc", "erin@example.org", "--body", "Hi", "--send"] + desk.via
    let run = try desk.compose(arguments).run().succeeded()
    #expect(run.text.contains("sent through"))
    let copies = try desk.delivered()
    #expect(copies.count == 2 && copies.allSatisfy { $0.contains("multipart/encrypted") })
    #expect(copies.count { $0.contains("erin") } == 1)
  }

  @Test func `a recipient who cannot be sealed for keeps it from being written`() throws {
    let run = try compose("--to", "dave@example.com", "--body", "Hi", "-o", "sealed.eml")
    expect(
      run,
      stderr: """
        postseal: not sealed: no certificate for dave@example.com
        hint: looked in your keyring only; try `postseal key find dave@example.com`

        """, status: 30)
    #expect(try !desk.folder.contents().contains("sealed.eml"))
  }

  @Test(arguments: [
    (["--to", "bob@example.org"], "the message has no text", Int32(64)),
    (
      ["--to", "bob@example.org", "--body", "a\u{1B}[31mb"], "the text is no text: it holds the control character 27",
      65
    ),
    (
      ["--to", "bob@example.org", "--body", "x", "--attach", "none"], "cannot attach none: no such file or directory",
      66
    ),
    (["--to", "bob@example.org", "--body", "x", "--attach", "box"], "cannot attach box: it is no file", 66),
    (
      ["--to", "bob@example.org", "--body", "x", "--subject", "a\nBcc: eve@evil.example"],
      "--subject: the Subject holds", 64
    ),
    (["--to", "", "--body", "x"], "--to: `` is no list of addresses", 64),
    (["--to", "bob@example.org", "--cc", "eve", "--body", "x"], "--cc: `eve` is no address", 64),
    (["--to", "bob@example.org", "--from", "me", "--body", "x"], "--from: `me` is no address", 64),
    (["--to", "bob@example.org", "--as", "ABCD", "--body", "x"], "--as: `ABCD` is neither an address nor", 64),
    (["--to", "bob@example.org", "--output", "", "--body", "x"], "--output must not be empty", 64),
    (["--to", "bob@example.org", "--attach", "", "--body", "x"], "cannot attach a file without a name: no such", 66),
    (["--to", "bob@example.org", "--sent", "box", "--body", "x"], "--sent: cannot keep sent mail in \"box\"", 64),
    (["--body", "x", "--send"], "not sent: the message names no recipient", 64),
    (["--reply", "a", "--forward", "b"], "--reply, --forward and --resume exclude each other", 64),
    (["--send", "--draft", "--body", "x"], "--send, --draft and --output exclude each other", 64),
    (["--edit", "--to", "bob@example.org"], "nobody can be asked what to do with the message", 64),
    (["--resume", "nosuch"], "there is no draft `nosuch`", 66),
  ])
  func `a mistake is told, and nothing is sent`(arguments: [String], words: String, status: Int32) throws {
    let run = try desk.compose(arguments + (arguments.contains("--send") ? desk.via : [])).run()
    #expect(run.status == status && run.stderr.contains("postseal: \(words)"), "\(run.stderr)")
    #expect(run.stdout.isEmpty)
    #expect(try desk.delivered() == [] && desk.drafts() == [])
  }

  @Test func `text that is not UTF-8 is refused`() throws {
    try desk.folder.write([0x48, 0xE4, 0x0A], to: "latin.txt")
    let run = try compose("--to", "bob@example.org", "--body-file", "latin.txt")
    #expect(run.status == 65 && run.stderr.contains("latin.txt is not UTF-8"))
  }

  @Test func `a dry run shows for whom, and leaves nothing`() throws {
    let run = try desk.compose(["--to", "bob@example.org", "--body", "x", "--send", "--dry-run"] + desk.via).run()
    #expect(run.status == 0 && run.text.contains("would be sent: ") && run.text.contains("✓ bob@example.org"))
    #expect(try desk.delivered() == [])
  }

  @Test func `clear text is written where it is asked for, but not without those it would not name`() throws {
    let run = try compose("--to", "bob@example.org", "--body", "Hi", "--clear", "-o", "clear.eml").succeeded()
    #expect(run.stderr.contains("written: not signed, not encrypted"))
    #expect(String(decoding: try desk.folder.read("clear.eml"), as: UTF8.self).hasSuffix("\r\n\r\nHi\r\n"))
    let hidden = try compose(
      "--to", "bob@example.org", "--bcc", "erin@example.org", "--body", "Hi", "--clear", "-o", "other.eml")
    #expect(hidden.status == 64 && hidden.stderr.contains("would not name its hidden recipients"))
    #expect(try !desk.folder.contents().contains("other.eml"))
  }

  @Test func `of several own addresses one has to be named, or an account`() throws {
    let two = try TemporaryKeyring(own: [.alice, .erin], accepted: [.bob])
    let run = try desk.compose(["--to", "bob@example.org", "--body", "x"], keyring: two).run()
    #expect(run.status == 64 && run.stderr.contains("name the one sender with `--from ADDRESS`"))
    let account = "default-account = \"a\"\n[account.a]\nfrom = [\"Erin <erin@example.org>\"]\n"
    try desk.folder.write(Array(account.utf8), to: "c.toml")
    let sent = try desk.compose(["--to", "bob@example.org", "--body", "x", "--config", "c.toml"], keyring: two).run()
    #expect(sent.stderr.contains("signed as erin@example.org"), "\(sent.stderr)")
  }

  @Test func `an attachment larger than memory may grow is streamed`() throws {
    let file = try FileDescriptor.open(
      desk.folder.appending("film.bin"), .writeOnly, options: .create, permissions: [.ownerReadWrite])
    try file.resize(to: 200 << 20)
    try file.close()
    let run = try compose(
      "--to", "bob@example.org", "--body", "x", "--attach", "film.bin", "-o", "sealed.eml"
    ).succeeded()
    #expect(run.peakMemory > 0 && run.peakMemory < 100 << 20, "\(run.peakMemory)")
  }
}
