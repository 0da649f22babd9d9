import Foundation
import SystemPackage
import TestSupport
import Testing

/// The accounts of the configuration at their servers.
@Suite struct AccountServerTranscripts {
  private let folder: TemporaryFolder
  private let keyring: TemporaryKeyring

  init() throws {
    folder = try TemporaryFolder()
    keyring = try TemporaryKeyring(own: [.alice])
  }

  private func run(_ arguments: String...) throws -> ChildRun {
    var child = postseal(["account"] + arguments, keyring: keyring)
    child.environment["HOME"] = folder.path.string
    child.directory = folder.path
    return try child.run()
  }

  @Test func `a check logs in at both servers, and hands over and looks at nothing`() throws {
    let smtp = try ScriptedServer { event in
      guard case .line(let line) = event else { return nil }
      if line.hasPrefix("EHLO") { return [.say("250-mx"), .say("250 AUTH PLAIN")] }
      return line == "AUTH PLAIN" ? [.say("334 ")] : line.hasPrefix("AGFsaWNl") ? [.say("235 welcome")] : nil
    }
    let pop3 = try ScriptedServer { event in
      switch event {
      case .connected: return [.say("+OK hello")]
      case .message: return nil
      case .line("CAPA"): return [.say("+OK"), .say("USER"), .say(".")]
      case .line(let line): return [.say(line.hasPrefix("PASS") ? "-ERR [AUTH] wrong" : "+OK")]
      }
    }
    try folder.write([], to: "Sent/tmp/.keep")
    let account = """
      default-account = "a"
      [account.a]
      from = ["alice@example.org"]
      submit = "smtp://alice@127.0.0.1:\(smtp.port)"
      fetch = "pop3://alice@127.0.0.1:\(pop3.port)"
      sent = "maildir:~/Sent"
      password-command = ["sh", "-c", "echo x >> '\(folder.path)/asked'; echo alicepw"]

      """
    try folder.write(Array(account.utf8), to: "c.toml")
    let run = try run("check", "--config", "c.toml", "--insecure")
    expect(
      run,
      stdout: """
        ✓ account        account `a` writes and signs as alice@example.org
        ✓ sent           account `a`: sent mail goes to \(folder.path)/Sent
        ✓ submitter      127.0.0.1:\(smtp.port) answers and lets alice in
        ✗ fetcher        127.0.0.1 refused the login of alice: -ERR [AUTH] wrong
                         mend: check the user name in the URL, and the account's password-command

        """, stderr: "postseal: 1 problem\n", status: 77)
    // One secret is asked for once in a run.
    #expect(try folder.read("asked") == Array("x\n".utf8))
    #expect(smtp.messages.isEmpty && pop3.lines.contains("PASS alicepw"))
    let offline = try self.run("check", "a", "--config", "c.toml", "--offline")
    #expect(offline.status == 0 && offline.text.contains("✓ submitter      account `a`: 127.0.0.1:\(smtp.port)\n"))
  }

  @Test func `a password comes by a descriptor, and an account's own goes to no other host`() throws {
    let server = try ScriptedServer { event in
      guard case .line(let line) = event else { return nil }
      if line.hasPrefix("EHLO") { return [.say("250-mx"), .say("250 AUTH PLAIN")] }
      if line == "AUTH PLAIN" { return [.say("334 ")] }
      // alice, alicepw
      return line == "AGFsaWNlAGFsaWNlcHc=" ? [.say("235 welcome")] : line.hasPrefix("AGF") ? [.say("535 no")] : nil
    }
    try folder.write(Letter().bytes(), to: "letter.eml")
    try folder.write(
      Array(
        "default-account = \"a\"\n[account.a]\nsubmit = \"smtps://alice@mail.example.org\"\npassword-command = [\"echo\", \"alicepw\"]\n"
          .utf8),
      to: "c.toml")
    let keyring = try TemporaryKeyring(own: [.alice], accepted: [.bob])
    var child = postseal(
      [
        "send", "letter.eml", "--config", "c.toml", "--via", "smtp://alice@127.0.0.1:\(server.port)", "--insecure",
        "--no-outbox",
      ],
      keyring: keyring)
    child.environment["HOME"] = folder.path.string
    child.directory = folder.path
    let refused = try child.run()
    #expect(refused.status == 78)
    #expect(
      refused.stderr == """
        postseal: not sent: no password for alice at 127.0.0.1: that of account `a` is for the servers of its URLs alone
        hint: name another account with `--account`, or give the password with `--password-fd N`

        """)
    #expect(server.lines.isEmpty)
    child.arguments += ["--password-fd", "0"]
    child.stdin = .pipe(Array("alicepw\n".utf8))
    let sent = try child.run()
    #expect(sent.status == 0, "\(sent.stderr)")
    #expect(server.messages.count == 1)
    child.stdin = .pipe(Array("wrong\n".utf8))
    let wrong = try child.run()
    expect(
      wrong,
      stderr: """
        postseal: not sent: 127.0.0.1 refused the login of alice: 535 no
        hint: check the user name in the URL, and the password that `--password-fd` gives

        """, status: 77)
    child.arguments += ["--dsn", "success"]
    child.stdin = .pipe(Array("alicepw\n".utf8))
    #expect(try child.run().stderr.contains("gives no word of a message's fate, so that none was asked for"))
  }
}
