import Synchronization
import SystemPackage
import TestSupport
import Testing

/// What becomes of mail that waits in the outbox when its message is sent once more, or beside mail for another server.
@Suite struct OutboxRepetitionTranscripts {
  let stage: OutboxStage

  init() throws { stage = try OutboxStage() }

  @Test func `the same message sent again replaces what waits, and doubles nothing`() throws {
    try stage.fail(Letter(bcc: "erin@example.org"), "--sent", stage.mailbox)
    let first = try stage.group()
    #expect(try stage.ids() == ["\(first)-0", "\(first)-1", "\(first)-2"])
    let again = try stage.fail(Letter(cc: "erin@example.org"))
    #expect(again.stderr.contains("postseal: this replaces \(first)-0, \(first)-1, \(first)-2 in the outbox\n"))
    #expect(try stage.ids().count == 1)
    #expect(try stage.group() != first)
    try stage.stage.write(Letter(cc: "erin@example.org"))
    #expect(try stage.run("send", "letter.eml", "--via", stage.mailbox).status == 0)
    #expect(try stage.files() == [])
    #expect(try stage.delivered().count == 1)
  }

  /// As mail programs bounce mail, with the Message-ID that it came with.
  @Test func `a message that goes on to others leaves alone what waits for the first ones`() throws {
    try stage.fail()
    let first = try stage.ids()
    let other = try stage.fail(Letter(to: "erin@example.org"))
    #expect(!other.stderr.contains("this replaces"))
    #expect(try stage.ids().count == 2)
    #expect(try Set(stage.ids()).isSuperset(of: first))
  }

  @Test func `a message that waits for others too is not replaced by one without them`() throws {
    try stage.fail(Letter(cc: "erin@example.org"))
    let ids = try stage.ids()
    let run = try stage.fail(Letter())
    #expect(run.status == 75)
    #expect(
      try stage.plain(run.stderr) == """
        postseal: not sent: this message is in the outbox already, as aaaaaaaa-1, and waits for others too
        hint: `postseal outbox send aaaaaaaa` sends what waits, `postseal outbox drop aaaaaaaa` gives it up

        """)
    #expect(try stage.ids() == ids)
  }

  @Test func `clear text replaces what waits only once it has gone`() throws {
    try stage.fail()
    let ids = try stage.ids()
    try stage.fail(Letter(), "--clear")
    #expect(try stage.ids() == ids)
    #expect(try stage.run("send", "letter.eml", "--clear", "--via", stage.mailbox).status == 0)
    #expect(try stage.files() == [])
    #expect(try stage.delivered().count == 1)
  }

  @Test func `a login that is given goes to one server`() throws {
    for server in ["one.example.org", "two.example.org"] {
      try stage.stage.write(OutboxStage.another())
      var child = stage.command(
        ["send", "letter.eml", "--via", "smtps://alice@\(server)", "--proxy", "socks5h://127.0.0.1:1"]
          + ["--password-fd", "0"])
      child.stdin = .pipe(Array("correct horse\n".utf8))
      #expect(try child.run().status != 0)
    }
    #expect(try stage.ids().count == 2)
    var child = stage.command(["outbox", "send", "--password-fd", "0", "--proxy", "socks5h://127.0.0.1:1"])
    child.stdin = .pipe(Array("correct horse\n".utf8))
    let run = try child.run()
    #expect(run.status == 64)
    #expect(
      run.stderr == """
        postseal: the login that is given is for one server, and mail waits for one.example.org:465, two.example.org:465
        hint: name the entries of one server, or one way for all with `--via`

        """)
  }

  @Test func `the same message is not sent again when somebody may have it`() throws {
    try stage.fail()
    let id = try #require(try stage.ids().first)
    let outbox = stage.alice.home.appending("state/postseal/outbox")
    try moveItem(outbox.appending("waiting/\(id).eml"), to: outbox.appending("unknown/\(id).eml"))
    let run = try stage.run("send", "letter.eml", "--via", stage.mailbox)
    #expect(run.status == 75)
    #expect(
      try stage.plain(run.stderr) == """
        postseal: not sent: this message is in the outbox already, as aaaaaaaa-1, and somebody may have it
        hint: see `postseal outbox list`; `postseal outbox send --resend aaaaaaaa-1` sends that one, `postseal outbox drop aaaaaaaa` forgets it

        """)
    #expect(try stage.delivered() == [])
    #expect(try stage.ids() == [id])
  }

  /// One that takes the first copy and refuses Erin's for now, as long as it is told to.
  private func server(_ isBusy: @escaping @Sendable () -> Bool) throws -> ScriptedServer {
    try ScriptedServer { event in
      guard case .line("DATA") = event, isBusy() else { return nil }
      return [.say("451 4.7.1 later")]
    }
  }

  @Test func `what has gone to one is not sent to them again, whatever waits for others`() throws {
    let transactions = Mutex(0)
    let server = try server {
      transactions.withLock { count in
        count += 1
        return count > 1 && count < 5
      }
    }
    let way = "smtp://127.0.0.1:\(server.port)"
    let letter = Letter(bcc: "erin@example.org")
    try stage.stage.write(letter)
    let first = try stage.run("send", "letter.eml", "--via", way)
    #expect(first.status == 40, "\(first.stderr)")
    let group = try stage.group()
    #expect(try stage.ids() == ["\(group)-2"] && server.messages.count == 1)
    for other in [letter, Letter(cc: "erin@example.org"), Letter(), Letter(to: "erin@example.org")] {
      try stage.stage.write(other)
      let again = try stage.run("send", "letter.eml", "--via", way)
      #expect(again.status == 75)
      #expect(
        again.stderr == """
          postseal: not sent: this message is in the outbox already, as \(group)-2, and has gone to bob@example.org
          hint: `postseal outbox send \(group)` sends it to those who do not have it, `postseal outbox drop \(group)` forgets it

          """)
    }
    let shown = try stage.run("outbox", "show", "\(group)-2").text
    #expect(shown.contains("\nelsewhere  bob@example.org has it by another copy"))
    #expect(try stage.run("outbox", "send").status == 75)
    #expect(try stage.run("outbox", "send").status == 75)
    #expect(try stage.run("send", "letter.eml", "--via", way).status == 75)
    #expect(try stage.run("outbox", "send").status == 0)
    #expect(server.messages.count == 2)
    #expect(try stage.files() == [])
  }

  @Test func `what has gone from the outbox to one is not sent to them again`() throws {
    try stage.fail(Letter(bcc: "erin@example.org"))
    let group = try stage.group()
    #expect(try stage.run("outbox", "send", "\(group)-1", "--via", stage.mailbox).status == 0)
    let again = try stage.fail(Letter(bcc: "erin@example.org"))
    #expect(again.status == 75)
    #expect(again.stderr.contains("as \(group)-2, and has gone to bob@example.org"), "\(again.stderr)")
    #expect(try stage.ids() == ["\(group)-2"])
  }

  @Test func `a message that is being sent is not sent by another run`() throws {
    let stage = stage
    let second = Mutex<ChildRun?>(nil)
    let server = try ScriptedServer { event in
      if event == .message {
        second.withLock { $0 = try? stage.run("send", "letter.eml", "--via", stage.mailbox) }
      }
      return nil
    }
    try stage.stage.write(Letter())
    #expect(try stage.run("send", "letter.eml", "--via", "smtp://127.0.0.1:\(server.port)").status == 0)
    let run = try #require(second.withLock { $0 })
    #expect(run.status == 75)
    #expect(run.stderr.contains("not sent: this message is being sent already, as "), "\(run.stderr)")
    #expect(try stage.delivered() == [] && stage.files() == [])
  }

  @Test func `a message without a Message-ID is no other's`() throws {
    var letter = Letter()
    letter.fields.removeAll { $0.name == "Message-ID" }
    let run = try stage.fail(letter)
    #expect(run.stderr.contains("sends what waits; do not send the message a second time"))
    try stage.fail(letter)
    #expect(try stage.ids().count == 2)
  }
}
