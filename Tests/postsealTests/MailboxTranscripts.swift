import Foundation
import SystemPackage
import TestSupport
import Testing

/// What `verify` and `read --summary` say of whole mailboxes.
@Suite struct MailboxTranscripts {
  let stage: Stage
  let bob: TemporaryKeyring

  init() throws {
    stage = try Stage()
    bob = try Stage.bob()
    try stage.writeMailbox()
  }

  /// The day of every letter.
  private static var day: Regex<Substring> { /\d\d\d\d-\d\d-\d\d/ }

  private func said(_ run: ChildRun) -> String { run.text.replacing(Self.day, with: "2026-11-22") }

  private static let lines = """
    ✓ 2026-11-22 alice@example.org        encrypted good            1.sealed:2,S
    ✓ 2026-11-22 alice@example.org        clear     good            2.signed
    – 2026-11-22 alice@example.org        clear     unsigned        3.clear
    – 2026-11-22 alice@example.org        clear     bad             4.forged:2,FS
    ! 2026-11-22 alice@example.org        encrypted altered         5.altered:2,
    ! 2026-11-22 alice@example.org        encrypted no-key          6.others:2,
    ✗ -          -                        -         error           7.dangling:2,

    """

  @Test func `verify of a Maildir has a line for each message, and the worst status`() throws {
    let run = try stage.run("verify", "mail", keyring: bob)
    #expect(said(run) == Self.lines)
    #expect(run.status == 1)
    #expect(
      run.stderr == """
        postseal: 7.dangling:2,: cannot open mail/cur/7.dangling:2,: it is a symbolic link, and none is followed
        postseal: 7 messages: 2 good, 1 unsigned, 1 bad, 1 no-key, 1 altered, 1 error

        """)
  }

  @Test(arguments: ["1", "2", "5"])
  func `the order is the mailbox's, whatever number works on it`(jobs: String) throws {
    #expect(said(try stage.run("verify", "mail", "--jobs", jobs, keyring: bob)) == Self.lines)
  }

  @Test func `a message that grows too much is an error of its own, and the limit is the person's`() throws {
    let text = "Content-Type: text/plain\r\n\r\n" + String(repeating: "a", count: 1 << 20)
    let armor = try bob.gpg(
      "--armor", "--trust-model", "always", "-z", "9", "--recipient", Identity.bob.hexFingerprint, "--encrypt",
      stdin: Array(text.utf8)
    ).succeeded().text
    let bomb = Array(ForeignMail.encrypted(armor).utf8)
    try stage.folder.write(bomb, to: "bomb.eml")
    try stage.folder.write(bomb, to: "box/cur/1.bomb:2,")
    try stage.folder.write(Array("From: alice@example.org\n\nHello.\n".utf8), to: "box/new/2.clear")
    for (command, status) in [("verify", Int32(3)), ("decrypt", 0)] {
      #expect(try stage.run(command, "bomb.eml", keyring: bob).status == status)
      let run = try stage.run(command, "bomb.eml", "--expansion-limit", "0", keyring: bob)
      #expect(run.status == 23)
      #expect(run.stdout.isEmpty)
      #expect(run.stderr.hasPrefix("postseal: the message grows past "), "\(run.stderr)")
      #expect(run.stderr.contains(" when it is opened; nothing was written\nhint: "))
    }
    let opened = try stage.run("verify", "box", keyring: bob)
    #expect(opened.stderr == "postseal: 2 messages: 2 unsigned\n")
    let run = try stage.run("verify", "box", "--expansion-limit", "0", keyring: bob)
    #expect(run.stderr.hasSuffix("postseal: 2 messages: 1 unsigned, 1 error\n"), "\(run.stderr)")
  }

  @Test func `columns are for awk`() throws {
    let run = try stage.run("verify", "mail", "--quiet", keyring: bob)
    expect(run, status: 1)
    let rows = try stage.run("verify", "mail", keyring: bob).text.split(separator: "\n").map {
      $0.split(separator: " ")
    }
    #expect(rows.allSatisfy { $0.count == 6 })
  }

  @Test func `the commands that read names work on the message of the mailbox`() throws {
    let note =
      "From: alice@example.org\nMIME-Version: 1.0\nContent-Type: application/pdf; name=\"plan.pdf\"\n\npages\n"
    try stage.folder.write(Array(note.utf8), to: "mail/new/9.note")
    let run = try stage.run("read", "mail", "--message", "9.note", keyring: bob)
    #expect(run.text.hasSuffix("postseal extract mail --message 9.note 1\n"))
    #expect(try stage.run("extract", "mail", "--message", "9.note", "1", keyring: bob).status == 0)
    #expect(try stage.folder.read("plan.pdf") == Array("pages\n".utf8))
    #expect(try stage.run("inspect", "mail", "--message", "9.note", keyring: bob).text.contains("application/pdf"))
  }

  @Test(arguments: ["extract", "inspect"])
  func `a command for one message asks for one`(command: String) throws {
    expect(
      try stage.run(command, "mbox", keyring: bob),
      stderr: "postseal: mbox holds many messages\nhint: name one with `--message N`\n", status: 64)
  }

  @Test func `an address with a blank is one column`() throws {
    try stage.folder.write(Array("From: \"a b\"@example.org\n\ntext\n".utf8), to: "odd/cur/1:2,")
    try FileManager.default.createDirectory(
      atPath: stage.folder.appending("odd/new").string, withIntermediateDirectories: true)
    let run = try stage.run("verify", "odd", keyring: bob)
    #expect(run.text.contains("<U+0020>"))
    #expect(run.text.split(separator: "\n").map { $0.split(separator: " ").count } == [6])
  }

  @Test func `without a bad message the status is the highest`() throws {
    for name in ["cur/4.forged:2,FS", "cur/7.dangling:2,"] { try stage.remove("mail/\(name)") }
    #expect(try stage.run("verify", "mail", keyring: bob).status == 22)
    for name in ["cur/5.altered:2,", "cur/6.others:2,"] { try stage.remove("mail/\(name)") }
    #expect(try stage.run("verify", "mail", keyring: bob).status == 3)
    try stage.remove("mail/new/3.clear")
    #expect(try stage.run("verify", "mail", keyring: bob).status == 0)
    #expect(try stage.run("verify", "mail", "--require-encrypted", keyring: bob).status == 1)
  }

  @Test func `verify of an mbox says the same by number`() throws {
    let run = try stage.run("verify", "mbox", keyring: bob)
    let shown = Self.lines.split(separator: "\n").prefix(6).enumerated().map { index, line in
      line.split(separator: " ").dropLast().joined(separator: " ") + " \(index + 1)"
    }
    #expect(said(run).split(separator: "\n").map { $0.split(separator: " ").joined(separator: " ") } == shown)
    #expect(run.status == 1)
  }

  @Test func `each line of JSON is the report of one message`() throws {
    let run = try stage.run("verify", "--json", "mail", keyring: bob)
    let reports = try run.text.split(separator: "\n").map {
      try #require(try JSONSerialization.jsonObject(with: Data($0.utf8)) as? [String: Any])
    }
    #expect(reports.compactMap { $0["status"] as? Int } == [0, 0, 3, 1, 22, 20, 66])
    #expect(reports.compactMap { $0["number"] as? Int } == Array(1...7))
    #expect(reports[3]["message"] as? String == "4.forged:2,FS")
    #expect(reports[0]["signature"] as? String == "good" && reports[0]["encryption"] as? String == "whole")
    #expect((reports[6]["error"] as? [String: Any])?["status"] as? Int == 66)
    #expect(run.stderr.isEmpty)
  }

  @Test func `a summary shows the protected subject`() throws {
    let run = try stage.run("read", "--summary", "mail", keyring: bob)
    #expect(run.status == 66)
    let lines = said(run).split(separator: "\n")
    #expect(lines[0] == "   1 ✓ 2026-11-22 alice@example.org        Sealed")
    #expect(lines[2] == "   3 – 2026-11-22 alice@example.org        Clear \u{FFFD}[31m")
    #expect(lines[4] == "   5 ! 2026-11-22 alice@example.org        [...]")
    #expect(
      said(try stage.run("read", "--summary", "sealed.eml", keyring: bob))
        == "   1 ✓ 2026-11-22 alice@example.org        Sealed\n")
  }

  @Test func `one message of many is chosen by its number or its name`() throws {
    for arguments in [["mail", "--message", "1"], ["mail", "--message", "1.sealed"], ["mbox", "--message", "1"]] {
      var child = postseal(["read"] + arguments, keyring: bob)
      child.directory = stage.folder.path
      #expect(try child.run().text.contains("\nSubject: Sealed\n"))
    }
    expect(
      try stage.run("verify", "mail", "--message", "8", keyring: bob),
      stderr: "postseal: there is no message `8` in mail\n", status: 66)
  }

  @Test(arguments: ["0", "1", "-1", "9223372036854775807", "name"])
  func `an empty mailbox has no message of any number`(name: String) throws {
    for folder in ["cur", "new", "tmp"] { try stage.folder.write([], to: "empty/\(folder)/.keep") }
    expect(
      try stage.run("read", "empty", "--message=\(name)", keyring: bob),
      stderr: "postseal: there is no message `\(name)` in empty\n", status: 66)
  }

  @Test func `one message with a From line stays a message`() throws {
    let from = Array("From alice@example.org Sun Nov 22 17:02:00 2026\n".utf8)
    try stage.folder.write(from + stage.folder.read("signed.eml"), to: "one.eml")
    #expect(
      try stage.run("verify", "one.eml", keyring: bob).text.hasPrefix("╭ not encrypted · good signature by Alice"))
  }

  @Test(arguments: [
    (
      ["verify", "."],
      "postseal: cannot read .: it is a folder, and no Maildir, which has `cur` and `new`\nhint: name a message, an mbox or a Maildir\n",
      Int32(66)
    ),
    (
      ["read", "mail"],
      "postseal: mail holds many messages\nhint: see the list with `--summary`, and read one with `--message N`\n", 64
    ),
    (
      ["decrypt", "mbox"],
      "postseal: mbox holds many messages\nhint: open all of it with `--into MAILBOX`, or one with `--message N`\n", 64
    ),
    (
      ["verify", "mail", "--part", "1"],
      "postseal: a part is of one message\nhint: name the message with `--message N`, without `--summary` or `--into`\n",
      64
    ),
    (["verify", "mail", "--jobs", "0"], "postseal: --jobs takes 1 to 64\nhint: see `postseal verify --help`\n", 64),
  ])
  func `what makes no sense is refused`(arguments: [String], stderr: String, status: Int32) throws {
    var child = postseal(arguments, keyring: bob)
    child.directory = stage.folder.path
    expect(try child.run(), stderr: stderr, status: status)
  }

  @Test func `a reader that went away ends the run`() throws {
    var child = stage.command("verify", "mail", keyring: bob)
    child.stdout = .brokenPipe
    expect(try child.run(), status: 141)
  }

  @Test(arguments: [
    ("D \(Identity.passphrase)\\nOK", "postseal: 6 messages: 6 not-verified\n", Int32(11)),
    ("ERR 83886179 cancelled", "postseal: 6 messages: 6 locked\n", 21),
  ])
  func `many workers ask for a passphrase once, and not again after a refusal`(
    answer: String, stderr: String, status: Int32
  ) throws {
    let script = """
      #!/bin/sh
      echo asked >> '\(stage.folder.appending("asked").string)'
      echo OK
      while read -r command rest; do
        case $command in
          GETPIN) sleep 0.3; printf '\(answer)\\n' ;;
          BYE) echo OK; exit ;;
          *) echo OK ;;
        esac
      done

      """
    let pinentry = try stage.folder.write(Array(script.utf8), to: "pinentry").string
    try FileManager.default.setAttributes([.posixPermissions: 0o700], ofItemAtPath: pinentry)
    let keyring = try TemporaryKeyring(
      own: [.locked], certificates: [.alice], agentOptions: ["pinentry-program \(pinentry)"])
    try stage.writeLocked(count: 6)
    var child = stage.command("verify", "locked", "--jobs", "4", keyring: keyring)
    // Where there is a display, a person may be there.
    child.environment["DISPLAY"] = ":9"
    let run = try child.run()
    #expect(run.stderr == stderr)
    #expect(run.status == status)
    #expect(String(decoding: try stage.folder.read("asked"), as: UTF8.self) == "asked\n")
  }

  @Test func `where nobody can be asked nobody is, and every message says so`() throws {
    try stage.writeLocked(count: 2)
    let keyring = try TemporaryKeyring(own: [.locked], certificates: [.alice])
    let run = try stage.run("verify", "locked", "--batch", keyring: keyring)
    #expect(run.status == 21 && run.stderr == "postseal: 2 messages: 2 locked\n")
  }
}
