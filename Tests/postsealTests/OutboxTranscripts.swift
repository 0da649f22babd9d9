import ByteStreams
import SystemPackage
import TestSupport
import Testing

/// What is kept of mail that could not be delivered, and what can be done with it.
@Suite struct OutboxTranscripts {
  let stage: OutboxStage

  init() throws { stage = try OutboxStage() }

  @Test func `what was delivered leaves nothing in the outbox`() throws {
    try stage.stage.write(Letter(bcc: "erin@example.org"))
    let run = try stage.run("send", "letter.eml", "--via", stage.mailbox)
    #expect(run.status == 0, "\(run.stderr)")
    #expect(try stage.delivered().count == 2)
    #expect(try stage.files() == [])
    expect(try stage.run("outbox", "list"), stderr: "postseal: the outbox is empty\n", status: 0)
  }

  @Test(arguments: ["decrypt", "stdin"])
  func `what is known of an entry is no part of the message that it has`(way: String) throws {
    try stage.fail(Letter(bcc: "erin@example.org"))
    let path = try stage.run("outbox", "show", "--path", "\(try stage.group())-1").text.replacing("\n", with: "")
    var opening = stage.command(way == "stdin" ? ["decrypt"] : ["decrypt", path])
    if way == "stdin" { opening.stdin = .file(try readFile(FilePath(path))) }
    let opened = try opening.run()
    #expect(opened.status == 0 && !opened.text.contains("X-Postseal"), "\(opened.text)")
    // The file itself goes out as its message alone.
    let passed = try stage.run("send", path, "--via", stage.mailbox, "--no-outbox", "--no-copy")
    #expect(passed.status == 0, "\(passed.stderr)")
    #expect(try stage.delivered().count == 1 && stage.delivered().allSatisfy { !$0.contains("X-Postseal") })
  }

  @Test func `where only failures are told each has the name of its entry`() throws {
    try stage.fail()
    let group = try stage.group()
    let quiet = try stage.run("outbox", "send", "--quiet")
    #expect(quiet.text == "")
    #expect(quiet.stderr.hasPrefix("postseal: \(group)-1: not sent: cannot deliver into "), "\(quiet.stderr)")
  }

  @Test func `mail that could not be delivered is kept, told of, and sent later as it was sealed`() throws {
    let failed = try stage.fail(Letter(bcc: "erin@example.org"))
    #expect(failed.status == 73)
    #expect(
      try stage.plain(failed.stderr) == """
        postseal: not sent: cannot deliver into ~/away/box: no such file or directory
        postseal: kept in the outbox: aaaaaaaa-1 (waiting), aaaaaaaa-2 (waiting)
        hint: `postseal outbox send` sends what waits; the same message sent again replaces it
        hint: `postseal outbox drop aaaaaaaa` gives it up, to correct the message and send it anew

        """)
    let listed = try stage.run("outbox", "list")
    #expect(
      try stage.plain(listed.text).replacing(#/[0-9.]+ kB/#, with: "N kB").replacing(#/ +/#, with: " ") == """
        – aaaaaaaa-1 waiting now N kB bob@example.org ~/away/box: cannot deliver into ~/away/box: no such file or directory
        – aaaaaaaa-2 waiting now N kB erin@example.org ~/away/box: cannot deliver into ~/away/box: no such file or directory

        """)
    let kept = try stage.files().map {
      try readFile(stage.alice.home.appending(FilePath("state/postseal/outbox/\($0)").components))
    }
    #expect(!kept.contains { String(decoding: $0, as: UTF8.self).contains("figures") })
    try stage.mendBrokenWay()
    let sent = try stage.run("outbox", "send")
    #expect(
      try stage.plain(sent.text).replacing(#/ +/#, with: " ") == """
        ✓ aaaaaaaa-1 bob@example.org sent through ~/away/box: new/FILE
        ✓ aaaaaaaa-2 erin@example.org sent through ~/away/box: new/FILE

        """)
    #expect(sent.status == 0 && sent.stderr == "")
    #expect(try stage.files() == [])
    let copies = try stage.delivered("away/box/new")
    for (name, copy) in zip(
      ["bob@example.org", "erin@example.org"], copies.sorted { $0.contains("To: bob") && !$1.contains("To: bob") })
    {
      #expect(copies.contains { $0.contains("Delivered-To: \(name)\r\n") }, "\(copy)")
    }
    #expect(copies.allSatisfy { !$0.contains("X-Postseal") })
    #expect(
      kept.allSatisfy { file in
        copies.contains { $0.contains(String(decoding: file, as: UTF8.self).split(separator: "MIME-Version")[1]) }
      })
  }

  @Test func `an entry is mail that its sender reads and decrypts`() throws {
    try stage.fail()
    let id = try #require(try stage.ids().first)
    let path = try stage.run("outbox", "show", "--path", id).succeeded().text.dropLast()
    let read = try stage.run("read", String(path))
    #expect(read.status == 0, "\(read.stderr)")
    #expect(read.text.contains("│ the figures."))
    let decrypted = try stage.run("decrypt", String(path))
    #expect(decrypted.text.contains("Subject: Budget"))
    let shown = try stage.run("outbox", "show", id)
    #expect(
      try stage.plain(shown.text).hasPrefix("entry   aaaaaaaa-1, waiting\nwhat    message\nsealed  20"))
    #expect(shown.text.contains("for     bob@example.org (waiting), certificate \(Identity.bob.hexFingerprint)\n"))
    expect(
      try stage.run("outbox", "show", "nothing"),
      stderr: """
        postseal: there is no entry nothing in the outbox
        hint: see `postseal outbox list`

        """, status: 66)
  }

  @Test func `without --no-outbox nothing goes when the outbox cannot be written`() throws {
    try stage.stage.write(Letter())
    var child = stage.command(["send", "letter.eml", "--via", stage.mailbox])
    child.environment["XDG_STATE_HOME"] = try stage.stage.folder.write([], to: "full").string
    let run = try child.run()
    let state = stage.stage.folder.appending("full").string
    expect(
      run,
      stderr: """
        postseal: not sent: cannot use the outbox: cannot open \(state): not a directory
        hint: let XDG_STATE_HOME name a folder that you can write to, or add `--no-outbox` to keep nothing of what cannot be delivered

        """, status: 74)
    #expect(try stage.delivered() == [])
    child.arguments.append("--no-outbox")
    #expect(try child.run().status == 0)
    #expect(try stage.delivered().count == 1)
  }

  @Test func `a full disk sends nothing`() throws {
    var letter = Letter()
    letter.attachments = [("noise.bin", "application/octet-stream", SystemRandom.bytes(20_000))]
    try stage.stage.write(letter)
    var child = stage.command(["send", "letter.eml", "--via", stage.mailbox])
    child.fileSizeLimit = 8
    let run = try child.run()
    #expect(run.status == 74, "\(run.stderr)")
    #expect(run.stderr.contains("not sent: cannot use the outbox: "))
    #expect(try stage.delivered() == [])
    #expect(try stage.files() == [])
  }

  @Test func `--no-outbox keeps nothing, and clear text is never kept`() throws {
    let run = try stage.fail(Letter(), "--no-outbox")
    #expect(run.status == 73 && !run.stderr.contains("outbox"))
    let clear = try stage.fail(Letter(), "--clear")
    #expect(clear.status == 73 && !clear.stderr.contains("outbox"))
    #expect(try stage.files() == [])
  }

  @Test func `a dry run touches nothing`() throws {
    try stage.stage.write(Letter())
    #expect(
      try stage.run("send", "letter.eml", "--via", stage.broken, "--dry-run", "--sent", stage.mailbox).status == 0)
    #expect(try !stage.stage.folder.contents().contains("box"))
    let before = try stage.stage.folder.contents()
    for command in ["list", "send"] { #expect(try stage.run("outbox", command).status == 0) }
    #expect(try stage.stage.folder.contents() == before)
    #expect(!exists(stage.alice.home.appending("state")))
    try stage.fail()
    let files = try stage.files()
    let run = try stage.run("outbox", "send", "--dry-run")
    #expect(run.status == 0)
    #expect(try stage.plain(run.text).contains("would be sent through maildir:~/away/box"))
    #expect(try stage.run("outbox", "drop", "--dry-run", try stage.group()).stderr.hasSuffix("nothing was dropped\n"))
    #expect(try stage.files() == files)
  }

  @Test func `what a run that was killed handed over is unknown, and goes only with --resend`() throws {
    try stage.fail()
    let id = try #require(try stage.ids().first)
    let outbox = stage.alice.home.appending("state/postseal/outbox")
    try moveItem(outbox.appending("waiting/\(id).eml"), to: outbox.appending("sending/\(id).eml"))
    #expect(try stage.run("outbox", "list").text.hasPrefix("?  \(id)  unknown  "))
    try stage.mendBrokenWay()
    let idle = try stage.run("outbox", "send")
    #expect(idle.status == 0)
    #expect(
      try stage.plain(idle.stderr) == """
        postseal: not sent, because they may have been delivered already: aaaaaaaa-1; `--resend` sends them
        postseal: nothing waits in the outbox

        """)
    expect(
      try stage.run("outbox", "send", id),
      stderr: """
        postseal: entry \(id) may have been delivered already
        hint: ask a recipient, or add `--resend`

        """, status: 64)
    #expect(try stage.delivered("away/box/new") == [])
    #expect(try stage.run("outbox", "send", "--resend", id).status == 0)
    #expect(try stage.delivered("away/box/new").count == 1)
    #expect(try stage.files() == [])
  }

  @Test func `what a run that was killed had not written in whole goes nowhere, and that is told`() throws {
    try stage.fail(Letter(bcc: "erin@example.org"))
    let group = try stage.group()
    let outbox = stage.alice.home.appending("state/postseal/outbox")
    try moveItem(outbox.appending("waiting/\(group)-1.eml"), to: outbox.appending("sending/\(group)-1.eml"))
    try moveItem(outbox.appending("waiting/\(group)-2.eml"), to: outbox.appending("tmp/\(group)-2.eml"))
    let story =
      "a message to bob@example.org, erin@example.org whose run was ended before all its copies were written: nothing of it was sent"
    expect(try stage.run("outbox", "list"), stderr: "postseal: \(story); send it again\n", status: 0)
    #expect(
      try stage.run("outbox", "list", "--json").text.contains(
        #""incomplete":[{"message":"\#(group)","recipients":["bob@example.org","erin@example.org"]}]"#))
    let dry = try stage.run("outbox", "send", "--resend", "--dry-run")
    #expect(dry.stderr == "postseal: nothing waits in the outbox\n")
    #expect(try stage.ids().count == 2)
    try stage.mendBrokenWay()
    expect(
      try stage.run("outbox", "send", "--resend"),
      stderr: "postseal: removed from the outbox, \(story)\npostseal: nothing waits in the outbox\n", status: 0)
    #expect(try stage.delivered("away/box/new") == [])
    #expect(try stage.files() == [])
  }

  @Test func `dropping asks, and says who would be forgotten`() throws {
    try stage.fail(Letter(bcc: "erin@example.org"))
    let group = try stage.group()
    let refused = try stage.run("outbox", "drop", group)
    #expect(refused.status == 1)
    #expect(refused.stderr.contains("nobody can be asked: Drop 2 entries of the outbox for ever?\nhint: add `--yes`\n"))
    #expect(try stage.files().count == 2)
    let run = try stage.run("outbox", "drop", "--yes", "\(group)-1")
    #expect(run.status == 0)
    #expect(run.stderr.hasSuffix("postseal: dropped 1 entry\n"))
    #expect(try stage.ids() == ["\(group)-2"])
    #expect(try stage.run("outbox", "drop", "--yes", "--json", group).text.contains(#""dropped":true"#))
    #expect(try stage.files() == [])
  }

  @Test func `a damaged entry is named, not sent, and can be dropped`() throws {
    try stage.fail()
    let id = try #require(try stage.ids().first)
    let file = stage.alice.home.appending("state/postseal/outbox/waiting/\(id).eml")
    try write(Array("\u{1B}[2J".utf8) + readFile(file), to: file)
    try stage.mendBrokenWay()
    let run = try stage.run("outbox", "send")
    #expect(run.status == 65)
    #expect(run.stderr.contains("is damaged, and is not sent: its first lines are not those of an entry"))
    #expect(try stage.delivered("away/box/new") == [])
    #expect(try stage.run("outbox", "show", id).stderr.contains("entry \(id) of the outbox is damaged"))
    #expect(try stage.run("outbox", "drop", "--yes", id).status == 0)
    #expect(try stage.files() == [])
  }

  @Test func `on a terminal no line of the list is longer than that is wide`() throws {
    let long = String(repeating: "long", count: 20)
    try stage.fail(Letter(bcc: "erin@example.org"), "--sent", "maildir:\(stage.stage.folder.path)/\(long)/Sent")
    for command in [["list"], ["send"], ["drop", "--dry-run", try stage.group()]] {
      let run = try stage.command(["outbox"] + command).onTerminal().run()
      let lines = run.text.split(whereSeparator: \.isNewline)
      #expect(lines.count > 1 && lines.allSatisfy { $0.count <= 80 }, "\(lines)")
    }
  }

  @Test func `the list for programs has everything`() throws {
    try stage.fail()
    let run = try stage.run("outbox", "list", "--json")
    let id = try #require(try stage.ids().first)
    #expect(
      run.text.hasPrefix(
        #"{"version":1,"entries":[{"id":"\#(id)","state":"waiting","purpose":"delivery","time":"#))
    #expect(
      run.text.contains(
        #""recipients":[{"address":"bob@example.org","fate":"waiting","fingerprint":"\#(Identity.bob.hexFingerprint)"}]"#
      ))
    let failed = try stage.fail(Letter(), "--json")
    #expect(failed.stderr.contains("kept in the outbox: "))
  }

  @Test func `more hidden recipients than files may be open are no obstacle`() throws {
    let hidden = (1...60).map { "b\($0)@example.net" }
    let keys = "[keys]\n" + hidden.map { "\"\($0)\" = \"\(Identity.bob.hexFingerprint)\"\n" }.joined()
    try stage.stage.folder.write(Array(keys.utf8), to: "c.toml")
    try stage.stage.write(Letter(bcc: hidden.joined(separator: ",\r\n ")))
    var child = stage.command(["send", "letter.eml", "--via", stage.mailbox, "--config", "c.toml"])
    child.arguments = ["-c", #"ulimit -S -n 48 && exec "$0" "$@""#, child.program] + child.arguments
    child.program = "sh"
    let run = try child.run()
    #expect(run.status == 0, "\(run.stderr)")
    #expect(try stage.delivered().count == 61 && stage.files() == [])
  }
}
