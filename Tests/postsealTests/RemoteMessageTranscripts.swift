import SystemPackage
import TestSupport
import Testing

/// Commands on a message that lies on an IMAP server, a real one.
@Suite(.enabled(if: DovecotProcess.isPossible, "needs dovecot-imapd, postfix and openssl"))
struct RemoteMessageTranscripts {
  private let stage: Stage
  private let bob: TemporaryKeyring
  private let server: DovecotProcess

  init() throws {
    stage = try Stage()
    bob = try Stage.bob()
    server = try DovecotProcess()
    try stage.seal()
    try server.deliver(stage.folder.read("sealed.eml"), to: "bob@example.org")
    try stage.folder.write(
      Array(
        """
        [account.bob]
        from = ["bob@example.org"]
        fetch = "imaps://bob%40example.org@localhost:\(server.imaps)/INBOX"
        password-command = ["echo", "bobpw"]
        ca-file = "\(server.authority)"

        """.utf8), to: "config.toml")
  }

  private func url(_ uid: Int, scheme: String = "imaps", port: UInt16? = nil) -> String {
    "\(scheme)://bob%40example.org@localhost:\(port ?? server.imaps)/INBOX/;UID=\(uid)"
  }

  private func run(_ arguments: String..., account: Bool = true) throws -> ChildRun {
    var child = stage.command("x", keyring: bob)
    child.arguments = arguments + (account ? ["--config", "config.toml", "--account", "bob"] : [])
    return try child.run()
  }

  @Test func `a message is read where it lies, over TLS of both kinds, and stays unseen`() throws {
    let local = try stage.run("verify", "sealed.eml", keyring: bob)
    let run = try run("verify", url(1))
    #expect(run.status == local.status, "\(run.stderr)")
    #expect(run.text == local.text)
    let read = try self.run("read", "--batch", url(1, scheme: "imap+starttls", port: server.imap))
    #expect(read.status == 0, "\(read.stderr)")
    #expect(read.text.contains("Subject: Budget"))
    let flags = try server.tell("fetch", "-u", "bob@example.org", "flags", "mailbox", "INBOX")
    #expect(!flags.contains("Seen"))
  }

  @Test func `its mailbox is listed with the number that reads it, and nothing becomes seen`() throws {
    let url = "imaps://bob%40example.org@localhost:\(server.imaps)/INBOX"
    let run = try run("read", "--summary", url)
    #expect(run.status == 0, "\(run.stderr)")
    #expect(run.text.hasPrefix("   1 20"))
    #expect(run.text.hasSuffix(" alice@example.org        encrypted [...]\n"), "\(run.text)")
    #expect(run.stderr.contains("/INBOX (TLS 1.3); open one for its verdict: `postseal read '\(url)/;UID=N'`"))
    let flags = try server.tell("fetch", "-u", "bob@example.org", "flags", "mailbox", "INBOX")
    #expect(!flags.contains("Seen"))
  }

  @Test func `it is answered and forwarded as a file is`() throws {
    let answer = try run("compose", "--reply", url(1), "--body", "Yes.", "-o", "answer.eml")
    #expect(answer.status == 0 && answer.stderr.contains("✓ alice@example.org"), "\(answer.stderr)")
    let opened = try stage.run("decrypt", "answer.eml", keyring: bob).succeeded().text
    #expect(opened.contains("Subject: Re: Budget") && opened.contains("> Hello Bob,"), "\(opened)")
    let forward = try run("compose", "--forward", url(1), "--to", "alice@example.org", "--body", "x", "-o", "on.eml")
    #expect(forward.status == 0, "\(forward.stderr)")
  }

  @Test func `it is opened, looked into and taken apart as a file is`() throws {
    let opened = try run("decrypt", url(1), "-o", "opened.eml")
    #expect(opened.status == 0, "\(opened.stderr)")
    try stage.run("decrypt", "sealed.eml", "-o", "local.eml", keyring: bob).succeeded()
    #expect(try stage.folder.read("opened.eml") == stage.folder.read("local.eml"))
    let inspected = try run("inspect", url(1))
    #expect(inspected.status == 0, "\(inspected.stderr)")
    #expect(inspected.text == (try stage.run("inspect", "sealed.eml", keyring: bob).text))
    #expect(try run("extract", url(1), "--to", "out").status == 0)
    let summary = try run("read", "--summary", url(1))
    #expect(summary.status == 0 && summary.text.contains("Budget"), "\(summary.stderr)")
  }

  @Test func `what is not there is named`() throws {
    expect(
      try run("read", url(7)),
      stderr: "postseal: not fetched: there is no message 7 in the mailbox INBOX at localhost\n", status: 66)
    let missing = "imaps://bob%40example.org@localhost:\(server.imaps)/Nowhere/;UID=1"
    let run = try run("read", missing)
    #expect(run.status == 66)
    #expect(
      run.stderr.hasPrefix("postseal: not fetched: cannot open the mailbox Nowhere at localhost: NO "))
    let other = "imaps://bob%40example.org@localhost:\(server.imaps)/INBOX;UIDVALIDITY=1/;UID=1"
    expect(
      try self.run("verify", other),
      stderr: """
        postseal: not fetched: the messages of the mailbox INBOX at localhost were numbered anew
        hint: look for the message anew: its UID is another one now

        """, status: 75)
  }

  @Test func `one message is wanted, by a way that keeps it secret`() throws {
    let mailbox = "imaps://bob%40example.org@localhost:\(server.imaps)/INBOX"
    expect(
      try run("read", mailbox),
      stderr: """
        postseal: not fetched: \(mailbox) names a mailbox, and one message is wanted
        hint: name it by its UID, in quotes because of the semicolon: `'\(mailbox)/;UID=N'`; `postseal read --summary` lists the UIDs

        """, status: 64)
    expect(
      try run("read", "imap://mail.example.org/INBOX/;UID=1", account: false),
      stderr: """
        postseal: not fetched: a connection without TLS to mail.example.org is refused: the mail and the login would travel unprotected
        hint: use imaps:// or imap+starttls://, or add `--insecure` to give up that protection

        """, status: 64)
    expect(
      try run("read", "imaps://bob:bobpw@localhost/INBOX/;UID=1", account: false),
      stderr: """
        postseal: not fetched: a password in a URL is refused: process lists and logs would show it
        hint: put the password into `password-command` of an account

        """, status: 64)
    #expect(try run("read", "pop3s://bob@localhost", account: false).status == 64)
    #expect(try run("read", url(1), "--message", "1").status == 64)
  }

  @Test func `a server that nobody vouches for, and a wrong password, get nothing`() throws {
    try stage.folder.write(
      Array(
        "[account.bob]\nfetch = \"\(url(1).split(separator: ";")[0])\"\npassword-command = [\"echo\", \"wrong\"]\n".utf8
      ),
      to: "wrong.toml")
    var child = stage.command("read", url(1), "--config", "wrong.toml", "--account", "bob", keyring: bob)
    let untrusted = try child.run()
    #expect(untrusted.status == 69)
    #expect(untrusted.stderr.contains("hint: name the issuer's certificate with `--ca-file FILE`"))
    child.arguments += ["--ca-file", server.authority.string]
    let refused = try child.run()
    #expect(refused.status == 77)
    #expect(refused.stderr.hasPrefix("postseal: not fetched: localhost refused the login of bob@example.org: "))
    #expect(!refused.stderr.contains("wrong"))
  }

  @Test func `a large sealed message is opened, a large readable one is not taken`() throws {
    let letter = Array(
      "From: alice@example.org\r\nTo: bob@example.org\r\nSubject: big\r\nDate: Sun, 22 Nov 2026 18:02:00 +0100\r\nMessage-ID: <big@example.org>\r\n\r\n"
        .utf8)
    let line = Array("a line of text that is neither short nor long, and is repeated many times.\r\n".utf8)
    let large = letter + Array(repeatElement(line, count: (40 << 20) / line.count).joined())
    try server.deliver(large, to: "bob@example.org")
    let clear = try run("verify", url(2))
    #expect(clear.status == 64)
    #expect(
      clear.stderr.hasPrefix("postseal: not fetched: the message is not sealed, and larger than "), "\(clear.stderr)")
    #expect(clear.peakMemory < 128 << 20)
  }

  @Test func `sent mail is kept in a mailbox of the server`() throws {
    try stage.folder.write(
      Array(
        """
        [account.alice]
        from = ["alice@example.org"]
        fetch = "imaps://alice%40example.org@localhost:\(server.imaps)/INBOX"
        sent = "imaps://alice%40example.org@localhost:\(server.imaps)/Sent"
        password-command = ["echo", "alicepw"]
        ca-file = "\(server.authority)"

        """.utf8), to: "alice.toml")
    try stage.write(Letter())
    try stage.folder.write([], to: "box/new/.keep")
    var child = stage.command(
      "send", "letter.eml", "--via", "maildir:\(stage.folder.path)/box", "--config", "alice.toml", "--account", "alice",
      keyring: stage.alice)
    child.environment["HOME"] = stage.folder.path.string
    let sent = try child.run()
    #expect(sent.status == 0, "\(sent.stderr)")
    let kept = try server.tell("fetch", "-u", "alice@example.org", "flags text", "mailbox", "Sent")
    #expect(kept.contains("\\Seen") && kept.contains("multipart/encrypted") && !kept.contains("Budget"))
    // How servers are reached can be said for the run alone.
    let bare = String(decoding: try stage.folder.read("alice.toml"), as: UTF8.self).replacing(#/ca-file.*/#, with: "")
    try stage.folder.write(Array(bare.utf8), to: "alice.toml")
    let refused = try child.run()
    #expect(refused.status == 0 && refused.stderr.contains("no copy could be kept for you: "), "\(refused.stderr)")
    try stage.write(OutboxStage.another())
    child.arguments += ["--ca-file", "\(server.authority)"]
    let trusting = try child.run()
    #expect(trusting.status == 0 && trusting.stderr == "", "\(trusting.stderr)")
    child.arguments = ["outbox", "send", "--config", "alice.toml", "--ca-file", "\(server.authority)"]
    let late = try child.run()
    #expect(late.status == 0 && late.text.contains("kept in "), "\(late.stderr)")
  }
}
