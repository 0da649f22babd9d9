import Foundation
import Synchronization
import SystemPackage
import TestSupport
import Testing

/// What becomes of mail when a server refuses, is silent, or goes away, and when our own run is killed at any step.
@Suite struct OutboxServerTranscripts {
  let stage: OutboxStage

  init() throws { stage = try OutboxStage() }

  private func send(_ letter: Letter, to server: ScriptedServer, _ arguments: String...) throws -> ChildRun {
    try stage.stage.write(letter)
    return try stage.command(["send", "letter.eml", "--via", "smtp://127.0.0.1:\(server.port)"] + arguments).run()
  }

  @Test func `a connection lost after the message is unknown, and is not sent again in silence`() throws {
    let isAway = Mutex(true)
    let server = try ScriptedServer { event in event == .message && isAway.withLock({ $0 }) ? [.close] : nil }
    let run = try send(Letter(), to: server)
    #expect(run.status == 75)
    let channel = "127.0.0.1:\(server.port)"
    #expect(
      try stage.plain(run.stderr) == """
        postseal: it is unknown whether \(channel) took the message: the connection to 127.0.0.1 was lost while waiting for the message to be taken
        postseal: bob@example.org: handed over, but no answer came: the whole message was sent, then the connection was lost
        postseal: kept in the outbox: aaaaaaaa-1 (unknown)
        hint: ask a recipient whether it came; if not: `postseal outbox send --resend aaaaaaaa-1`
        hint: `postseal outbox drop aaaaaaaa` gives it up, to correct the message and send it anew

        """)
    isAway.withLock { $0 = false }
    #expect(try stage.run("outbox", "send").status == 0)
    #expect(server.messages.count == 1)
    let again = try stage.run("outbox", "send", "--resend")
    #expect(again.status == 0)
    #expect(try stage.plain(again.text).contains("sent through \(channel): 250 2.0.0 Ok: queued as 4F1A2"))
    #expect(server.messages.count == 2 && server.messages[0] == server.messages[1])
    #expect(try stage.files() == [])
  }

  @Test func `who is refused for now waits`() throws {
    let isBusy = Mutex(true)
    let server = try ScriptedServer { event in
      event == .line("RCPT TO:<bob@example.org>") && isBusy.withLock({ $0 }) ? [.say("451 4.7.1 later")] : nil
    }
    let run = try send(Letter(), to: server)
    #expect(run.status == 75)
    #expect(try stage.files().map { String($0.prefix { $0 != "/" }) } == ["waiting"])
    #expect(try stage.run("outbox", "list").text.contains("refused for now: 451 4.7.1 later"))
    let again = try stage.run("outbox", "send")
    #expect(again.status == 75)
    #expect(try stage.plain(again.text).contains("stays, waiting"))
    #expect(try stage.files().count == 1)
    isBusy.withLock { $0 = false }
    #expect(try stage.run("outbox", "send").status == 0)
    #expect(server.messages.count == 1)
    #expect(try stage.files() == [])
  }

  @Test func `who was refused for good keeps nobody else waiting`() throws {
    let server = try ScriptedServer { $0 == .line("RCPT TO:<erin@example.org>") ? [.say("550 5.1.1 nobody")] : nil }
    let run = try send(Letter(cc: "erin@example.org"), to: server)
    #expect(run.status == 67)
    #expect(server.messages.isEmpty)
    #expect(run.stderr.contains("(waiting)\n"))
    #expect(try stage.run("outbox", "send").status == 40)
    #expect(server.messages.count == 1)
    let listed = try stage.run("outbox", "list")
    let squeezed = listed.text.replacing(#/ +/#, with: " ")
    #expect(squeezed.hasPrefix("✗ \(try stage.group())-1 held now "))
    #expect(squeezed.contains(" kB erin@example.org "))
    #expect(squeezed.hasSuffix(" refused: 550 5.1.1 nobody\n"))
    // Nothing waits, and who wants it tried once more has to name it.
    #expect(try stage.run("outbox", "send").stderr == "postseal: nothing waits in the outbox\n")
    #expect(try stage.run("outbox", "send", stage.group()).status == 67)
    #expect(server.lines.count { $0 == "RCPT TO:<bob@example.org>" } == 2)
  }

  @Test func `a message that is too large for the server is held in all its copies, and goes where a server takes it`()
    throws
  {
    let isSmall = Mutex(true)
    let server = try ScriptedServer { event in
      guard case .line(let line) = event, line.hasPrefix("EHLO"), isSmall.withLock({ $0 }) else { return nil }
      return [.say("250-mx"), .say("250 SIZE 1000")]
    }
    let run = try send(
      Letter(bcc: "erin@example.org"), to: server, "--sent", "maildir:\(stage.stage.folder.path)/Sent")
    #expect(run.status == 69)
    #expect(run.stderr.contains("hint: send less in one message"), "\(run.stderr)")
    let group = try stage.group()
    #expect(run.stderr.contains("kept in the outbox: \(group)-1 (held), \(group)-2 (held), \(group)-0 (held)\n"))
    #expect(try stage.files() == [0, 1, 2].map { "held/\(group)-\($0).eml" })
    #expect(try stage.run("outbox", "send").stderr == "postseal: nothing waits in the outbox\n")
    isSmall.withLock { $0 = false }
    #expect(try stage.run("outbox", "send", group).status == 0)
    #expect(server.messages.count == 2)
    #expect(try stage.delivered("Sent/cur").count == 1)
    #expect(try stage.files() == [])
  }

  @Test func `a server that is not there costs one attempt for many messages`() throws {
    let port = try ScriptedServer { _ in nil }.port
    for _ in 0..<3 {
      try stage.stage.write(OutboxStage.another())
      #expect(try stage.run("send", "letter.eml", "--via", "smtp://127.0.0.1:\(port)").status == 69)
    }
    let run = try stage.run("outbox", "send")
    #expect(run.status == 69)
    #expect(run.stderr.components(separatedBy: "cannot connect").count == 2)
    #expect(try stage.files().count == 3)
    try stage.stage.folder.write([], to: "box/new/.keep")
    #expect(try stage.run("outbox", "send", "--via", stage.mailbox).status == 0)
    #expect(try stage.delivered().count == 4)
  }

  @Test func `a second run is kept out while the first is at work`() throws {
    let stage = stage
    let second = Mutex<ChildRun?>(nil)
    let server = try ScriptedServer { event in
      if event == .message { second.withLock { $0 = try? stage.run("outbox", "send", "--resend") } }
      return nil
    }
    try stage.fail()
    #expect(try stage.run("outbox", "send", "--via", "smtp://127.0.0.1:\(server.port)").status == 0)
    let run = try #require(second.withLock { $0 })
    #expect(
      run.stderr == """
        postseal: cannot use the outbox: another postseal is sending or dropping entries of it
        hint: try again when that has ended

        """)
    #expect(run.status == 75)
    #expect(server.messages.count == 1)
  }

  @Test func `what is being sent for the first time is left alone`() throws {
    let stage = stage
    let others = Mutex<[ChildRun]>([])
    let server = try ScriptedServer { event in
      if event == .message {
        for arguments in [["list"], ["send", "--resend"]] {
          if let run = try? stage.command(["outbox"] + arguments).run() { others.withLock { $0.append(run) } }
        }
      }
      return nil
    }
    #expect(try send(Letter(), to: server).status == 0)
    let runs = others.withLock { $0 }
    #expect(runs.count == 2 && runs.allSatisfy { $0.status == 0 })
    #expect(runs.first?.text.contains("  sending  ") == true)
    #expect(runs.last?.stderr == "postseal: nothing waits in the outbox\n")
    #expect(server.messages.count == 1)
    #expect(try stage.files() == [])
  }

  /// Each step of the dialogue, and whether the message may be out when our run is killed there.
  @Test(arguments: ["connect", "EHLO", "MAIL", "RCPT", "DATA", "message", "QUIT"])
  func `a run that is killed loses nothing and doubles nothing`(step: String) throws {
    let mark = stage.stage.folder.path.string
    let isArmed = Mutex(true)
    let server = try ScriptedServer { event in
      let name =
        switch event {
        case .connected: "connect"
        case .message: "message"
        case .line(let line): String(line.prefix(4))
        }
      guard name == step,
        isArmed.withLock({ armed in
          defer { armed = false }
          return armed
        })
      else { return nil }
      killPostseal(mark)
      return [.close]
    }
    let run = try send(Letter(bcc: "erin@example.org"), to: server, "--sent", "maildir:\(mark)/Sent")
    #expect(run.status == 137, "\(run.stderr)")
    let before = server.messages.count
    // Without --resend nothing goes, whatever was asked how often.
    #expect(try stage.run("outbox", "send").status == 0)
    #expect(server.messages.count == before)
    #expect(try stage.files().map { String($0.prefix { $0 != "/" }) }.sorted() == ["unknown", "unknown"])
    #expect(try stage.delivered("Sent/cur").count == 1)
    #expect(try stage.run("outbox", "send", "--resend").status == 0)
    #expect(server.messages.count == before + 2)
    #expect(try stage.files() == [])
    #expect(try stage.delivered("Sent/cur").count == 1)
  }
}

/// Kills every postseal whose command line has the mark, as `kill -9` does.
private func killPostseal(_ mark: String) {
  for name in (try? FileManager.default.contentsOfDirectory(atPath: "/proc")) ?? [] {
    guard let process = pid_t(name), process != getpid(),
      let line = try? Data(contentsOf: URL(fileURLWithPath: "/proc/\(name)/cmdline")),
      let words = Optional(String(decoding: line, as: UTF8.self)), words.contains(mark),
      words.hasPrefix(postsealBinary.string)
    else { continue }
    kill(process, SIGKILL)
  }
}
