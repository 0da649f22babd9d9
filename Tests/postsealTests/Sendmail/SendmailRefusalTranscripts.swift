import Foundation
import SystemPackage
import TestSupport
import Testing

/// What a program is told whose mail is refused, what is kept of it, and that nothing of it is readable.
@Suite struct SendmailRefusalTranscripts {
  @Test func `refused mail is kept, sealed to its sender alone, and comes back byte for byte`() throws {
    let stage = try SendmailStage()
    let letter = stage.letter(to: "dave@example.com, carol@example.net", "Bcc: expired@example.org")
    let run = try stage.send("-t", text: letter)
    let id = try #require(try stage.outbox().first).dropFirst(5).dropLast(4)
    expect(
      run,
      stderr: """
        postseal: not sent: no certificate for dave@example.com
        postseal: not sent: cannot encrypt to carol@example.net: certificate F19C 23ED … 6BD5 821F is neither verified nor accepted
        postseal: not sent: cannot encrypt to expired@example.org: certificate C991 72C1 … 7466 321C expired on 2025-03-01
        postseal: the message is kept in the outbox, sealed to you alone: \(id)
        hint: looked in your keyring only; try `postseal key find dave@example.com`
        hint: compare the fingerprint with its owner, then `postseal key accept carol@example.net \(Identity.carol.hexFingerprint)`
        hint: ask expired@example.org for a current certificate, then `postseal key import FILE`
        hint: take it out with `postseal extract \(stage.folder.path)/state/postseal/outbox/held/\(id).eml --to .`

        """, status: 69)
    #expect(try stage.delivered().isEmpty)
    #expect(try stage.outbox() == ["held/\(id).eml"])
    #expect(try stage.leaks() == [])
    #expect(try stage.keptMessage() == Array(letter.utf8))
    let list = try stage.send("-bp", text: "").text
    #expect(list.contains("held") && list.contains("no certificate for dave@example.com"))
  }

  /// sysexits(3): 64 usage, 65 data, 67 no user, 69 unavailable, 77 permission, 78 configuration.
  @Test(arguments: [
    ("To: dave@example.com\n\n", ["-t"], 69, "no certificate for dave@example.com"),
    ("To: carol@example.net\n\n", ["-t"], 69, "neither verified nor accepted"),
    ("To: expired@example.org\n\n", ["-t"], 69, "expired on 2025-03-01"),
    ("From: bob@example.org\nTo: bob@example.org\n\n", ["-t"], 69, "cannot sign as bob@example.org"),
    ("To: bob@example.org\nbroken\nBcc: erin@example.org\n\n", ["-t"], 65, "is no header line"),
    ("To: Bob Meyer bob@example.org\n\n", ["-t"], 65, "is no "),
    ("To: bob@example.org\nX: \0\n\n", ["-t"], 65, "control character"),
    ("To: nobody\n\n", ["-t"], 67, "nothing is known of the user `nobody`"), ("\n", ["root"], 67, "the user `root`"),
    ("Subject: x\n\n", ["-t"], 64, "nobody is named to send it to"),
    ("To: bob@example.org\n\n", ["-i"], 64, "nobody is named"),
    ("\n", ["--", "-oQ/tmp@example.org"], 64, "starts with"), ("\n", ["bob@example.org", "-t"], 67, "the user `-t`"),
    ("\n", ["bob@example.org", "-OQueueDirectory=/tmp"], 67, "the user"), ("\n", [""], 65, "is no"),
    ("\n", ["bob@example.org>\nRCPT TO:<eve@example.net"], 65, "control character"),
    ("\n", ["\"bob@example.org,\" eve@example.net"], 65, "is no"),
    ("\n", ["-F", "Alice\r\nBcc: eve@example.net", "bob@example.org"], 65, "control character"),
    // Options of postseal that were wrong from the start, and that nobody sees who runs cron.
    ("To: bob@example.org\n\n", ["--sent", "x", "-t"], 64, "cannot keep sent mail in"),
    ("To: bob@example.org\n\n", ["--as", "x", "-t"], 65, "`x` is no address"),
  ])
  func `each refusal has the status that callers of a sendmail know, and the message is kept`(
    text: String, arguments: [String], status: Int32, words: String
  ) throws {
    let stage = try SendmailStage()
    let run = try stage.send(arguments, "\(text)\(SendmailStage.secret)\n".utf8)
    #expect(run.status == status, "\(run.stderr)")
    #expect(run.stdout == [])
    #expect(run.stderr.contains(words), "\(run.stderr)")
    #expect(run.stderr.contains("the message is kept in the outbox, sealed to you alone"), "\(run.stderr)")
    #expect(try stage.delivered().isEmpty)
    #expect(try stage.leaks() == [])
    #expect(try stage.keptMessage() == Array("\(text)\(SendmailStage.secret)\n".utf8))
  }

  @Test func `a locked key is no reason to lose mail, and nobody is asked`() throws {
    let stage = try SendmailStage()
    let keyring = try TemporaryKeyring(own: [.erin], accepted: [.bob], foreign: [.locked])
    let text = "From: locked@example.org\nTo: bob@example.org\nSubject: Budget\n\n\(SendmailStage.secret)\n"
    let run = try stage.send("-t", text: text, keyring: keyring)
    #expect(run.status == 77, "\(run.stderr)")
    #expect(run.stderr.contains("kept in the outbox, sealed to you alone"), "\(run.stderr)")
    #expect(try stage.outbox().count == 1)
    #expect(try stage.leaks() == [])
  }

  @Test func `a configuration that is wrong keeps the mail of whoever it says it is from`() throws {
    let stage = try SendmailStage()
    try stage.configure(account: "sendmail-policy = \"maybe\"")
    let run = try stage.send("-t", text: stage.letter())
    #expect(run.status == 78)
    #expect(run.stderr.contains("config.toml:6: account.home.sendmail-policy: `maybe` is not one of"), "\(run.stderr)")
    #expect(run.stderr.contains("kept in the outbox, sealed to you alone"), "\(run.stderr)")
    #expect(try stage.leaks() == [])
  }

  @Test(arguments: ["root", "root@mail.example.net", "bob@example.org", ""])
  func `where nothing says whose mail it is, it is kept by the only key that serves`(author: String) throws {
    let stage = try SendmailStage()
    try stage.configure(account: "sendmail-policy = \"maybe\"")
    let text = (author.isEmpty ? "" : "From: \(author)\n") + "To: root\nSubject: Budget\n\n\(SendmailStage.secret)\n"
    let keyring = try TemporaryKeyring(own: [.alice, .revoked], accepted: [.bob])
    let run = try stage.send("-t", text: text, keyring: keyring)
    #expect(run.status == 78)
    #expect(
      run.stderr.contains(
        "kept in the outbox, sealed to you alone, by the only key of yours that serves, AEA2 6172 … 7682 21D1: "),
      "\(run.stderr)")
    #expect(try stage.leaks() == [])
    try stage.configure()
    #expect(try stage.keptMessage(keyring: keyring) == Array(text.utf8))
  }

  @Test func `of several keys of which nothing says that it is the owner's, none is taken`() throws {
    let stage = try SendmailStage()
    try stage.configure(account: "sendmail-policy = \"maybe\"")
    let text = "From: root\nTo: root\n\n\(SendmailStage.secret)\n"
    let run = try stage.send("-t", text: text, keyring: TemporaryKeyring(own: [.alice, .erin]))
    #expect(run.status == 78)
    #expect(run.stderr.contains("it is not kept either: there is no key of yours to seal it to\n"), "\(run.stderr)")
    #expect(try stage.outbox() == [] && stage.leaks() == [])
  }

  @Test func `without a key of the sender's nothing is kept, least of all in clear, and that is said`() throws {
    let stage = try SendmailStage()
    let run = try stage.send("-t", text: stage.letter(), keyring: try TemporaryKeyring(certificates: [.bob]))
    #expect(run.status == 69)
    #expect(
      run.stderr.contains("postseal: it is not kept either: there is no key of yours to seal it to\n"), "\(run.stderr)")
    #expect(try stage.outbox() == [])
    #expect(try stage.leaks() == [])
    #expect(try stage.delivered().isEmpty)
  }

  @Test func `no word of a message that cannot be read stands in the part of the outbox that is not encrypted`() throws
  {
    let stage = try SendmailStage()
    _ = try stage.send("-t", text: "To: bob@example.org\n\(SendmailStage.secret)\n\n")
    #expect(try stage.outbox().count == 1)
    #expect(try stage.leaks() == [])
  }

  @Test func `a caller that tries again by itself can have nothing kept`() throws {
    let stage = try SendmailStage()
    let run = try stage.send("--no-outbox", "-t", text: stage.letter(to: "dave@example.com"))
    #expect(run.status == 69)
    #expect(!run.stderr.contains("kept"))
    #expect(try stage.outbox() == [])
  }

  @Test(arguments: [
    ["-bs"], ["-bd"], ["-q1h"], ["-Z"], ["-t", "--account", "home"], ["--nonsense", "-t"], ["--account"],
  ])
  func `what no sendmail of ours does is wrong usage, and nothing is read`(arguments: [String]) throws {
    let stage = try SendmailStage()
    let run = try stage.send(arguments, stage.letter().utf8)
    #expect(run.status == 64)
    #expect(run.stdout == [])
    #expect(run.stderr.contains("hint: "), "\(run.stderr)")
    #expect(try stage.delivered().isEmpty)
    #expect(try stage.outbox() == [])
  }

  /// A web page's field that becomes the first word must not become a configuration, whose password-command would run.
  @Test func `by the name sendmail no option is one of ours`() throws {
    let stage = try SendmailStage()
    let mark = stage.folder.appending("ran").string
    let evil =
      "default-account = \"e\"\n[account.e]\nfrom = [\"alice@example.org\"]\nsubmit = \"smtps://a@localhost:1\"\n"
    try stage.folder.write(Array("\(evil)password-command = [\"touch\", \"\(mark)\"]\n".utf8), to: "evil.toml")
    let arguments = ["--config=\(stage.folder.path)/evil.toml", "-t"]
    let run = try stage.run(try stage.link("sendmail"), arguments, stage.letter().utf8)
    #expect(run.status == 64, "\(run.stderr)")
    #expect(try !stage.folder.contents().contains("ran"))
    #expect(try stage.delivered().isEmpty)
    let help = try stage.run(try stage.link("sendmail"), ["--help"])
    #expect(help.status == 0 && help.text.contains("EXAMPLES:"))
  }

  @Test func `what is slipped into a command line writes no file and changes nothing`() throws {
    let stage = try SendmailStage()
    let log = stage.folder.appending("log").string
    let run = try stage.send(
      ["-X\(log)", "-OQueueDirectory=\(stage.folder.path)", "-C\(log)", "-t"], stage.letter().utf8)
    #expect(run.status == 0, "\(run.stderr)")
    #expect(try !stage.folder.contents().contains("log"))
  }

  // MARK: The way

  @Test func `a way that fails for now is told as such, and the sealed mail waits`() throws {
    let stage = try SendmailStage()
    let script = "#!/bin/sh\ncat > /dev/null; echo busy >&2; exit 75\n"
    let program = try stage.folder.write(Array(script.utf8), to: "later")
    try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: program.string)
    let run = try stage.send("--via", "sendmail:\(program)", "-t", text: stage.letter())
    #expect(run.status == 75, "\(run.stderr)")
    #expect(try stage.outbox().map { $0.prefix(8) } == ["waiting/"])
    #expect(try stage.leaks() == [])
  }

  @Test func `a message that somebody may have already is told as such, and kept once`() throws {
    let stage = try SendmailStage()
    let script = "#!/bin/sh\ncat > /dev/null; kill -9 $$\n"
    let program = try stage.folder.write(Array(script.utf8), to: "doubtful")
    try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: program.string)
    let letter = stage.letter("Message-ID: <budget@example.org>")
    for words in ["it is unknown whether ", "not sent: this message is in the outbox already, as "] {
      let run = try stage.send("--via", "sendmail:\(program)", "-t", text: letter)
      #expect(run.status == 75 && run.stderr.hasPrefix("postseal: \(words)"), "\(run.stderr)")
      #expect(try stage.outbox().map { $0.prefix(8) } == ["unknown/"])
    }
  }

  @Test func `where only the password is missing, the sealed mail waits`() throws {
    let stage = try SendmailStage()
    let way = "submit = \"smtps://alice@localhost:1\"\npassword-command = [\"false\"]\n"
    try stage.configure(top: "[account.work]\nfrom = [\"alice@example.org\"]\n\(way)")
    let letter = stage.letter("Bcc: erin@example.org", "Message-ID: <budget@example.org>")
    let run = try stage.send("--account", "work", "-t", text: letter)
    #expect(run.status == 77, "\(run.stderr)")
    #expect(
      run.stderr.contains("postseal: not sent: false gave no password\npostseal: kept in the outbox: "), "\(run.stderr)"
    )
    #expect(try stage.outbox().map { $0.prefix(8) } == ["waiting/", "waiting/"])
    #expect(try stage.leaks() == [])
    // Given again, it waits once.
    let again = try stage.send("--account", "work", "-t", text: letter)
    #expect(again.status == 77 && again.stderr.contains("postseal: this replaces "), "\(again.stderr)")
    #expect(try stage.outbox().count == 2)
  }

  @Test func `a sendmail that is postseal again is refused, by whatever name, and mail does not go round`() throws {
    let stage = try SendmailStage()
    let link = try stage.link("sendmail")
    let direct = try stage.send("--via", "sendmail:\(link)", "-t", text: stage.letter())
    #expect(direct.status == 69)
    #expect(direct.stderr.contains("cannot submit through \(link): that is this program itself"), "\(direct.stderr)")
    // A script hides who it is; what it runs knows.
    let script = "#!/bin/sh\necho run >> \(stage.folder.path)/count\nexec \(postsealBinary) sendmail \"$@\"\n"
    let program = try stage.folder.write(Array(script.utf8), to: "wrapper")
    try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: program.string)
    let hidden = try stage.send("--via", "sendmail:\(program)", "-t", text: stage.letter())
    #expect(hidden.status != 0)
    #expect(hidden.stderr.contains("is postseal again"), "\(hidden.stderr)")
    #expect(try stage.folder.read("count") == Array("run\n".utf8))
    #expect(try stage.leaks() == [])
  }
}
