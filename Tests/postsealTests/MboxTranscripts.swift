import Foundation
import SystemPackage
import TestSupport
import Testing

/// What commands read from an mbox, and write into one.
@Suite struct MboxTranscripts {
  let stage: Stage
  let bob: TemporaryKeyring

  init() throws {
    stage = try Stage()
    bob = try Stage.bob()
    try stage.writeMailbox()
  }

  private func text(_ name: String = "opened.mbox") throws -> String {
    String(decoding: try stage.folder.read(name), as: UTF8.self)
  }

  /// The Subject fields of an mbox, in order.
  private func subjects(_ name: String = "opened.mbox") throws -> [String] {
    try text(name).split(separator: "\n").filter { $0.hasPrefix("Subject: ") }.map { String($0.dropFirst(9)) }
  }

  private static let written = ["Sealed", "Signed", "Clear \u{1B}[31m", "Signed"]

  @Test func `every message that opens is written in the mailbox's order, with verdict, flags and time`() throws {
    let time = Date(timeIntervalSince1970: 1_700_000_000)
    try FileManager.default.setAttributes(
      [.modificationDate: time], ofItemAtPath: stage.folder.appending("mail/cur/1.sealed:2,S").string)
    let run = try stage.run("decrypt", "mail", "--into", "opened.mbox", keyring: bob)
    #expect(run.status == 66)
    #expect(run.stderr.hasSuffix("postseal: 7 messages: 4 written into opened.mbox, 3 not written\n"), "\(run.stderr)")
    #expect(try subjects() == Self.written)
    let signer = Identity.alice.hexFingerprint
    #expect(
      try text().hasPrefix(
        """
        From MAILER-DAEMON Tue Nov 14 22:13:20 2023
        X-Postseal-Delivery: whole=1; name=1.sealed
        Status: RO
        X-Postseal-Verdict: encrypted=whole; signature=good; trusted=yes; signer=\(signer); address=alice@example.org

        """))
    #expect(try text().hasSuffix("\nHello Bob,\nthe Figures.\n\n"))
    #expect(try !text().contains("\r"))
    // What was opened is no sealed mailbox any more, and its messages are read one by one.
    let again = try stage.run("read", "opened.mbox", "--message", "1", keyring: bob)
    #expect(again.text.contains("\nSubject: Sealed\n"))
  }

  @Test func `one message that is not opened is named with its mailbox`() throws {
    let source = try stage.run("verify", "mail", "--message", "5", keyring: bob)
    #expect(
      source.stderr.hasPrefix("postseal: cannot open message 5 of mail: the message was altered or cut on the way;"))
  }

  @Test func `a second run writes only what is missing, whatever another program wrote meanwhile`() throws {
    _ = try stage.run("decrypt", "mail", "--into", "mbox:opened", "--message", "2", keyring: bob)
    let foreign = "From bob@example.org Sun Nov 22 17:02:00 2026\nSubject: foreign\n\nhello\n\n"
    try stage.folder.write(stage.folder.read("opened") + Array(foreign.utf8), to: "opened")
    let again = try stage.run("decrypt", "mail", "--into", "opened", keyring: bob)
    #expect(
      again.stderr.hasSuffix("postseal: 7 messages: 3 written into opened, 1 there already, 3 not written\n"),
      "\(again.stderr)")
    #expect(try subjects("opened") == ["Signed", "foreign", "Sealed", "Clear \u{1B}[31m", "Signed"])
  }

  @Test(arguments: ["mbox", "mbox:mbox", "maildir:mail"])
  func `an input is a mailbox by what it is, or by its name`(name: String) throws {
    #expect(try stage.run("verify", name, keyring: bob).text.split(separator: "\n").count >= 6)
  }

  @Test(arguments: [
    (
      ["verify", "mbox:letter.eml"],
      "postseal: cannot read letter.eml: it is no mbox, which starts with a `From ` line\nhint: name a message, an mbox or a Maildir\n",
      Int32(66)
    ),
    (["verify", "maildir:mbox"], "postseal: cannot open mbox: not a directory\n", 66),
    (["verify", "mbox:none"], "postseal: cannot open none: no such file or directory\n", 66),
    (
      ["decrypt", "mbox", "--into", "mbox"],
      "postseal: mbox is where the messages come from\nhint: name another mailbox with `--into`\n", 64
    ),
    (
      ["decrypt", "mail", "--into", "mail/opened.mbox"],
      "postseal: mail/opened.mbox lies within mail\nhint: name another mailbox with `--into`\n", 64
    ),
    (
      ["decrypt", "mail", "--into", "letter.eml"],
      "postseal: cannot write into letter.eml: it holds other things than an mbox\nhint: name a new file, or a Maildir, with `--into`\n",
      73
    ),
    (
      ["decrypt", "mbox", "--into", "mbox:mail"],
      "postseal: cannot create mail: is a directory\n", 73
    ),
    (
      ["decrypt", "mail", "--into", "no/where.mbox"],
      "postseal: cannot create no/where.mbox: no such file or directory\n", 73
    ),
  ])
  func `a mailbox that makes no sense is refused, and nothing is written`(
    arguments: [String], stderr: String, status: Int32
  ) throws {
    let before = try stage.folder.contents()
    var child = postseal(arguments, keyring: bob)
    child.directory = stage.folder.path
    let run = try child.run()
    #expect(run.stderr.replacing("\(stage.folder.path)/", with: "") == stderr)
    #expect(run.status == status)
    #expect(try stage.folder.contents() == before)
  }

  @Test func `a mailbox that another program has locked is for later`() throws {
    try stage.folder.write([], to: "opened.mbox")
    try stage.folder.write(Array("1\n".utf8), to: "opened.mbox.lock")
    let run = try stage.run("decrypt", "mail", "--into", "opened.mbox", keyring: bob)
    let path = stage.folder.appending("opened.mbox.lock").string
    #expect(run.status == 75)
    #expect(run.stderr.hasPrefix("postseal: cannot lock \(path): another program has it locked\nhint: "))
    #expect(try text().isEmpty)
  }

  @Test func `a mailbox that grows while it is read gives nothing that was not judged`() throws {
    // A program that locks nothing: what it makes of the file cannot be trusted any more.
    let script = "sleep 0.05; printf 'From a@b Sun Nov 22 17:02:00 2026\\n\\nx\\n\\n' >> mbox & exec \"$@\""
    var child = stage.command("verify", "mbox", "--jobs", "1", keyring: bob)
    child.arguments = ["-c", script, "sh", child.program] + child.arguments
    child.program = "/bin/sh"
    let run = try child.run()
    let words = run.text.split(separator: "\n").map { $0.split(separator: " ")[4] }
    let known: [Substring] = ["good", "good", "unsigned", "bad", "altered", "no-key"]
    #expect(zip(words, known).allSatisfy { $0 == $1 || $0 == "error" }, "\(words)")
  }

  // MARK: Failures

  @Test func `a full disk ends the run, and the next one goes on`() throws {
    try stage.write(Letter(body: String(repeating: "a line of text\n", count: 4000)), as: "mail/cur/2.big:2,")
    var child = stage.command("decrypt", "mail", "--into", "opened.mbox", keyring: bob)
    child.fileSizeLimit = 20
    let run = try child.run()
    #expect(run.status == 74 && !run.stderr.contains(" messages: "), "\(run.stderr)")
    let (found, left) = (try subjects(), try text())
    #expect(Self.written.starts(with: found) && left.hasSuffix("\n\n"))
    #expect(try !stage.folder.contents().contains("opened.mbox.lock"))
    _ = try stage.run("decrypt", "mail", "--into", "opened.mbox", keyring: bob)
    #expect(try subjects().count == 5)
  }

  @Test func `kill -9 at any moment loses nothing, doubles nothing, and the next run mends the end`() throws {
    for number in 10..<24 {
      try stage.folder.write(stage.folder.read("sealed.eml"), to: "mail/cur/\(number).more:2,")
    }
    _ = try stage.run("decrypt", "mail", "--into", "whole.mbox", keyring: bob)
    for moment in 1...8 {
      var child = stage.command("decrypt", "mail", "--into", "opened.mbox", keyring: bob)
      child.arguments = ["-s", "KILL", String(Double(moment) * 0.04), child.program] + child.arguments
      child.program = "timeout"
      _ = try child.run()
    }
    _ = try stage.run("decrypt", "mail", "--into", "opened.mbox", keyring: bob)
    #expect(try text() == text("whole.mbox"))
    #expect(try !stage.folder.contents().contains("opened.mbox.lock"))
  }

  @Test func `two runs at once write each message once`() async throws {
    let (stage, bob) = (stage, bob)
    let runs = try await withThrowingTaskGroup(of: ChildRun.self) { group in
      for _ in 0..<2 { group.addTask { try stage.run("decrypt", "mail", "--into", "opened.mbox", keyring: bob) } }
      return try await group.reduce(into: []) { $0.append($1) }
    }
    #expect(runs.allSatisfy { $0.status == 66 })
    #expect(try subjects().sorted() == Self.written.sorted())
  }

  // MARK: Other programs

  @Test(.enabled(if: optionalTool("neomutt"), "needs neomutt"))
  func `neomutt reads and changes what we wrote, and a second run finds it`() throws {
    _ = try stage.run("decrypt", "mail", "--into", "opened.mbox", keyring: bob)
    // The third of them is marked, which makes neomutt write the whole mailbox anew.
    let keys = "3<enter><flag-message><sync-mailbox><quit>"
    let commands = "set mbox_type=mbox; set quit=yes; set wait_key=no; push '\(keys)'"
    var child = ChildProcess(
      "neomutt", ["-n", "-F", "/dev/null", "-e", commands, "-f", "opened.mbox"], environment: testEnvironment)
    child.directory = stage.folder.path
    child.environment["HOME"] = stage.folder.path.string
    child.environment["TERM"] = "xterm"
    child = child.onTerminal()
    let run = try child.run()
    #expect(run.status == 0, "\(run.text)")
    #expect(try text().split(separator: "\n").count { $0 == "X-Status: F" } == 2)
    let again = try stage.run("decrypt", "mail", "--into", "opened.mbox", keyring: bob)
    let end = "postseal: 7 messages: 0 written into opened.mbox, 4 there already, 3 not written\n"
    #expect(again.stderr.hasSuffix(end))
    #expect(try subjects() == Self.written)
  }

  @Test(.enabled(if: optionalTool("python3"), "needs python3"))
  func `Python's mailbox finds the messages that we wrote, with their flags`() throws {
    try stage.write(
      Letter(body: "From here on\nFrom bob@example.org Sun Nov 22 17:02:00 2026\n"), as: "mail/cur/8.from:2,FRS")
    _ = try stage.run("decrypt", "mail", "--into", "opened.mbox", keyring: bob)
    let script = """
      import mailbox
      for m in mailbox.mbox('opened.mbox'): print(''.join(sorted(m.get_flags())), m['Subject'].split()[0])
      """
    var child = ChildProcess("python3", ["-c", script], environment: testEnvironment)
    child.directory = stage.folder.path
    #expect(try child.run().text == "OR Sealed\n Signed\n Clear\nFOR Signed\nAFOR Budget\n")
  }
}
