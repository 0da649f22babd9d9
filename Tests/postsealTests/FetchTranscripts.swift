import Foundation
import Synchronization
import SystemPackage
import TestSupport
import Testing

/// What `fetch` says and does, against a scripted server.
@Suite struct FetchTranscripts {
  let stage: FetchStage

  init() throws { stage = try FetchStage() }

  private func said(_ run: ChildRun, _ script: POP3Script) -> String { stage.plain(run.text + run.stderr, script) }

  @Test func `new mail is counted and delivered byte for byte, and comes once`() throws {
    let script = try POP3Script(FetchStage.messages)
    let first = try stage.fetch(script)
    #expect(said(first, script) == "2 new messages, 47 bytes, from SERVER into ~/box\n")
    #expect(first.status == 0)
    #expect(try stage.delivered() == FetchStage.messages.map(\.text))
    let second = try stage.fetch(script)
    #expect(said(second, script) == "no new messages on SERVER\n")
    #expect(second.status == 0)
    #expect(try stage.names().count == 2)
    #expect(!script.server.lines.contains { $0.hasPrefix("DELE") })
    #expect(try stage.leftovers() == [])
  }

  @Test func `a dry run shows what would come, and changes nothing`() throws {
    let script = try POP3Script(FetchStage.messages)
    let run = try stage.fetch(script, "--dry-run")
    #expect(
      said(run, script) == """
        -          25 bytes  a
        -          22 bytes  ../../b
        2 messages, 47 bytes, would come from SERVER into ~/box

        """)
    #expect(run.status == 0)
    #expect(try !stage.folder.contents().contains { $0.hasPrefix("box") })
    #expect(try stage.fetch(script, "--quiet").text.isEmpty)
    #expect(try stage.names().count == 2)
  }

  @Test func `the report is JSON where that is asked for`() throws {
    let script = try POP3Script(FetchStage.messages)
    let run = try stage.fetch(script, "--json", "--max-size", "24")
    let report = try #require(JSONSerialization.jsonObject(with: Data(run.stdout)) as? [String: Any])
    #expect(report["version"] as? Int == 1)
    #expect(report["source"] as? String == stage.url(script))
    let messages = try #require(report["messages"] as? [[String: Any]])
    #expect(messages.map { $0["id"] as? String } == ["../../b"])
    let left = try #require(report["left"] as? [[String: Any]])
    #expect(left.map { $0["why"] as? String } == ["too-large"])
    #expect(run.stderr.isEmpty)
  }

  @Test func `a message that is too large is named and stays, and comes when it may`() throws {
    let script = try POP3Script(FetchStage.messages)
    let run = try stage.fetch(script, "--max-size", "24")
    #expect(
      stage.plain(run.stderr, script)
        == "postseal: message a is left on the server: it has 25 bytes, and 24 bytes is the limit\n")
    #expect(run.status == 0)
    #expect(try stage.names().count == 1)
    #expect(try stage.fetch(script).status == 0)
    #expect(try stage.names().count == 2)
  }

  @Test func `only what is delivered is removed, and a server that does not remove it is told again`() throws {
    let refuses = Mutex(true)
    let script = try POP3Script(FetchStage.messages) {
      $0 == "QUIT" && refuses.withLock(\.self) ? [.say("-ERR some deleted messages not removed")] : nil
    }
    let run = try stage.fetch(script, "--delete-after-fetch", "--max-size", "24")
    #expect(run.status == 75)
    #expect(run.stderr.contains("not fetched: 127.0.0.1 turned us away: -ERR some deleted messages not removed"))
    #expect(script.commands == ["STAT", "UIDL", "LIST", "RETR 2", "DELE 2", "QUIT"])
    #expect(try stage.names().count == 1)
    refuses.withLock { $0 = false }
    let again = try stage.fetch(script, "--delete-after-fetch", "--max-size", "24")
    #expect(
      said(again, script) == """
        no new messages on SERVER; 1 removed there
        postseal: message a is left on the server: it has 25 bytes, and 24 bytes is the limit

        """)
    #expect(script.commands == ["STAT", "UIDL", "LIST", "DELE 2", "QUIT"])
    // What was fetched to be kept is kept.
    #expect(try stage.fetch(script).status == 0)
    #expect(try stage.fetch(script, "--delete-after-fetch").status == 0)
    #expect(!script.commands.contains("DELE 1"))
  }

  @Test func `a message that breaks the connection, or is refused, does not block the others`() throws {
    let script = try POP3Script(FetchStage.messages) { line in
      line == "RETR 1" ? [.say("+OK"), .say("Subject: one"), .close] : nil
    }
    let run = try stage.fetch(script)
    #expect(run.status == 75)
    #expect(
      said(run, script) == """
        1 new message, 22 bytes, from SERVER into ~/box
        postseal: message a is left on the server: the connection to 127.0.0.1 was lost while fetching a message

        """)
    #expect(try stage.delivered() == [FetchStage.messages[1].text])
    let refusing = try POP3Script(FetchStage.messages) { $0 == "RETR 1" ? [.say("-ERR \u{1B}[31mno")] : nil }
    let other = try stage.fetch(refusing, "--quiet")
    #expect(other.status == 75)
    #expect(
      other.stderr
        == "postseal: message a is left on the server: 127.0.0.1 does not give the message: -ERR \\u{1b}[31mno\n")
    #expect(try stage.leftovers() == [])
  }

  @Test func `the last line counts what came over all connections of a run`() throws {
    let broken: [ScriptedServer.Action] = [.say("+OK"), .raw(Array("Sub".utf8)), .close]
    let script = try POP3Script(FetchStage.messages) { $0 == "RETR 2" ? broken : nil }
    let run = try stage.fetch(script)
    #expect(run.status == 75)
    #expect(said(run, script).contains("1 new message, 25 bytes, from SERVER into ~/box\n"), "\(run.text)")
    #expect(!run.text.contains("no new messages"), "\(run.text)")
    let json = try FetchStage().fetch(script, "--json")
    #expect(json.text.contains(#""octets":25"#) && json.text.contains(#""why":"broken""#), "\(json.text)")
    #expect(json.text.split(separator: "\n").count == 1)
  }

  @Test func `a full disk delivers nothing by half, and the message comes when there is room`() throws {
    let text = "Subject: large\r\n\r\n" + String(repeating: "0123456789\r\n", count: 60_000)
    let script = try POP3Script([FetchStage.messages[0], (id: "large", text: text)])
    var child = stage.command(["fetch", "--from", stage.url(script), "--into", "box"])
    child.fileSizeLimit = 1000
    let run = try child.run()
    #expect(run.status == 74)
    #expect(run.stderr.hasPrefix("postseal: not fetched: cannot write \(stage.box)/tmp/"), "\(run.stderr)")
    #expect(try stage.delivered() == [FetchStage.messages[0].text])
    #expect(try stage.leftovers() == [])
    #expect(try stage.fetch(script).status == 0)
    #expect(try stage.delivered() == [FetchStage.messages[0].text, text].sorted())
  }

  @Test func `a second run at the same time is refused`() throws {
    let script = try POP3Script([])
    #expect(try stage.fetch(script).status == 0)
    let name = try #require(try stage.folder.contents().first { $0.hasPrefix("state/postseal/fetch/") })
    // The C string lives for the length of the call.
    let lock = unsafe open(stage.folder.appending(name).string, O_RDONLY)
    defer { close(lock) }
    #expect(flock(lock, LOCK_EX | LOCK_NB) == 0)
    let run = try stage.fetch(script)
    #expect(
      said(run, script)
        == "postseal: not fetched: another run fetches from SERVER\nhint: wait for its end, or stop it\n")
    #expect(run.status == 75)
  }

  @Test func `what is there can be passed over, and then only new mail comes`() throws {
    let script = try POP3Script([FetchStage.messages[0]])
    #expect(
      said(try stage.fetch(script, "--catch-up"), script) == "1 message on SERVER noted as fetched, and not fetched\n")
    #expect(said(try stage.fetch(script), script) == "no new messages on SERVER\n")
    #expect(said(try stage.fetch(script, "--all"), script).hasPrefix("1 new message"))
  }

  @Test func `everything comes again when that is asked for, and so many as are`() throws {
    let script = try POP3Script(FetchStage.messages)
    #expect(try stage.fetch(script, "--limit", "1").text.hasPrefix("1 new message, 25 bytes"))
    #expect(try stage.fetch(script).text.hasPrefix("1 new message, 22 bytes"))
    #expect(try stage.fetch(script, "--all").text.hasPrefix("2 new messages"))
    #expect(try stage.names().count == 4)
  }

  @Test func `an mbox takes mail as well`() throws {
    let script = try POP3Script(FetchStage.messages)
    let run = try stage.run("fetch", "--from", stage.url(script), "--into", "mbox:\(stage.folder.path)/in/mail.mbox")
    #expect(said(run, script) == "2 new messages, 47 bytes, from SERVER into ~/in/mail.mbox\n")
    #expect(try stage.run("read", "--summary", "in/mail.mbox").text.split(separator: "\n").count == 2)
    #expect(
      try stage.run("fetch", "--from", stage.url(script), "--into", "mbox:in/mail.mbox").text.hasPrefix(
        "no new messages"))
  }

  @Test func `the account says from where and into what, and a fault of it has its line`() throws {
    let script = try POP3Script(FetchStage.messages)
    func configure(_ into: String) throws {
      let text = "[account.home]\nfetch = \"\(stage.url(script))\"\ninto = \"\(into)\"\ndelete-after-fetch = true\n"
      try stage.folder.write(Array(text.utf8), to: "config/postseal/config.toml")
    }
    try configure("maildir:~/box")
    #expect(
      said(try stage.run("fetch", "home"), script)
        == "2 new messages, 47 bytes, from SERVER into ~/box; 2 removed there\n")
    #expect(try stage.run("fetch", "home", "--all", "--keep").text.contains("removed") == false)
    try configure("box")
    let run = try stage.run("fetch", "home")
    #expect(run.status == 78)
    #expect(
      run.stderr.contains(
        "config.toml:3: account.home.into: it must be `maildir:` or `mbox:` and a path that is absolute or starts with ~/"
      ))
  }

  @Test func `a folder with other things is refused`() throws {
    try stage.folder.write([1], to: "box/photo.jpg")
    let script = try POP3Script(FetchStage.messages)
    let run = try stage.fetch(script)
    #expect(run.status == 73)
    #expect(said(run, script).hasPrefix("postseal: not fetched: ~/box holds other things than mail\nhint: "))
    #expect(script.server.lines.isEmpty)
  }

  @Test(arguments: [
    (["fetch"], Int32(78), "postseal: not fetched: no server is named\nhint: "),
    (
      ["fetch", "--from", "pop3://localhost"], 78, "postseal: not fetched: no mailbox to deliver into is named\nhint: "
    ),
    (["fetch", "--from", "smtp://localhost", "--into", "box"], 64, "postseal: not fetched: cannot fetch from "),
    (
      ["fetch", "--from", "pop3://localhost", "--into", "imaps://localhost"], 64,
      "postseal: not fetched: `imaps://localhost` is no mailbox to deliver into\nhint: "
    ),
    (["fetch", "pop3://localhost"], 64, "postseal: pop3://localhost is no account: a server is named with --from\n"),
    (
      ["fetch", "--from", "pop3://mail.example.org", "--into", "box"], 64,
      "postseal: not fetched: a connection without TLS"
    ),
    (["fetch", "--from", "pop3s://a:b@localhost", "--into", "box"], 64, "postseal: not fetched: a password in a URL"),
    (
      ["fetch", "--from", "pop3://localhost", "--into", "box", "--since", "3"], 64,
      "postseal: not fetched: a POP3 server"
    ),
    (
      ["fetch", "--from", "pop3://localhost", "--into", "box", "--folder", "x"], 64,
      "postseal: not fetched: a POP3 server"
    ),
    (
      ["fetch", "--from", "imap://localhost/INBOX;UID=3", "--into", "box"], 64, "postseal: not fetched: the URL names a"
    ),
    (
      ["fetch", "--from", "imap://localhost", "--into", "mbox:a", "--folder", "a", "--folder", "b"], 64,
      "postseal: not fetched: several"
    ),
    (
      ["fetch", "--from", "imap://localhost", "--into", "box", "--folder", "INBOX", "--folder", "inbox"], 64,
      "postseal: not fetched: the mailbox `inbox` is named twice"
    ),
    (
      ["fetch", "--from", "pop3://localhost:1", "--into", "box"], 69,
      "postseal: not fetched: cannot connect to localhost"
    ),
    (["fetch", "--all", "--catch-up"], 64, "postseal: --catch-up fetches nothing"),
    (["fetch", "--keep", "--delete-after-fetch"], 64, "postseal: --delete-after-fetch and --keep exclude each other"),
    (["fetch", "--since", "2026-02-30"], 64, "postseal: "), (["fetch", "--max-size", "1T"], 64, "postseal: "),
    (["fetch", "a", "--account", "b"], 64, "postseal: The account is named twice"),
  ]) func `what cannot be done is said`(arguments: [String], status: Int32, stderr: String) throws {
    let run = try stage.command(arguments).run()
    #expect(run.status == status, "\(run.stderr)")
    #expect(run.stderr.lowercased().hasPrefix(stderr.lowercased()), "\(run.stderr)")
    #expect(run.stdout.isEmpty)
    #expect(try !stage.folder.contents().contains { $0.hasPrefix("box/new/") })
  }
}
