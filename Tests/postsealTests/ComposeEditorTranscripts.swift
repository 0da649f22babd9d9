import Foundation
import SystemPackage
import TestSupport
import Testing

/// Messages that are written in an editor, and what is left of them.
@Suite struct ComposeEditorTranscripts {
  private let desk: ComposeStage
  private static let secret = "The canary sings at noon."

  init() throws { desk = try ComposeStage() }

  private func leavesNothing(_ location: SourceLocation = #_sourceLocation) throws {
    #expect(try desk.memory.contents() == [], sourceLocation: location)
    let files = try desk.folder.contents().filter { $0 != "editor.sh" && $0 != "mail.eml" }
    for name in files where !name.hasSuffix("new") {
      guard let bytes = try? desk.folder.read(name) else { continue }
      #expect(!String(decoding: bytes, as: UTF8.self).contains("canary"), "\(name)", sourceLocation: location)
    }
  }

  private static let write = "printf '%s\\n# a title\\n' '\(secret)' >> \"$1\"\n"

  @Test func `the template shows for whom the message will be sealed, and nothing of that is sent`() throws {
    let child = try desk.edit(
      "cp \"$1\" seen.txt\n" + Self.write, "--to", "bob@example.org", "--subject", "Noon", "-o", "sealed.eml")
    let run = try child.run().succeeded()
    let seen = String(decoding: try desk.folder.read("seen.txt"), as: UTF8.self)
    #expect(
      seen.hasPrefix(
        "# Will be sealed for:\n#   ✓ bob@example.org  ed25519  4FE1 D2B8 … 5CF9 2FA2\n#       accepted by you"),
      "\(seen)")
    #expect(
      seen.contains(
        "\nFrom: Alice Example <alice@example.org>\nTo: bob@example.org\nCc:\nBcc:\nSubject: Noon\nAttach:\n\n"))
    #expect(run.stderr.contains("sealed: signed as alice@example.org"))
    let opened = try desk.opened("sealed.eml")
    #expect(opened.hasSuffix("\r\n\r\n\(Self.secret)\r\n# a title\r\n"), "\(opened)")
    #expect(!opened.contains("Will be sealed"))
    try leavesNothing()
  }

  @Test func `who cannot be sealed for stands there with the reason and the next step`() throws {
    let run = try desk.edit(
      "cat \"$1\" >&2\n", "--to", "dave@example.com, carol@example.net", "--send"
    ).run()
    #expect(run.stderr.contains("#   ✗ no certificate for dave@example.com\n#     looked in your keyring only"))
    #expect(run.stderr.contains("#   ✗ cannot encrypt to carol@example.net: certificate F19C 23ED"))
    let lines = run.stderr.split(separator: "\n").filter { $0.hasPrefix("#") }
    #expect(lines.allSatisfy { $0.count < 80 }, "\(lines)")
  }

  @Test(arguments: [(":", "nothing was written"), (": > \"$1\"", "the file was emptied")])
  func `a file that was left as it was or emptied gives up`(script: String, words: String) throws {
    let run = try desk.edit(script, "--to", "bob@example.org", "--send").run()
    expect(run, stderr: "postseal: \(words), so nothing was sent or kept\n", status: 1)
    #expect(try desk.drafts() == [])
    try leavesNothing()
  }

  @Test func `what was changed in the editor counts: recipients, subject, attachments`() throws {
    try desk.folder.write([7], to: "a file.bin")
    let script = """
      sed -i -e 's/^To:.*/To: erin@example.org,\\n bob@example.org/' -e 's/^Subject:.*/Subject: Größen/' \
      -e 's/^Attach:.*/Attach: a file.bin/' "$1"
      """
    try desk.edit(script, "--to", "dave@example.com", "--body", "Hi", "-o", "sealed.eml").run().succeeded()
    let opened = try desk.opened("sealed.eml")
    #expect(opened.contains("To: erin@example.org, bob@example.org") && opened.contains("filename=\"a file.bin\""))
  }

  @Test func `a mistake with nobody to ask keeps the whole text as a draft`() throws {
    let run = try desk.edit("printf 'Hello\\n\(Self.secret)' > \"$1\"\n", "--send").run()
    #expect(run.status == 65 && run.stderr.contains("line 1: `Hello` is no field; put an empty line"), "\(run.stderr)")
    #expect(run.stderr.contains("the text is kept as draft \(try desk.drafts()[0]), sealed to yourself"))
    #expect(try desk.openedDraft().hasSuffix("Hello\r\n\(Self.secret)\r\n"))
    try leavesNothing()
  }

  @Test func `a failing send keeps the text as a draft`() throws {
    let run = try desk.edit(Self.write, "--to", "dave@example.com", "--send").run()
    let name = try #require(try desk.drafts().first)
    expect(
      run,
      stderr: """
        postseal: not sent: no certificate for dave@example.com
        postseal: the text is kept as draft \(name), sealed to yourself
        hint: looked in your keyring only; try `postseal key find dave@example.com`
        hint: go on with `postseal compose --resume \(name)`

        """, status: 30)
    #expect(try desk.openedDraft().contains(Self.secret))
    try leavesNothing()
  }

  @Test func `without a key to keep it the text is left, and it is said where`() throws {
    let nobody = try TemporaryKeyring(certificates: [.bob])
    let run = try desk.edit(
      Self.write, "--to", "bob@example.org", "--from", "alice@example.org", "--send", keyring: nobody
    ).run()
    #expect(run.status != 0)
    let path = try #require(run.stderr.firstMatch(of: /it lies in clear in (\S+)/)?.1)
    #expect(String(decoding: try readFile(FilePath(String(path))), as: UTF8.self).contains(Self.secret))
    #expect(path.hasPrefix(desk.memory.path.string))
  }

  @Test(arguments: [("exit 3", Int32(1), "ended badly"), ("kill -9 $$", 1, "ended badly")])
  func `an editor that ends badly sends nothing and loses nothing`(end: String, status: Int32, words: String) throws {
    let run = try desk.edit(Self.write + end, "--to", "bob@example.org", "--send").run()
    #expect(run.status == status && run.stderr.contains(words), "\(run.stderr)")
    #expect(try desk.openedDraft().contains(Self.secret))
    #expect(try desk.delivered() == [])
    try leavesNothing()
  }

  @Test func `an editor that is not there is told`() throws {
    var child = try desk.edit("", "--to", "bob@example.org", "--send")
    child.environment["VISUAL"] = "/nonexistent/editor -x"
    let run = try child.run()
    #expect(run.status == 78 && run.stderr.contains("cannot run the editor `/nonexistent/editor -x`"))
    #expect(run.stderr.contains("hint: set VISUAL or EDITOR to another"))
    try leavesNothing()
  }

  @Test func `what an editor leaves beside the file goes with it`() throws {
    let script =
      Self.write
      + "d=$(dirname \"$1\"); cp \"$1\" \"$1~\"; cp \"$1\" $d/.letter.eml.swp; mkdir $d/x; cp \"$1\" $d/x/y\n"
      + "mv \"$1~\" \"$1\"; echo temporary > \"$TMPDIR/nano.1\"\n"
    try desk.edit(script, "--to", "bob@example.org", "-o", "sealed.eml").run().succeeded()
    #expect(try desk.opened("sealed.eml").contains(Self.secret))
    try leavesNothing()
  }

  @Test(arguments: ["TERM", "HUP", "INT"])
  func `a signal while the editor is open keeps the text as a draft`(signal: String) throws {
    var child = try desk.edit(Self.write + "exec sleep 30", "--to", "bob@example.org", "--send")
    // What is typed at a terminal goes to the editor as well, and ends it.
    let group = signal == "INT" ? [] : ["--foreground"]
    child.arguments = group + ["--preserve-status", "-s", signal, "1.5", child.program] + child.arguments
    child.program = "timeout"
    let run = try child.run()
    #expect(run.duration < .seconds(20))
    // After the editor the second of two interrupts may reach the run itself.
    #expect(run.status == 130 || signal == "INT" && run.status == 1, "\(run.status) \(run.stderr)")
    #expect(try desk.openedDraft().contains(Self.secret))
    try leavesNothing()
  }

  @Test func `what a killed run left is gone with the next one`() throws {
    var child = try desk.edit(Self.write + "kill -9 $(cat pid); sleep 0.2", "--to", "bob@example.org", "--send")
    child.arguments = ["-c", "echo $$ > pid; exec \"$0\" \"$@\"", child.program] + child.arguments
    child.program = "/bin/sh"
    #expect(try child.run().status == 128 + 9)
    #expect(try desk.memory.contents().contains { $0.hasSuffix("letter.eml") })
    #expect(try desk.edit(":", "--to", "bob@example.org", "--send").run().status == 1)
    try leavesNothing()
  }

  // MARK: At a terminal

  private func typed(_ answers: String, _ script: String, _ arguments: [String]) throws -> ChildRun {
    let path = try desk.folder.write(Array(script.utf8), to: "editor.sh")
    var child = desk.compose(arguments).onTerminal()
    child.environment["VISUAL"] = "sh \(path)"
    child.stdin = .pipe(Array(answers.utf8))
    return try child.run()
  }

  @Test func `at a terminal the editor opens, and the person says what is next`() throws {
    let sent = try typed("s\n", Self.write, ["--to", "bob@example.org"] + desk.via)
    #expect(sent.status == 0 && sent.text.contains("to be sealed: signed as alice@example.org"), "\(sent.text)")
    #expect(sent.text.contains("send, edit, keep as draft, or discard?"))
    // For whom it is stands there once.
    #expect(sent.text.matches(of: #/copy to self/#).count == 1, "\(sent.text)")
    #expect(!sent.text.contains("\nsealed: ") && sent.text.contains("sent through "), "\(sent.text)")
    #expect(try desk.delivered().count == 1)
    try leavesNothing()
  }

  @Test func `at a terminal a draft is kept where that is the answer, or none comes`() throws {
    #expect(try typed("what?\nd\n", Self.write, ["--to", "bob@example.org"]).text.contains("kept as draft "))
    #expect(try desk.openedDraft().contains(Self.secret))
    #expect(try typed("", Self.write, ["--to", "bob@example.org"]).text.contains("kept as draft "))
    #expect(try desk.drafts().count == 2)
    try leavesNothing()
  }

  @Test func `at a terminal what was discarded is gone`() throws {
    let run = try typed("x\n", Self.write, ["--to", "bob@example.org"])
    #expect(run.status == 1 && run.text.contains("discarded, so nothing was sent or kept"))
    #expect(try desk.drafts() == [])
    try leavesNothing()
  }

  @Test func `at a terminal a mistake opens the editor again, with the mistake on top and the text below`() throws {
    let script = """
      if [ -e second ]; then cp "$1" seen.txt; sed -i 's/^To:.*/To: bob@example.org/' "$1"
      else touch second; sed -i 's/^To:.*/To: bob at example/' "$1"; \(Self.write)fi
      """
    let run = try typed("s\n", script, ["--to", "bob@example.org"] + desk.via)
    #expect(run.status == 0, "\(run.text)")
    let seen = String(decoding: try desk.folder.read("seen.txt"), as: UTF8.self)
    #expect(seen.hasPrefix("# !! line 2: `bob at example` is no "), "\(seen)")
    #expect(seen.contains("To: bob at example\n") && seen.contains(Self.secret))
    #expect(try desk.delivered().count == 1)
  }

  @Test func `at a terminal sending is not offered where it cannot be, and its reason is told once`() throws {
    let run = try typed("d\n", Self.write, ["--subject", "Noon"] + desk.via)
    #expect(run.text.contains("\nedit, keep as draft, or discard? [e/d/x] "), "\(run.text)")
    #expect(run.text.matches(of: /names no recipient/).count == 1 && run.text.contains("kept as draft "), "\(run.text)")
    let again = try typed("d\n", Self.write, ["--subject", "Noon", "--send"] + desk.via)
    #expect(again.text.matches(of: /names no recipient/).count == 1, "\(again.text)")
    #expect(!again.text.contains("send, edit"), "\(again.text)")
  }

  @Test func `at a terminal a send that fails on its way asks again, without showing all again`() throws {
    let run = try typed("s\nd\n", Self.write, ["--to", "bob@example.org", "--via", "smtps://alice@localhost:1"])
    #expect(
      run.text.matches(of: #/to be sealed: /#).count == 1 && run.text.contains("not sent: no password"), "\(run.text)")
    #expect(run.text.matches(of: /send, edit, keep as draft, or discard/).count == 2, "\(run.text)")
    #expect(run.text.contains("kept as draft "))
  }

  @Test func `at a terminal a send that fails asks again`() throws {
    let run = try typed("s\nd\n", Self.write, ["--to", "dave@example.com"] + desk.via)
    #expect(
      run.text.contains("not sealed: no certificate for dave") && run.text.contains("kept as draft "), "\(run.text)")
    #expect(try desk.openedDraft().contains(Self.secret))
    try leavesNothing()
  }

  @Test func `what the outbox keeps is no draft as well, and without the outbox it is one`() throws {
    let broken = ["--to", "bob@example.org", "--send", "--via", "maildir:/dev/null"]
    let path = try desk.folder.write(Array(Self.write.utf8), to: "editor.sh")
    for (options, count) in [([], 0), (["--no-outbox"], 1)] {
      var child = desk.compose(["--edit"] + broken + options)
      child.environment["VISUAL"] = "sh \(path)"
      let run = try child.run()
      #expect(run.status == 73 && run.stderr.contains("cannot deliver into /dev/null"), "\(run.stderr)")
      #expect(try desk.drafts().count == count, "\(run.stderr)")
    }
    let kept = try desk.command(["outbox", "list"]).run().succeeded().text
    #expect(kept.contains("bob@example.org"))
    try leavesNothing()
  }
}
