import Foundation
import SystemPackage
import TestSupport
import Testing

/// The whole way of a message through real servers: submission with a login to Postfix, LMTP to Dovecot, and from there into a Maildir.
@Suite(
  .enabled(
    if: PostfixProcess.isPossible && DovecotProcess.isPossible
      && (testsEverything || FileManager.default.isExecutableFile(atPath: "/usr/lib/dovecot/lmtp")),
    "needs postfix, dovecot-lmtpd, dovecot-imapd, dovecot-pop3d, openssl and root"))
struct DeliveryTests {
  private let stage: FetchStage
  private let alice: TemporaryKeyring
  private let bob: TemporaryKeyring
  private let dovecot: DovecotProcess
  private let postfix: PostfixProcess

  init() throws {
    stage = try FetchStage()
    alice = try TemporaryKeyring(own: [.alice], accepted: [.bob])
    bob = try Stage.bob()
    dovecot = try DovecotProcess()
    postfix = try PostfixProcess(
      certificates: dovecot.authority.removingLastComponent(), lmtp: dovecot.lmtp,
      accounts: "alice@example.org:alicepw", "bob@example.org:bobpw")
    let text = """
      [account.alice]
      from = ["alice@example.org"]
      submit = "smtp+starttls://alice%40example.org@localhost:\(postfix.submission)"
      fetch = "pop3s://alice%40example.org@localhost:\(dovecot.pop3s)"
      into = "maildir:~/alice"
      password-command = ["printf", "alicepw"]
      ca-file = "\(dovecot.authority)"

      [account.bob]
      from = ["bob@example.org"]
      fetch = "imaps://bob%40example.org@localhost:\(dovecot.imaps)"
      into = "maildir:~/bob"
      password-command = ["printf", "bobpw"]
      ca-file = "\(dovecot.authority)"

      """
    try stage.folder.write(Array(text.utf8), to: "config/postseal/config.toml")
  }

  private func run(_ keyring: TemporaryKeyring, _ arguments: String...) throws -> ChildRun {
    try stage.command(arguments, keyring: keyring).run()
  }

  /// Waits until so many messages lie in a mailbox of the server.
  private func wait(for count: Int, user: String = "bob@example.org", mailbox: String = "INBOX") async throws {
    let has = try await eventually {
      (try? dovecot.tell("mailbox", "status", "-u", user, "messages", mailbox))?.contains("messages=\(count)\n") == true
    }
    #expect(has, "\(count) messages did not come into \(mailbox) of \(user): \(dovecot.lastWords)")
  }

  /// What a mailbox of bob's has, as the server keeps it.
  private func kept(in mailbox: String = "INBOX") throws -> String {
    try dovecot.tell("fetch", "-u", "bob@example.org", "text", "mailbox", mailbox)
  }

  @Test(.timeLimit(.minutes(30)))
  func `what is sent by submission with a login, and delivered by LMTP, is fetched and good`() async throws {
    try stage.folder.write(Letter(cc: "alice@example.org").bytes(), to: "letter.eml")
    let sent = try run(alice, "send", "letter.eml", "--account", "alice")
    #expect(sent.status == 0, "\(sent.stderr)")
    #expect(sent.text.contains("sent through localhost:\(postfix.submission) (TLS 1.3): 250 2.0.0 Ok"), "\(sent.text)")

    try await wait(for: 1)
    let kept = try kept().replacing("\r\n", with: "\n").replacing("\n\t", with: " ")
    #expect(kept.contains(#/Received: from .* with LMTP id/#) && kept.contains(" with ESMTPSA id "), "\(kept)")
    #expect(kept.contains("Return-Path: <alice@example.org>") && kept.contains("Subject: [...]"))
    #expect(!kept.contains("Budget") && !kept.contains("figures"))

    try await wait(for: 1, user: "alice@example.org")
    for (account, keyring, protocolName) in [("bob", bob, "imaps"), ("alice", alice, "pop3s")] {
      let fetched = try run(keyring, "fetch", account)
      #expect(fetched.status == 0 && fetched.text.hasPrefix("1 new message, "), "\(protocolName) \(fetched.stderr)")
      let file = try #require(try stage.names(account).first)
      let verdict = try run(keyring, "verify", file)
      #expect(verdict.status == 0, "\(verdict.text)\(verdict.stderr)")
      #expect(verdict.text.contains("encrypted to you · good signature by Alice"), "\(verdict.text)")
      let read = try run(keyring, "read", "--batch", file)
      #expect(read.status == 0 && read.text.contains("Subject: Budget") && read.text.contains("figures"))
    }
    let remote = "imaps://bob%40example.org@localhost:\(dovecot.imaps)/INBOX/;UID=1"
    #expect(try run(bob, "verify", remote, "--account", "bob").status == 0)
  }

  @Test(
    .timeLimit(.minutes(30)),
    .enabled(
      if: testsEverything || FileManager.default.fileExists(atPath: "/usr/lib/dovecot/modules/lib90_sieve_plugin.so"),
      "needs dovecot-sieve"))
  func `the Sieve script of the guide seals what LMTP delivers, and puts aside what it could not seal`() async throws {
    let guide = try Guide("mailservers.md")
    let filter = TemporaryFilter(
      keyring: try TemporaryKeyring(certificates: [.bob]), folder: stage.folder, script: try guide.block("sh"))
    try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: stage.folder.path.string)
    try dovecot.write(try filter.install(), to: "filters/postseal-filter")
    try dovecot.write(try guide.block("sieve"), to: "mail/bob@example.org/.dovecot.sieve")
    try stage.folder.write(Letter().bytes(), to: "letter.eml")

    try run(alice, "send", "--clear", "letter.eml", "--account", "alice").succeeded()
    try await wait(for: 1)
    let sealed = try kept()
    #expect(sealed.contains("multipart/encrypted") && !sealed.contains("figures") && !sealed.contains("Budget"))
    #expect(try run(bob, "fetch", "bob").status == 0)
    let opened = try run(bob, "decrypt", try #require(try stage.names("bob").first))
    #expect(opened.status == 0 && opened.text.contains("Subject: Budget"), "\(opened.stderr)")
    #expect(opened.text.contains("the figures."))

    // A keyring that is gone: the mail is in clear, and never in INBOX.
    try FileManager.default.removeItem(atPath: filter.keyring.home.appending("pubring.kbx").string)
    try run(alice, "send", "--clear", "letter.eml", "--account", "alice").succeeded()
    try await wait(for: 1, mailbox: "Unsealed")
    #expect(try kept(in: "Unsealed").contains("figures"))
    #expect(!(try kept().contains("figures")))
  }
}

/// `postseal filter` as another user may run it: a copy of the program, and a keyring and a configuration of its own.
private struct TemporaryFilter {
  let keyring: TemporaryKeyring
  let folder: TemporaryFolder
  /// The script that the guide has for it.
  let script: String

  /// Gives the script with the paths of this filter.
  func install() throws -> String {
    // By a program: what this one has open for writing could be held by a child of another test, and then not be run.
    try ChildProcess(
      "cp", [postsealBinary.string, folder.appending("postseal").string], environment: testEnvironment
    ).run().succeeded()
    try ChildProcess("chown", ["-R", "nobody", keyring.home.string], environment: testEnvironment).run().succeeded()
    let keys = "[keys]\n\"bob@example.org\" = \"\(Identity.bob.hexFingerprint)\"\n"
    try folder.write(Array(keys.utf8), to: "filter/postseal/config.toml")
    let settings = "export GNUPGHOME=\(keyring.home) XDG_CONFIG_HOME=\(folder.path)/filter\n"
    return script.replacing("exec /usr/bin/postseal", with: "\(settings)exec \(folder.path)/postseal")
  }
}
