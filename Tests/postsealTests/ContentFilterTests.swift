import ArgumentParser
import Foundation
import SealedMail
import SystemPackage
import TestSupport
import Testing

@testable import postseal

/// `postseal filter` in a real Postfix, set up by the lines of `Documentation/mailservers.md`.
@Suite(.enabled(if: optionalTool("postfix") && geteuid() == 0, "needs postfix and root"))
struct ContentFilterTests {
  /// A running server; stopped with the value.
  private final class Server {
    let folder: TemporaryFolder
    let keyring: TemporaryKeyring
    let port: UInt16

    init() throws {
      folder = try TemporaryFolder()
      keyring = try TemporaryKeyring(certificates: [.bob, .expired])
      // Its daemons, and the filter, have users of their own.
      try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: folder.path.string)
      try ChildProcess("chown", ["-R", "nobody", keyring.home.string], environment: testEnvironment).run().succeeded()
      // By a program: what this one has open for writing could be held by a child of another test, and then not be run.
      try ChildProcess(
        "cp", [postsealBinary.string, folder.appending("postseal").string], environment: testEnvironment
      ).run().succeeded()
      // What the next runs of the filter do first.
      try folder.write([], to: "first")
      let wrapper = "#!/bin/sh\n. \(folder.path)/first\nexec \(folder.path)/postseal \"$@\"\n"
      try folder.write(Array(wrapper.utf8), to: "wrapper")
      try FileManager.default.setAttributes(
        [.posixPermissions: 0o755], ofItemAtPath: folder.appending("wrapper").string)
      let rules = """
        [keys]
        "bob@example.org" = "\(Identity.bob.hexFingerprint)"
        "*@example.com" = "\(Identity.expired.hexFingerprint)"
        [filter]
        recipient-delimiter = "+"
        [[filter.rule]]
        to = ["*@example.net"]
        policy = "hold"
        """
      try folder.write(Array(rules.utf8), to: "filter.toml")
      port = try ServerScript.port(
        of: "contentfilter", "start", folder.path.string, Self.guide.string, folder.appending("wrapper").string,
        keyring.home.string, folder.appending("filter.toml").string, "alice@example.org", "bob@example.org",
        "carol@example.net", "dave@example.com")
    }

    deinit { ServerScript.stop("contentfilter", folder.path) }

    static let guide = Repository.root.appending("Documentation/mailservers.md")

    /// Gives it a message in clear, as another server does.
    func take(_ letter: Letter, keyring: TemporaryKeyring) throws {
      try folder.write(letter.bytes(), to: "letter.eml")
      var child = postseal(
        ["send", "--clear", "--via", "smtp://127.0.0.1:\(port)", folder.appending("letter.eml").string],
        keyring: keyring)
      child.directory = folder.path
      try child.run().succeeded()
    }

    /// What is in the mailbox of an address, when so many messages are there.
    func mail(_ address: String, count: Int) async throws -> [[UInt8]] {
      try await folder.mail(address, count: count)
    }

    /// Waits for a line of the log, and gives it; empty when it does not come.
    func log(_ part: String) async throws -> String {
      var line = ""
      _ = try await eventually {
        let lines = String(decoding: try folder.read("log"), as: UTF8.self).split(separator: "\n")
        line = lines.last { $0.contains(part) }.map { String($0) } ?? ""
        return !line.isEmpty
      }
      return line
    }

    /// Makes the filter do something first.
    func first(_ script: String) throws { try folder.write(Array(script.utf8), to: "first") }

    func run(_ word: String) throws -> String {
      try ChildProcess(ServerScript.path("contentfilter"), [word, folder.path.string], environment: testEnvironment)
        .run().succeeded().text
    }
  }

  /// What bob reads in a message of his mailbox.
  private func opened(_ message: [UInt8]) throws -> String {
    let bob = try Stage.bob()
    var child = postseal(["decrypt"], keyring: bob)
    child.stdin = .file(message)
    return try child.run().succeeded().text
  }

  @Test(.timeLimit(.minutes(30)))
  func `mail that comes in clear lies sealed in the mailbox, or goes back, or waits, and nothing is lost or doubled`()
    async throws
  {
    let server = try Server()
    let alice = try TemporaryKeyring(own: [.alice])
    try server.take(Letter(to: "bob@example.org, dave@example.com, carol@example.net"), keyring: alice)

    let sealed = try #require(try await server.mail("bob@example.org", count: 1).first)
    let text = String(decoding: sealed, as: UTF8.self)
    #expect(text.contains("multipart/encrypted") && !text.contains("Budget") && !text.contains("figures"))
    // As it came in, as it came back, and the way out of the test.
    #expect(text.components(separatedBy: "\nReceived: ").count == 3)
    #expect(try opened(sealed).contains("Subject: Budget"))
    #expect(try opened(sealed).contains("Hello Bob,"))
    let sent = try await server.log("relay=postseal, ")
    #expect(sent.contains("(delivered via postseal service ") || sent.contains("status="), "\(sent)")

    // The bounce has the reason, with its code, and the line is ours alone.
    let bounce = String(
      decoding: try #require(try await server.mail("alice@example.org", count: 1).first), as: UTF8.self)
    #expect(bounce.contains("Status: 5.7.1"))
    #expect(
      bounce.replacing(/\n +/, with: " ").contains(
        "not delivered to dave@example.com, whose mail is kept encrypted: the OpenPGP certificate for this address expired on 2025-03-01"
      ))
    #expect(try await server.mail("dave@example.com", count: 0).isEmpty)

    // What is held waits with its reason, until a certificate serves.
    let held = try await server.log("to=<carol@example.net>, relay=postseal")
    #expect(held.contains("dsn=4.7.1, status=deferred (waiting to be encrypted for carol@example.net: there is no"))
    let rules = String(decoding: try server.folder.read("filter.toml"), as: UTF8.self)
    try server.folder.write(
      Array(rules.replacing("[keys]", with: "[keys]\n\"*@example.net\" = \"\(Identity.bob.hexFingerprint)\"").utf8),
      to: "filter.toml")
    _ = try server.run("flush")
    #expect(try opened(try #require(try await server.mail("carol@example.net", count: 1).first)).contains("figures"))
    #expect(try server.run("queue") == "")
    #expect(try await server.mail("bob@example.org", count: 1).count == 1)
  }

  @Test(
    .timeLimit(.minutes(30)),
    arguments: [
      ("kill -9 $$\n", "status=deferred (Command died with signal 9"),
      (
        "export PATH=/nowhere; set -- filter --home /nowhere --sender \"\" -- bob@example.org\n",
        "dsn=4.3.0, status=deferred (not filtered yet: cannot"
      ),
      ("set -- filter --sendre\n", "dsn=4.3.0, status=deferred (not filtered yet: "),
      (
        "set -- filter --sender '' -- bob@example.org erin@example.org\n",
        "status=deferred (not filtered yet: several recipients in one run"
      ),
    ])
  func `whatever befalls the filter, the mail waits and is delivered once`(first: String, line: String) async throws {
    let server = try Server()
    let alice = try TemporaryKeyring(own: [.alice])
    try server.first(first)
    try server.take(Letter(), keyring: alice)
    let log = try await server.log("to=<bob@example.org>")
    #expect(log.contains(line), "\(log)")
    try server.first("")
    _ = try server.run("flush")
    let mail = try await server.mail("bob@example.org", count: 1)
    #expect(try opened(try #require(mail.first)).contains("figures"))
    try await Task.sleep(for: .milliseconds(300))
    #expect(try await server.mail("bob@example.org", count: 1).count == 1)
    #expect(try server.run("queue") == "")
  }

  @Test func `the configuration of the guide is one, and its lines are the command's`() throws {
    let guide = try Guide("mailservers.md")
    let rules = try guide.block("filter.toml")
    let configuration = try ConfigurationFile.parse(rules, file: "filter.toml")
    #expect(configuration.filter.rules.map(\.policy.rawValue) == ["seal-if-key", "hold", "bounce"])
    #expect(configuration.keys.map(\.fingerprint) == [Identity.bob.hexFingerprint])
    // Every call of the filter, whatever program's syntax it stands in, is one that the command takes.
    let calls = guide.blocks.flatMap { name, text in
      text.replacing("\n  ", with: " ").matches(of: /\/usr\/bin\/postseal (filter [^"\n]+("\$1")?)/).map {
        (name, String($0.1))
      }
    }
    #expect(calls.map(\.0) == ["master.cf", "exim", "procmail", "maildrop", "sh"])
    for (name, call) in calls {
      let words = call.split(separator: " ").map { $0.contains("$") ? "bob@example.org" : String($0) }
      #expect(throws: Never.self, "\(name)") { _ = try Postseal.parseAsRoot(words) }
    }
  }
}
