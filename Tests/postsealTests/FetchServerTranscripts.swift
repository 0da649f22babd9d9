import Foundation
import SystemPackage
import TestSupport
import Testing

/// `fetch` against a real Dovecot, private to the test.
@Suite(
  .enabled(if: optionalTool("dovecot") && optionalTool("smtp-sink"), "needs dovecot-imapd, dovecot-pop3d and postfix"))
struct FetchServerTranscripts {
  /// A running server; stopped with the value.
  private final class Server {
    let folder: TemporaryFolder
    private(set) var ports: [String: String] = [:]

    init() throws {
      folder = try TemporaryFolder()
      // Its processes have a user of their own.
      try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: folder.path.string)
      let words = try run("start").text.split(whereSeparator: \.isWhitespace)
      for word in words {
        let parts = word.split(separator: "=", maxSplits: 1)
        if parts.count == 2 { ports[String(parts[0])] = String(parts[1]) }
      }
    }

    deinit { _ = try? run("stop") }

    @discardableResult
    private func run(_ action: String, _ words: [String] = [], input: [UInt8] = []) throws -> ChildRun {
      let script = FilePath(#filePath).removingLastComponent().removingLastComponent().removingLastComponent()
        .appending("Scripts").appending("Servers").appending("dovecot")
      var child = ChildProcess(
        script.string, [action, folder.appending("d").string] + words, environment: testEnvironment)
      child.stdin = .file(input)
      return try child.run().succeeded()
    }

    func url(_ scheme: String, _ port: String, _ user: String = "alice") -> String {
      "\(scheme)://\(user)%40example.org@localhost:\(ports[port] ?? "")"
    }

    /// Files a message into a mailbox of somebody.
    func save(_ text: String, for user: String = "alice", in mailbox: String = "INBOX") throws {
      try run("admin", ["save", "-u", "\(user)@example.org", "-m", mailbox], input: Array(text.utf8))
    }

    /// What `doveadm` says.
    func admin(_ words: String...) throws -> String { try run("admin", words).text }
  }

  private let stage: FetchStage

  init() throws { stage = try FetchStage() }

  private func configure(_ server: Server, _ url: String, user: String = "alice", into box: String = "box") throws {
    let text = """
      [account.a]
      fetch = "\(url)"
      into = "maildir:~/\(box)"
      password-command = ["printf", "\(user)pw"]
      ca-file = "\(server.ports["ca"] ?? "")"

      """
    try stage.folder.write(Array(text.utf8), to: "config/postseal/config.toml")
  }

  private static func letter(_ number: Int, size: Int = 0) -> String {
    "From: bob@example.org\r\nSubject: number \(number)\r\n\r\n.\r\n"
      + String(repeating: "0123456789\r\n", count: size / 12)
  }

  @Test func `the same mail comes by IMAP and POP3, by TLS and STARTTLS, and IMAP leaves no trace`() throws {
    let server = try Server()
    let letters = (1...3).map { Self.letter($0) }
    for letter in letters { try server.save(letter) }
    for (scheme, port) in [
      ("imaps", "imaps"), ("imap+starttls", "imap"), ("pop3s", "pop3s"), ("pop3+starttls", "pop3"),
    ] {
      try configure(server, server.url(scheme, port), into: port)
      let run = try stage.run("fetch", "a")
      #expect(run.status == 0, "\(run.stderr)")
      #expect(run.text.hasPrefix("3 new messages, ") && run.text.contains("(TLS 1."), "\(run.text)")
      #expect(try stage.delivered(port) == letters)
      if scheme.hasPrefix("imap") {
        let flags = try server.admin("fetch", "-u", "alice@example.org", "flags", "mailbox", "INBOX")
        #expect(!flags.contains("Seen") && !flags.contains("Deleted"), "\(flags)")
      }
      #expect(try stage.run("fetch", "a").text.hasPrefix("no new messages"))
      try server.save(Self.letter(9))
      #expect(try stage.run("fetch", "a", "--delete-after-fetch").text.contains("1 new message, "))
      let rest = try server.admin("fetch", "-u", "alice@example.org", "uid", "mailbox", "INBOX")
      #expect(rest.components(separatedBy: "uid:").count == 4)
    }
  }

  @Test func `a refused login is 77, and a mailbox that is not there is named`() throws {
    let server = try Server()
    try configure(server, server.url("imaps", "imaps"), user: "wrong")
    let run = try stage.run("fetch", "a")
    #expect(run.status == 77)
    #expect(
      run.stderr.hasPrefix("postseal: not fetched: localhost refused the login of alice@example.org"), "\(run.stderr)")
    try configure(server, server.url("imaps", "imaps") + "/Nowhere")
    #expect(try stage.run("fetch", "a").status == 66)
    try configure(server, server.url("imaps", "imaps"))
    let trust = try stage.run("fetch", "a", "--ca-file", "/etc/hostname")
    #expect(trust.status == 69)
  }

  @Test func `several folders go into subfolders`() throws {
    let server = try Server()
    try server.save(Self.letter(1))
    try configure(server, server.url("imaps", "imaps"))
    let run = try stage.run("fetch", "a", "--folder", "INBOX", "--folder", "Sent")
    #expect(run.status == 0, "\(run.stderr)")
    #expect(try stage.delivered().count == 1)
    #expect(try stage.folder.contents().contains("box/.Sent/new"))
  }

  @Test func `all folders are fetched, those of umlauts too, and new ones when they come`() throws {
    let server = try Server()
    try server.save(Self.letter(1))
    for (number, name) in ["Entwürfe & 日本", "Lists", "Trash"].enumerated() {
      _ = try server.admin("mailbox", "create", "-u", "alice@example.org", name)
      try server.save(Self.letter(number + 2), in: name)
    }
    try configure(server, server.url("imaps", "imaps"))
    let run = try stage.run("fetch", "a", "--all-folders")
    #expect(run.status == 0, "\(run.stderr)")
    #expect(run.stderr == "postseal: left out: Trash; `--folder NAME` has one of them fetched, too\n")
    #expect(try stage.delivered() == [Self.letter(1)])
    #expect(try stage.delivered("box/.Entwürfe & 日本") == [Self.letter(2)])
    #expect(try stage.delivered("box/.Lists") == [Self.letter(3)])
    _ = try server.admin("mailbox", "create", "-u", "alice@example.org", "Lists.Swift")
    try server.save(Self.letter(9), in: "Lists.Swift")
    let second = try stage.run("fetch", "a", "--all-folders", "--quiet")
    #expect(second.status == 0 && second.text.isEmpty, "\(second.stderr)")
    #expect(try stage.delivered("box/.Lists.Swift") == [Self.letter(9)])
    #expect(try stage.delivered("box/.Lists") == [Self.letter(3)])
  }

  @Test func `kill -9 in the middle loses nothing and doubles nothing`() throws {
    let server = try Server()
    let letters = (10...39).map { Self.letter($0, size: 20_000) }
    for letter in letters { try server.save(letter, for: "bob") }
    for (scheme, port) in [("imaps", "imaps"), ("pop3s", "pop3s")] {
      try configure(server, server.url(scheme, port, "bob"), user: "bob", into: port)
      for step in 1...6 {
        var child = stage.command([])
        child.arguments = ["-s", "KILL", "0.\(step * 15)", child.program, "fetch", "a"]
        child.program = "timeout"
        _ = try child.run()
      }
      #expect(try stage.run("fetch", "a").status == 0)
      #expect(try stage.delivered(port) == letters)
      #expect(try stage.folder.contents().allSatisfy { !$0.hasPrefix("\(port)/tmp/") })
    }
  }

  @Test func `who watches gets new mail by itself, over lost connections, until asked to stop`() async throws {
    let server = try Server()
    try configure(server, server.url("imaps", "imaps"))
    // An hour between two questions: what comes earlier was told by the server.
    let watch = WatchingFetch(stage, "a", "--interval", "3600")
    #expect(try await watch.says("watching localhost:"))
    try server.save(Self.letter(1))
    #expect(try await eventually { try stage.names().count == 1 })
    _ = try server.admin("kick", "alice@example.org")
    #expect(try await watch.says("is there again"))
    try server.save(Self.letter(2))
    #expect(try await eventually { try stage.names().count == 2 })
    let (status, said) = try await watch.stop()
    #expect(status == 130)
    #expect(said.contains("it is tried again in 1 s"), "\(said)")
    #expect(said.hasSuffix("postseal: interrupted\n"), "\(said)")
  }

  @Test(.enabled(if: optionalTool("notmuch"), "needs notmuch"))
  func `notmuch reads the Maildir`() throws {
    let server = try Server()
    for number in 1...3 { try server.save("Message-ID: <n\(number)@example.org>\r\n" + Self.letter(number)) }
    try configure(server, server.url("pop3s", "pop3s"))
    #expect(try stage.run("fetch", "a").status == 0)
    let settings =
      "[database]\npath=\(stage.box)\n[user]\nname=Alice\nprimary_email=alice@example.org\n[new]\ntags=new\n"
    try stage.folder.write(Array(settings.utf8), to: "notmuch")
    func notmuch(_ words: String...) throws -> String {
      var child = ChildProcess(
        "notmuch", ["--config=\(stage.folder.path)/notmuch"] + words, environment: testEnvironment)
      child.environment["HOME"] = stage.folder.path.string
      return try child.run().succeeded().text
    }
    _ = try notmuch("new")
    #expect(try notmuch("count", "subject:number") == "3\n")
  }
}
