import SystemPackage
import TestSupport
import Testing

/// How mail of programs is protected, and who can have it otherwise.
@Suite struct SendmailPolicyTranscripts {
  /// The kinds of the messages that were delivered.
  private func kinds(_ stage: SendmailStage) throws -> [String] {
    try stage.delivered().map { copy in
      copy.text.contains("multipart/encrypted") ? "sealed" : copy.text.contains("multipart/signed") ? "signed" : "clear"
    }
  }

  private static func rule(_ to: String, _ protection: String) -> String {
    "[[rule]]\nto = [\"\(to)\"]\nprotection = \"\(protection)\"\n"
  }

  @Test(arguments: [
    ("", "", "bob@example.org", ["sealed"]),
    ("sendmail-policy = \"sealed\"", "", "bob@example.org, dave@example.com", []),
    ("sendmail-policy = \"signed\"", "", "bob@example.org, dave@example.com", ["signed"]),
    ("sendmail-policy = \"sealed-or-signed\"", "", "bob@example.org", ["sealed"]),
    ("sendmail-policy = \"sealed-or-signed\"", "", "bob@example.org, dave@example.com", ["signed"]),
    (
      "sendmail-policy = \"sealed-or-signed\"", rule("bob@example.org", "sealed"), "bob@example.org, dave@example.com",
      []
    ),
    (
      "sendmail-policy = \"sealed-or-signed\"", rule("*@example.org", "signed"), "bob@example.org, erin@example.org",
      ["signed"]
    ),
    ("", rule("*@lists.example.org", "signed"), "talk@lists.example.org", ["signed"]),
    ("", rule("*@lists.example.org", "signed"), "talk@lists.example.org, bob@example.org", []),
    ("sendmail-policy = \"signed\"", rule("bob@example.org", "sealed"), "bob@example.org", ["sealed"]),
    ("", rule("bob@example.org", "clear"), "bob@example.org", []),
    ("allow-clear-header = true", rule("bob@example.org", "clear"), "bob@example.org", []),
  ])
  func `the policy of the account decides, a rule before it, and nothing goes in two versions`(
    account: String, rules: String, to: String, expected: [String]
  ) throws {
    let stage = try SendmailStage(account: account, top: rules)
    let run = try stage.send("-t", text: stage.letter(to: to))
    #expect((run.status == 0) == !expected.isEmpty, "\(run.stderr)")
    #expect([0, 69].contains(run.status))
    #expect(try kinds(stage) == expected)
    #expect(try stage.outbox().count == (expected.isEmpty ? 1 : 0))
  }

  @Test func `that mail is only signed is said with the reason`() throws {
    let stage = try SendmailStage(account: "sendmail-policy = \"sealed-or-signed\"")
    expect(
      try stage.send("-t", text: stage.letter(to: "dave@example.com")),
      stderr: "postseal: only signed, so that everybody can read it: no certificate for dave@example.com\n", status: 0)
  }

  @Test(arguments: [
    ("allow-clear-header = true", "", "X-Postseal: clear", ["clear"], 0),
    ("allow-clear-header = true", "", "x-postseal:  CLEAR ", ["clear"], 0),
    ("allow-clear-header = true", "", "X-Other: clear", ["sealed"], 0),
    ("allow-clear-header = true", rule("bob@example.org", "clear"), "X-Postseal: clear", ["clear"], 0),
    ("allow-clear-header = true", rule("bob@example.org", "sealed"), "X-Postseal: clear", [], 69),
    ("allow-clear-header = true", rule("bob@example.org", "signed"), "X-Postseal: clear", [], 69),
    ("allow-clear-header = true", "", "X-Postseal: clear\nX-Postseal: clear", [], 65),
    ("allow-clear-header = true", "", "X-Postseal: none", [], 65), ("", "", "X-Postseal: sealed", [], 65),
    ("", "", "X-Postseal: clear", [], 69), ("allow-clear-header = false", "", "X-Postseal: clear", [], 69),
  ])
  func `clear text goes only where the account allows it and the program asks for it, and no rule forbids it`(
    account: String, rules: String, field: String, expected: [String], status: Int32
  ) throws {
    let stage = try SendmailStage(account: account, top: rules)
    let run = try stage.send("-t", text: stage.letter(field))
    #expect(run.status == status, "\(run.stderr)")
    #expect(try kinds(stage) == expected)
    for copy in try stage.delivered() where expected == ["clear"] {
      #expect(!copy.text.lowercased().contains("x-postseal"))
      #expect(copy.text.contains(SendmailStage.secret))
    }
    if expected.isEmpty { #expect(try stage.leaks() == []) }
    #expect(try stage.outbox().count == (expected.isEmpty ? 1 : 0))
  }

  /// Nothing else keeps it: clear text does not wait in the outbox, and cron does not send its mail a second time.
  @Test func `clear text that cannot be delivered is kept, sealed`() throws {
    let stage = try SendmailStage(account: "allow-clear-header = true")
    let letter = stage.letter("X-Postseal: clear")
    let run = try stage.send("--via", "smtp://127.0.0.1:1", "-t", text: letter)
    #expect(run.status == 69)
    #expect(run.stderr.contains("postseal: the message is kept in the outbox, sealed to you alone: "))
    #expect(try stage.outbox().map { String($0.prefix(5)) } == ["held/"])
    #expect(try stage.leaks() == [])
    #expect(try stage.keptMessage() == Array(letter.utf8))
  }

  @Test func `a password in a URL is kept nowhere`() throws {
    let stage = try SendmailStage()
    let run = try stage.send("--via", "smtps://alice:correct-horse@mail.example.org", "-t", text: stage.letter())
    #expect(run.status == 64)
    #expect(run.stderr.hasPrefix("postseal: not sent: a password in a URL is refused"))
    let name = try #require(try stage.outbox().first)
    let entry = String(decoding: try stage.folder.read("state/postseal/outbox/\(name)"), as: UTF8.self)
    #expect(!entry.contains("horse") && entry.contains("X-Postseal-Way: sendmail:\r\n"))
  }

  @Test func `who does not allow clear text is named`() throws {
    let run = try SendmailStage().send("-t", text: SendmailStage().letter("X-Postseal: clear"))
    #expect(
      run.stderr.contains("the program asks for clear text, which the account `home` does not allow\n"), "\(run.stderr)"
    )
  }

  @Test func `a field in the text asks for nothing`() throws {
    let stage = try SendmailStage(account: "allow-clear-header = true")
    #expect(try stage.send("-t", text: stage.letter() + "X-Postseal: clear\n").status == 0)
    #expect(try kinds(stage) == ["sealed"])
  }

  // MARK: Names without a domain

  @Test(arguments: [
    ("local-domain = \"example.org\"", "bob", "bob@example.org"),
    ("[aliases]\nbob = \"bob@example.org\"", "bob", "bob@example.org"),
    ("local-domain = \"example.com\"\n[aliases]\nbob = \"Bob <bob@example.org>\"", "Bob", "bob@example.org"),
    ("local-domain = \"Example.ORG\"", "\"bob\"", "bob@example.org"),
  ])
  func `a name without a domain is whom the configuration says`(top: String, name: String, address: String) throws {
    let stage = try SendmailStage(top: top)
    #expect(try stage.send("-t", text: stage.letter(to: name)).status == 0)
    let delivered = try stage.delivered()
    #expect(delivered.map(\.recipients) == [[address]])
    #expect(delivered.first?.text.contains("To: \(name)\r\n") == false)
    #expect(try stage.send("--", name.filter { $0 != "\"" }, text: "hi\n").status == 0)
    #expect(try stage.delivered().count == 2)
  }

  @Test(arguments: [
    ("", "From: Cron Daemon <alice@example.org>"),
    ("local-domain = \"example.org\"", "From: Cron Daemon <alice@example.org>"),
    ("local-domain = \"example.net\"", "From: Cron Daemon <alice@example.org>"),
  ])
  func `a sender without a domain is an address of the account`(top: String, field: String) throws {
    let stage = try SendmailStage(top: top)
    let run = try stage.send(
      "-t", "-f", "root", text: "From: root (Cron Daemon)\nTo: bob@example.org\nSubject: Budget\n\nhi\n")
    #expect(run.status == 0, "\(run.stderr)")
    let text = try #require(try stage.delivered().first).text
    #expect(text.hasPrefix("Return-Path: <alice@example.org>\r\n"))
    #expect(text.contains("\(field)\r\n"), "\(text.prefix(400))")
  }
}
