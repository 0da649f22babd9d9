import SystemPackage
import TestSupport
import Testing

/// `fetch --all-folders` from a scripted IMAP server; FetchServerTranscripts has it with a real one.
struct FetchFoldersTranscripts {
  private let stage: FetchStage

  init() throws { stage = try FetchStage() }

  /// A server whose mailboxes all hold one message.
  private func script(_ folders: [String], capabilities: String = "IMAP4rev1 AUTH=PLAIN UIDPLUS IDLE") throws
    -> IMAPScript
  {
    try IMAPScript([1: Array("Subject: one\r\n\r\n.\r\n".utf8)], capabilities: capabilities) { command in
      guard command.words[0] == "LIST" else { return nil }
      return folders.map { .say("* LIST \($0)") } + [.say("\(command.tag) OK done")]
    }
  }

  private func fetch(_ script: IMAPScript, _ arguments: String...) throws -> ChildRun {
    let url = "imap://127.0.0.1:\(script.server.port)"
    return try stage.command(["fetch", "--from", url, "--into", "in/box", "--all-folders"] + arguments).run()
  }

  /// The Maildirs that were made.
  private func boxes() throws -> [String] {
    try stage.folder.contents().filter { $0.hasSuffix("/new") }.map { String($0.dropLast(4)) }.sorted()
  }

  @Test func `each mailbox has a folder of its own within the Maildir, whatever it is called`() throws {
    let script = try script([
      #"(\HasChildren) "/" INBOX"#, #"() "/" "Lists/Swift""#, #"() "/" "../../evil""#, #"() "/" "Entw&APw-rfe""#,
      #"() "/" "..""#, #"() NIL "flat/name""#, #"() "/" "a%2Eb""#, #"() "/" "/etc/passwd""#, #"() "/" "inbox""#,
      #"() "/" "Lists/Swift""#, #"(\Noselect) "/" "Lists""#, #"(\NonExistent) "/" "gone""#,
    ])
    let run = try fetch(script)
    #expect(run.status == 0, "\(run.stderr)")
    #expect(
      try boxes() == [
        "in/box", "in/box/.%.etc.passwd", "in/box/.%2E%2E", "in/box/.%2E%2E.%2E%2E.evil", "in/box/.Entwürfe",
        "in/box/.Lists.Swift", "in/box/.a%252Eb", "in/box/.flat%2Fname",
      ])
    #expect(try stage.folder.contents().filter { $0.contains("/cur/") }.count == 8)
    #expect(script.commands.contains(#"EXAMINE "Entw&APw-rfe""#))
    // What came once does not come again.
    let second = try fetch(script)
    #expect(second.status == 0 && !second.text.contains(" new message,"), "\(second.text)")
    #expect(try stage.folder.contents().filter { $0.contains("/cur/") }.count == 8)
  }

  @Test func `junk, trash and what only shows other mail once more are left out, unless named`() throws {
    let folders = [
      #"() "/" INBOX"#, #"(\All) "/" "[Gmail]/All Mail""#, #"(\Flagged) "/" "[Gmail]/Starred""#,
      #"(\Trash) "/" "[Gmail]/Bin""#, #"() "/" "Spam""#, #"() "/" "Trash""#,
    ]
    let script = try script(folders)
    let run = try fetch(script, "--folder", "[Gmail]/Bin")
    #expect(run.status == 0, "\(run.stderr)")
    #expect(try boxes() == ["in/box", "in/box/.Trash", "in/box/.[Gmail].Bin"])
    #expect(
      run.stderr
        == "postseal: left out: [Gmail]/All Mail, [Gmail]/Starred, Spam; `--folder NAME` has one of them fetched, too\n"
    )
    #expect(script.commands.contains(#"LIST "" "*""#))
    let telling = try self.script(folders, capabilities: "IMAP4rev1 AUTH=PLAIN SPECIAL-USE LIST-EXTENDED")
    #expect(try fetch(telling, "--dry-run").status == 0)
    #expect(telling.commands.contains(#"LIST "" "*" RETURN (SPECIAL-USE)"#))
  }

  @Test func `a mailbox that can have no place, or no name, is told, and the others are fetched`() throws {
    let long = String(repeating: "x", count: 300)
    let script = try script([
      #"() "/" INBOX"#, #"() "/" "a/b""#, #"() "." "a.b""#, #"() "/" "\#(long)""#, #"() "/" "bad&zz""#,
      #"() "/" c"#,
    ])
    let run = try fetch(script)
    #expect(run.status == 73)
    #expect(try boxes() == ["in/box", "in/box/.a.b", "in/box/.c"])
    let told = run.stderr.replacing(stage.folder.path.string, with: "~")
    #expect(told.contains("postseal: left out: 1 mailbox on the server, with a name that is wrongly encoded\n"))
    #expect(
      told.contains("postseal: not fetched: the mailboxes `a/b` and `a.b` would both come into ~/in/box/.a.b\n"),
      "\(told)")
    #expect(told.contains("is too long for a folder"))
  }

  @Test func `a mailbox that is gone meanwhile does not keep the others away`() throws {
    let inner = try IMAPScript([1: Array("Subject: one\r\n\r\n.\r\n".utf8)]) { command in
      switch command.line {
      case #"LIST "" "*""#:
        [#"() "/" INBOX"#, #"() "/" a"#, #"() "/" b"#].map { .say("* LIST \($0)") } + [.say("\(command.tag) OK done")]
      case #"EXAMINE "a""#: [.say("\(command.tag) NO [NONEXISTENT] \u{1B}[31mgone")]
      default: nil
      }
    }
    let run = try fetch(inner)
    #expect(run.status == 66)
    #expect(
      run.stderr.hasPrefix(
        "postseal: not fetched: cannot open the mailbox a at 127.0.0.1: NO [NONEXISTENT] \\u{1b}[31mgone\n"),
      "\(run.stderr)")
    #expect(try boxes().contains("in/box/.b"))
  }

  @Test func `names that look alike are two, and many folders need few open files`() throws {
    // U+00E9, and e with U+0301.
    let alike = [#"() "/" "caf&AOk-""#, #"() "/" "cafe&AwE-""#]
    let script = try script(alike + (1...60).map { #"() "/" "f\#($0)""# })
    var child = stage.command([
      "fetch", "--from", "imap://127.0.0.1:\(script.server.port)", "--into", "in/box", "--all-folders", "--quiet",
    ])
    child.arguments = ["-c", #"ulimit -n 48; exec "$@""#, "sh", child.program] + child.arguments
    child.program = "/bin/sh"
    let run = try child.run()
    #expect(run.status == 0, "\(run.stderr)")
    #expect(try stage.folder.contents().filter { $0.contains("/cur/") }.count == 62)
  }

  @Test(arguments: [
    (["fetch", "--from", "pop3://127.0.0.1:1", "--into", "box", "--all-folders"], "a POP3 server has one mailbox"),
    (["fetch", "--from", "imap://127.0.0.1:1/Sent", "--into", "box", "--all-folders"], "the URL names one mailbox"),
    (["fetch", "--from", "imap://127.0.0.1:1", "--into", "mbox:box", "--all-folders"], "need a Maildir"),
  ]) func `what cannot be meant is wrong usage`(arguments: [String], words: String) throws {
    let run = try stage.command(arguments).run()
    #expect(run.status == 64)
    #expect(run.stderr.contains(words), "\(run.stderr)")
  }
}
