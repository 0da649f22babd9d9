import Foundation
import SystemPackage
import TestSupport
import Testing

/// The copy that a sender keeps of what they sent.
@Suite struct SentCopyTranscripts {
  let stage: OutboxStage

  init() throws { stage = try OutboxStage() }

  private var sent: String { "maildir:\(stage.stage.folder.path)/Sent" }

  private func kept() throws -> [String] { try stage.delivered("Sent/cur") }

  /// The one copy that was kept, as its sender opens it.
  private func opened() throws -> String {
    let name = try #require(try stage.stage.folder.contents().first { $0.hasPrefix("Sent/cur/") })
    #expect(name.hasSuffix(":2,S"))
    return try stage.run("decrypt", name).succeeded().text
  }

  @Test func `it is sealed to its sender alone, and has the Bcc field inside`() throws {
    try stage.stage.write(Letter(bcc: "Erin <erin@example.org>"))
    let run = try stage.run("send", "letter.eml", "--via", stage.mailbox, "--sent", sent)
    #expect(run.status == 0, "\(run.stderr)")
    #expect(try stage.plain(run.text).contains("\ncopy kept in ~/Sent, sealed to yourself\n"))
    #expect(try kept().count == 1)
    let copy = try #require(try kept().first)
    #expect(copy.contains("Subject: [...]") && !copy.lowercased().contains("erin"))
    let text = try opened()
    #expect(text.contains("\r\nBcc: erin@example.org\r\n"))
    #expect(text.contains("\r\nSubject: Budget\r\n"))
    let name = try #require(try stage.stage.folder.contents().first { $0.hasPrefix("Sent/cur/") })
    let inspected = try stage.run("inspect", "--json", name).text
    for identity in [Identity.bob, .erin] {
      #expect(!inspected.contains(String(identity.hexFingerprint.suffix(16))))
    }
    let bob = try Stage.bob()
    var child = postseal(["decrypt", name], keyring: bob)
    child.directory = stage.stage.folder.path
    #expect(try child.run().status == 20)
    for delivered in try stage.delivered() {
      #expect(!delivered.lowercased().contains("\nbcc"))
    }
    #expect(try stage.files() == [])
  }

  @Test func `what is signed or clear for others is kept sealed all the same`() throws {
    for option in ["--sign-only", "--clear"] {
      try stage.stage.write(Letter())
      #expect(try stage.run("send", "letter.eml", "--via", stage.mailbox, "--sent", sent, option).status == 0)
    }
    #expect(try kept().count == 2)
    #expect(try kept().allSatisfy { $0.contains("multipart/encrypted") && !$0.contains("figures") })
    #expect(try stage.delivered().allSatisfy { $0.contains("figures") })
  }

  @Test func `an account names where it goes, and --no-copy keeps none`() throws {
    let account = "default-account = \"a\"\n[account.a]\nsubmit = \"\(stage.mailbox)\"\nsent = \"\(sent)\"\n"
    try stage.stage.folder.write(Array(account.utf8), to: "c.toml")
    try stage.stage.write(Letter())
    #expect(try stage.run("send", "letter.eml", "--config", "c.toml", "--no-copy").status == 0)
    #expect(try stage.delivered().count == 1)
    #expect(try !stage.stage.folder.contents().contains("Sent"))
    let run = try stage.run("send", "letter.eml", "--config", "c.toml", "--json")
    #expect(run.text.contains(#""outbox":[],"copyKeptIn":"\#(stage.stage.folder.path)/Sent","troubles":[]"#))
    #expect(try kept().count == 1)
  }

  @Test func `a copy that cannot be stored waits, and the mail is sent`() throws {
    try stage.stage.write(Letter())
    // What somebody put in the way.
    try stage.stage.folder.write([], to: "away")
    let sent = "maildir:\(stage.stage.folder.path)/away/Sent"
    let run = try stage.run("send", "letter.eml", "--via", stage.mailbox, "--sent", sent)
    #expect(run.status == 0)
    #expect(
      try stage.plain(run.stderr) == """
        postseal: sent, but no copy could be kept for you: cannot deliver into ~/away/Sent: not a directory; it waits in the outbox as aaaaaaaa-0, for `postseal outbox send`

        """)
    #expect(try stage.delivered().count == 1)
    let dry = try stage.run("outbox", "send", "--dry-run")
    #expect(try stage.plain(dry.text).contains("aaaaaaaa-0  bob@example.org  would be kept in maildir:~/away/Sent\n"))
    #expect(try stage.run("outbox", "send").status == 73)
    try FileManager.default.removeItem(atPath: stage.stage.folder.appending("away").string)
    let again = try stage.run("outbox", "send")
    #expect(again.status == 0)
    // The folder is made, and the one above it.
    #expect(try stage.plain(again.text).hasPrefix("✓  aaaaaaaa-0  bob@example.org  kept in ~/away/Sent\n"))
    #expect(try stage.delivered("away/Sent/cur").count == 1)
    #expect(try stage.delivered().count == 1)
    #expect(try stage.files() == [])
  }

  @Test func `the copy of mail that nobody has yet waits with it, and goes with it when it is dropped`() throws {
    try stage.fail(Letter(), "--sent", sent)
    #expect(try stage.files().count == 2)
    #expect(try kept() == [])
    let dry = try stage.run("outbox", "send", "--dry-run").text
    #expect(dry.contains("would be sent through \(stage.broken)\n") && dry.contains("would be kept in \(sent)\n"))
    try stage.fail(OutboxStage.another(), "--sent", sent)
    let first = try stage.group()
    #expect(try stage.run("outbox", "drop", "--yes", "\(first)-1").stderr.hasSuffix("dropped 2 entries\n"))
    #expect(try stage.files().count == 2)
    #expect(try stage.run("outbox", "send").status == 73)
    #expect(try kept() == [])
    try stage.mendBrokenWay()
    #expect(try stage.run("outbox", "send").status == 0)
    #expect(try kept().count == 1)
    #expect(try stage.files() == [])
  }

  @Test func `nothing is sent when the sender's copy cannot be sealed`() throws {
    let keyring = try TemporaryKeyring(own: [.signOnly], accepted: [.bob])
    let letter = Letter(from: "sign-only@example.org")
    try stage.stage.write(letter)
    var child = postseal(
      ["send", "letter.eml", "--sign-only", "--via", stage.mailbox, "--sent", sent], keyring: keyring)
    child.directory = stage.stage.folder.path
    let run = try child.run()
    #expect(run.status == 32, "\(run.stderr)")
    #expect(run.stderr.contains("not sent: cannot encrypt your own copy as sign-only@example.org"))
    #expect(try stage.delivered() == [])
    child.arguments.append("--dry-run")
    #expect(try child.run().status == 0)
  }

  @Test func `a place that is not known is refused before anything is sealed`() throws {
    try stage.stage.write(Letter())
    let run = try stage.run("send", "letter.eml", "--via", stage.mailbox, "--sent", "ftp://x")
    #expect(run.status == 64 && run.stderr.hasPrefix("postseal: --sent: cannot keep sent mail in "), "\(run.stderr)")
    #expect(try stage.delivered() == [])
    #expect(try stage.run("send", "letter.eml", "--no-copy", "--sent", sent).status == 64)
  }
}
