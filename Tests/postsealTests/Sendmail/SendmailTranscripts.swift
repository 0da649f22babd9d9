import Foundation
import SystemPackage
import TestSupport
import Testing

/// What leaves when a program sends by us, and what does not.
@Suite struct SendmailTranscripts {
  private func sealed(_ text: String) -> Bool {
    text.contains("multipart/encrypted") && !text.contains(SendmailStage.secret)
  }

  // MARK: What arrives

  @Test(arguments: [
    ["-t"], ["-t", "-i"], ["-ti", "--"], ["-oi", "-f", "alice@example.org", "--", "bob@example.org"],
  ])
  func `mail of programs arrives sealed, and nothing is said`(arguments: [String]) throws {
    let stage = try SendmailStage()
    expect(try stage.send(arguments, stage.letter().utf8), status: 0)
    let delivered = try stage.delivered()
    #expect(delivered.map(\.recipients) == [["bob@example.org"]])
    #expect(delivered.allSatisfy { sealed($0.text) })
    #expect(try stage.outbox() == [])
  }

  @Test func `by the name sendmail it is the same, and by the name mailq the list of the outbox`() throws {
    let stage = try SendmailStage()
    expect(try stage.run(try stage.link("sendmail"), ["-t"], stage.letter().utf8), status: 0)
    #expect(try stage.delivered().count == 1)
    let refused = try stage.run(try stage.link("sendmail"), ["-t"], stage.letter(to: "dave@example.com").utf8)
    #expect(refused.status == 69)
    let list = try stage.run(try stage.link("mailq"), [])
    #expect(list.status == 0)
    #expect(list.text.contains("dave@example.com"))
    #expect(try stage.send("-bp", text: "").text == list.text)
  }

  @Test func `with -v the sender is told, and a dry run only tells`() throws {
    let stage = try SendmailStage()
    let run = try stage.send("-v", "-t", text: stage.letter())
    #expect(run.text.contains("✓ bob@example.org"))
    #expect(run.text.contains("sent through \(stage.folder.path)/box"))
    let dry = try stage.send("--dry-run", "-t", text: stage.letter(to: "erin@example.org"))
    #expect(dry.text.contains("would be sent: signed as alice@example.org, encrypted"))
    #expect(try stage.send("--dry-run", "-t", text: stage.letter(to: "dave@example.com")).status == 69)
    #expect(try stage.delivered().count == 1)
    #expect(try stage.outbox() == [])
  }

  @Test func `without -t nobody gets it but those of the command line, and the others are not sealed for`() throws {
    let stage = try SendmailStage()
    // Carol has no accepted certificate, and dave none at all.
    let letter = stage.letter(
      to: "bob@example.org, carol@example.net", "Cc: dave@example.com", "Bcc: mallory@example.net")
    let run = try stage.send("-v", "-i", "--", "bob@example.org", "erin@example.org", text: letter)
    #expect(run.status == 0, "\(run.stderr)")
    #expect(run.text.contains("✓ erin@example.org"))
    let delivered = try stage.delivered()
    #expect(delivered.map(\.recipients).sorted { $0[0] < $1[0] } == [["bob@example.org"], ["erin@example.org"]])
    for copy in delivered {
      #expect(copy.text.contains("To: bob@example.org, carol@example.net\r\nCc: dave@example.com\r\n"))
      // With the colon: the ciphertext may hold the letters.
      #expect(
        !copy.text.split(whereSeparator: \.isNewline).contains { $0.lowercased().hasPrefix("bcc") && $0.contains(":") })
      let packets = try stage.stage.alice.gpg("--list-packets", "--list-only", stdin: Array(copy.text.utf8)).text
      #expect(packets.components(separatedBy: ":pubkey enc packet:").count == 3, "one key for them and one for alice")
    }
    // Nobody's copy names the other one.
    let bobs = try #require(delivered.first { $0.recipients == ["bob@example.org"] })
    #expect(!bobs.text.contains("erin"))
  }

  @Test func `with -t the recipients of the command line are added`() throws {
    let stage = try SendmailStage()
    #expect(try stage.send("-t", "erin@example.org", text: stage.letter()).status == 0)
    #expect(
      try stage.delivered().map(\.recipients).sorted { $0[0] < $1[0] } == [["bob@example.org"], ["erin@example.org"]])
  }

  @Test(arguments: [
    ("undisclosed-recipients:;", ["Bcc: bob@example.org"], [["bob@example.org"]]),
    ("team: bob@example.org, erin@example.org;", [], [["bob@example.org", "erin@example.org"]]),
    ("bob@example.org", ["Resent-To: erin@example.org"], [["erin@example.org"]]),
    (
      "bob@example.org", ["Cc: \"Erin\" <erin@example.org>,\n bob@example.org"],
      [["bob@example.org", "erin@example.org"]]
    ),
  ])
  func `groups, folds and fields of mail that is sent on are read as they are meant`(
    to: String, fields: [String], expected: [[String]]
  ) throws {
    let stage = try SendmailStage()
    let text = (["From: alice@example.org", "To: \(to)"] + fields).joined(separator: "\n") + "\n\nhi\n"
    let run = try stage.send("-t", text: text)
    #expect(run.status == 0, "\(run.stderr)")
    #expect(try stage.delivered().map(\.recipients) == expected)
  }

  @Test func `a line with a single dot ends the message, unless the program says otherwise`() throws {
    for (arguments, tail) in [(["-t"], ""), (["-t", "-i"], ".\nafter\n")] {
      let stage = try SendmailStage()
      #expect(try stage.send(arguments, (stage.letter() + ".\nafter\n").utf8).status == 0)
      let sealed = try #require(try stage.delivered().first).text
      let opened = try stage.run(postsealBinary.string, ["decrypt"], sealed.utf8, keyring: try Stage.bob())
      #expect(
        opened.text.replacing("\r\n", with: "\n").hasSuffix("\n\n\(SendmailStage.secret)\n\(tail)"), "\(opened.text)")
    }
  }

  @Test(arguments: [
    "hello without a header\n", "From root Wed Nov 25 22:00:00 2026\nSubject: x\n\nhello\n",
    "Subject: x\r\n\r\nhello\r\n", "Subject: größe\nContent-Type: text/plain; charset=utf-8\n\nschön\n",
    "Subject: latin\n\nsch\u{F6}n \u{FFFD}\n", "",
  ])
  func `whatever programs write as a message arrives`(text: String) throws {
    let stage = try SendmailStage()
    let run = try stage.send("-i", "bob@example.org", text: text)
    #expect(run.status == 0, "\(run.stderr)")
    let sealed = try #require(try stage.delivered().first).text
    #expect(sealed.contains("From: Alice Example <alice@example.org>\r\n"))
    let opened = try stage.run(postsealBinary.string, ["verify"], sealed.utf8, keyring: try Stage.bob())
    #expect(opened.status == 0, "\(opened.text)\(opened.stderr)")
  }

  @Test func `many megabytes arrive`() throws {
    let stage = try SendmailStage()
    let line = String(repeating: "0123456789", count: 7) + "\n"
    let text = stage.letter() + String(repeating: line, count: 100_000)
    #expect(try stage.send("-ti", text: text).status == 0)
    let sealed = try #require(try stage.delivered().first).text
    let opened = try stage.run(postsealBinary.string, ["decrypt"], sealed.utf8, keyring: try Stage.bob())
    #expect(opened.stdout.count > text.utf8.count)
  }

  @Test func `a sealed message passes unchanged to those who can read it, and to nobody else`() throws {
    let stage = try SendmailStage()
    try stage.stage.seal()
    let sealed = try stage.folder.read("sealed.eml")
    #expect(try stage.send(["-i", "--", "bob@example.org"], sealed).status == 0)
    #expect(try stage.delivered().first?.text.hasSuffix(String(decoding: sealed, as: UTF8.self)) == true)
    let run = try stage.send(["-i", "--", "bob@example.org", "erin@example.org"], sealed)
    #expect(run.status == 69)
    #expect(run.stderr.hasPrefix("postseal: not sent: the message is already sealed, but not for erin@example.org\n"))
    #expect(try stage.delivered().count == 1)
  }

  @Test func `over SMTP the server hears the envelope of the command line, and nothing in clear`() throws {
    let stage = try SendmailStage()
    let server = try ScriptedServer { event in
      guard case .line(let line) = event, line.hasPrefix("EHLO") else { return nil }
      return [.say("250-mx.example.org"), .say("250-DSN"), .say("250 8BITMIME")]
    }
    let letter = stage.letter(to: "bob@example.org, carol@example.net", "Bcc: mallory@example.net")
    let run = try stage.send(
      "--via", "smtp://127.0.0.1:\(server.port)", "-N", "failure", "-V", "id7", "-f", "bounces@example.net", "--",
      "bob@example.org", "erin@example.org", text: letter)
    #expect(run.status == 0, "\(run.stderr)")
    let envelope = server.lines.filter { $0.hasPrefix("MAIL") || $0.hasPrefix("RCPT") }
    #expect(
      Set(envelope) == [
        "MAIL FROM:<bounces@example.net> RET=HDRS ENVID=id7", "RCPT TO:<bob@example.org> NOTIFY=FAILURE",
        "RCPT TO:<erin@example.org> NOTIFY=FAILURE",
      ])
    let messages = server.messages.map { String(decoding: $0, as: UTF8.self) }
    #expect(messages.count == 2)
    #expect(messages.allSatisfy { sealed($0) && !$0.contains("mallory") })
  }

  // MARK: Who sends

  @Test(arguments: [
    (["-f", "bounces@example.net"], "bounces@example.net"), (["-rbounces@example.net"], "bounces@example.net"),
    (["-f", ""], ""), (["-f", "<>"], ""), ([], "alice@example.org"),
    (["-f", "Alice <alice@example.org>"], "alice@example.org"),
  ])
  func `-f says where word of a failure goes`(arguments: [String], path: String) throws {
    let stage = try SendmailStage()
    let run = try stage.send(arguments + ["-t"], stage.letter().utf8)
    #expect(run.status == 0, "\(run.stderr)")
    #expect(try stage.delivered().first?.text.hasPrefix("Return-Path: <\(path)>\r\n") == true)
  }

  @Test(arguments: [
    "-oQ/tmp@example.org", "a@example.org>\nRCPT TO:<eve@example.net", "a@example.org, b@example.org",
    "a b@example.org",
    "a@example.org\r\nX: y", "\u{1B}@example.org",
  ])
  func `an address of -f that could be anything else is refused`(address: String) throws {
    let stage = try SendmailStage()
    let run = try stage.send(["-f", address, "-t"], stage.letter().utf8)
    #expect([64, 65].contains(run.status), "\(run.stderr)")
    #expect(!run.stderr.contains("\u{1B}"))
    #expect(try stage.delivered().isEmpty)
    #expect(try stage.leaks() == [])
  }

  @Test func `the account is the one of the command line, of the From address, of -f, or the default one`() throws {
    let stage = try SendmailStage()
    for name in ["work", "list"] { try stage.folder.write([], to: "\(name)/new/.keep") }
    let others = ["work": "erin@example.org", "list": "list@example.org"].map { name, address in
      "[account.\(name)]\nfrom = [\"\(address)\"]\nsubmit = \"maildir:\(stage.folder.path)/\(name)\"\n"
    }
    try stage.configure(top: others.joined())
    func place(_ arguments: String..., from: String = "alice@example.org") throws -> String? {
      let keyring = try TemporaryKeyring(own: [.alice, .erin], accepted: [.bob])
      let before = try stage.folder.contents()
      let run = try stage.send(arguments + ["-t"], "From: \(from)\nTo: bob@example.org\n\nhi\n".utf8, keyring: keyring)
      #expect(run.status == 0, "\(run.stderr)")
      let new = try stage.folder.contents().first { $0.contains("/new/") && !before.contains($0) }
      return new.map { String($0.prefix { $0 != "/" }) }
    }
    #expect(try place() == "box")
    #expect(try place(from: "erin@example.org") == "work")
    #expect(try place("-f", "list@example.org") == "box")
    #expect(try place("--account", "work") == "work")
    #expect(try place("--account=work", "--quiet", from: "alice@example.org") == "work")
    let missing = try stage.send("--account", "none", "-t", text: stage.letter())
    #expect(missing.status == 78)
    #expect(missing.stderr.contains("there is no account `none`"))
  }

  @Test func `two From addresses are one too many, and the message is kept`() throws {
    let stage = try SendmailStage()
    let run = try stage.send(
      "-t",
      text:
        "From: alice@example.org, erin@example.org\nTo: bob@example.org\nSubject: Budget\n\n\(SendmailStage.secret)\n")
    #expect(run.status == 65)
    #expect(run.stderr.hasPrefix("postseal: not sent: the message has 2 From addresses\n"))
    #expect(try stage.outbox().count == 1)
    #expect(try stage.leaks() == [])
  }
}
