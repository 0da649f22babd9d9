import SystemPackage
import TestSupport
import Testing

/// What was sealed to a certificate is not sent when that would not be taken any more.
@Suite struct OutboxCertificateTranscripts {
  let stage: OutboxStage

  init() throws {
    stage = try OutboxStage()
    try stage.fail()
    try stage.mendBrokenWay()
  }

  /// Runs `outbox send` after a change to the keyring, and expects that nothing went.
  private func expectStays(_ status: Int32, _ reason: String) throws {
    let run = try stage.run("outbox", "send")
    #expect(run.status == status, "\(run.stderr)")
    #expect(run.stderr.contains(reason), "\(run.stderr)")
    #expect(run.stderr.contains("`postseal outbox drop \(try stage.group())`"))
    #expect(try stage.plain(run.text).replacing(#/ +/#, with: " ") == "✗ aaaaaaaa-1 bob@example.org stays, waiting\n")
    #expect(try stage.run("outbox", "send", "--dry-run").status == status)
    #expect(try stage.delivered("away/box/new") == [])
    #expect(try stage.files().count == 1)
  }

  @Test func `one that is no longer accepted keeps the mail back, until it is again`() throws {
    try stage.run("key", "unaccept", "bob@example.org", "--batch").succeeded()
    try expectStays(
      31, "cannot encrypt to bob@example.org: certificate 4FE1 D2B8 … 5CF9 2FA2 is neither verified nor accepted")
    try stage.run("key", "accept", "bob@example.org", Identity.bob.hexFingerprint, "--batch").succeeded()
    #expect(try stage.run("outbox", "send").status == 0)
    #expect(try stage.delivered("away/box/new").count == 1)
  }

  @Test func `one that is disabled or gone keeps the mail back`() throws {
    try stage.alice.disable(.bob)
    try expectStays(32, "certificate 4FE1 D2B8 … 5CF9 2FA2 is disabled")
    _ = try stage.alice.gpg("--batch", "--yes", "--delete-keys", Identity.bob.hexFingerprint)
    try expectStays(30, "no certificate for bob@example.org")
  }

  @Test func `a person at a terminal decides`() throws {
    try stage.alice.disable(.bob)
    for (answer, count) in [("no", 0), ("yes", 1)] {
      var child = stage.command(["outbox", "send"]).onTerminal()
      child.stdin = .pipe(Array("\(answer)\n".utf8))
      let run = try child.run()
      #expect(run.text.contains("Send \(try stage.ids().first ?? "aaaaaaaa")") || count == 1)
      #expect(run.status == (count == 1 ? 0 : 32), "\(run.text)")
      #expect(try stage.delivered("away/box/new").count == count)
    }
  }

  @Test func `another certificate of the address is not what the mail is sealed to`() throws {
    // The configuration names carol's certificate for bob now: the sealed copy is for the old one.
    let keys = "[keys]\n\"bob@example.org\" = \"\(Identity.carol.hexFingerprint)\"\n"
    try stage.stage.folder.write(Array(keys.utf8), to: "c.toml")
    let run = try stage.run("outbox", "send", "--config", "c.toml")
    #expect(run.status == 31)
    #expect(try stage.delivered("away/box/new") == [])
  }

  /// Every copy can be read by whoever has the sender's own key.
  @Test(arguments: [false, true])
  func `the sender's own that was revoked keeps the mail back, signed and sealed`(isSigned: Bool) throws {
    let stage = try OutboxStage()
    let sent = "maildir:\(stage.stage.folder.path)/Sent"
    try stage.fail(Letter(bcc: "erin@example.org"), "--sent", sent, isSigned ? "--sign-only" : "--batch")
    try stage.mendBrokenWay()
    try stage.run("key", "revoke", "alice@example.org", "--reason", "none", "--batch", "--yes").succeeded()
    let run = try stage.run("outbox", "send")
    // With it go the certifications by which Bob's was accepted.
    #expect(run.status == (isSigned ? 34 : 31), "\(run.stderr)")
    let act = isSigned ? "cannot sign" : "cannot encrypt your own copy"
    #expect(run.stderr.contains("postseal: \(act) as alice@example.org: "), "\(run.stderr)")
    let group = try stage.group()
    #expect(run.stderr.contains("revoked") && run.stderr.contains("`postseal outbox drop \(group)`"))
    #expect(try stage.delivered("away/box/new") == [] && stage.delivered("Sent/cur") == [])
    #expect(try stage.files().count == 3)
  }

  @Test func `a person who lets a message go is asked once, for the copy that is kept too`() throws {
    let stage = try OutboxStage()
    try stage.fail(Letter(), "--sent", "maildir:\(stage.stage.folder.path)/Sent")
    try stage.mendBrokenWay()
    try stage.alice.disable(.alice)
    var child = stage.command(["outbox", "send"]).onTerminal()
    child.stdin = .pipe(Array("yes\n".utf8))
    let run = try child.run()
    #expect(run.status == 0, "\(run.text)")
    #expect(run.text.contains("cannot encrypt your own copy as alice@example.org: "))
    #expect(try stage.delivered("away/box/new").count == 1 && stage.delivered("Sent/cur").count == 1)
  }

  @Test func `the copy that waits to be kept is looked at again, too`() throws {
    let stage = try OutboxStage()
    try stage.stage.write(Letter())
    // What somebody put in the way.
    try stage.stage.folder.write([], to: "away")
    let sent = "maildir:\(stage.stage.folder.path)/away/Sent"
    #expect(try stage.run("send", "letter.eml", "--via", stage.mailbox, "--sent", sent).status == 0)
    try stage.alice.disable(.alice)
    let run = try stage.run("outbox", "send")
    #expect(run.status == 32)
    #expect(run.stderr.contains("cannot encrypt your own copy"), "\(run.stderr)")
    #expect(try stage.files().count == 1)
  }
}
