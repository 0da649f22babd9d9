import ByteStreams
import Foundation
import SystemPackage
import TestSupport
import Testing

@testable import MailTransport

/// Ways to log in that libcurl does not try by itself.
@Suite struct OwnLoginTests {
  private func probe(
    _ spoken: MailProtocol, _ port: UInt16, _ security: MailServer.Security = .plaintext, user: String = "alice",
    password: String = "alicepw", trust: TLSTrust = .system
  ) async throws {
    _ = try await MailServer(
      security: security, host: security == .plaintext ? "127.0.0.1" : "localhost", port: port, user: user
    ).probe(
      spoken, credential: .password(SecretBytes(password)), options: ConnectionOptions(trust: trust),
      plaintext: .anyHost)
  }

  /// An IMAP server that answers a command, whatever its tag, as `answers` says: `OK` where that says nothing.
  private func imap(_ answers: [String: [String]], greeting: String = "* OK hello") throws -> ScriptedServer {
    try ScriptedServer { event in
      switch event {
      case .connected: return [.say(greeting)]
      case .message: return nil
      case .line(let line):
        if line.hasSuffix("}") { return [.say("+ go on")] }
        if line == "alicepw" { return [.say("L2 OK welcome")] }
        let words = line.split(separator: " ", maxSplits: 1).map(String.init)
        guard words.count == 2 else { return [.say("* BAD what")] }
        let (tag, command) = (words[0], words[1])
        let said = answers.first { command.hasPrefix($0.key) }?.value ?? ["\(tag) OK done"]
        return said.map { .say($0.replacing("TAG", with: tag)) }
      }
    }
  }

  @Test func `an IMAP server without mechanisms gets the LOGIN command`() async throws {
    let server = try imap(["CAPABILITY": ["* CAPABILITY IMAP4rev1", "TAG OK done"]])
    try await probe(.imap, server.port)
    #expect(server.lines.joined(separator: "\n").contains("L2 LOGIN {5}\nalice {7}\nalicepw"))
  }

  @Test func `an IMAP server that forbids LOGIN and offers nothing else does not hear the password`() async throws {
    let server = try imap(["CAPABILITY": ["* CAPABILITY IMAP4rev1 LOGINDISABLED AUTH=CRAM-MD5", "TAG OK done"]])
    await #expect(throws: TransportError.authenticationNotOffered(host: "127.0.0.1")) {
      try await probe(.imap, server.port)
    }
    #expect(!server.lines.contains { $0.contains("alicepw") || $0.contains("AUTHENTICATE") })
  }

  @Test func `a POP3 server without mechanisms gets USER and PASS, never APOP`() async throws {
    let server = try ScriptedServer { event in
      switch event {
      case .connected: return [.say("+OK hello <1896.697170952@mail.example.org>")]
      case .message: return nil
      case .line("CAPA"): return [.say("+OK"), .say("USER"), .say(".")]
      case .line: return [.say("+OK")]
      }
    }
    try await probe(.pop3, server.port)
    #expect(server.lines.contains("USER alice") && server.lines.contains("PASS alicepw"))
    #expect(!server.lines.contains { $0.hasPrefix("APOP") || $0.hasPrefix("AUTH") })
  }

  @Test func `a refusal of USER and PASS is told in the server's words`() async throws {
    let server = try ScriptedServer { event in
      switch event {
      case .connected: return [.say("+OK hello")]
      case .message: return nil
      case .line("CAPA"): return [.say("-ERR what")]
      case .line(let line): return [.say(line.hasPrefix("PASS") ? "-ERR [AUTH] no" : "+OK")]
      }
    }
    await #expect(
      throws: TransportError.authenticationRefused(host: "127.0.0.1", user: "alice", ForeignText("-ERR [AUTH] no"))
    ) { try await probe(.pop3, server.port) }
  }

  /// A submission server that offers SCRAM alone and answers its exchange so.
  private func scram(_ answers: @escaping @Sendable (String) -> [ScriptedServer.Action]) throws -> ScriptedServer {
    try ScriptedServer { event in
      guard case .line(let line) = event else { return nil }
      if line.hasPrefix("EHLO") { return [.say("250-mx"), .say("250 AUTH SCRAM-SHA-256")] }
      if line == "QUIT" { return nil }
      return answers(line)
    }
  }

  @Test func `a server that says yes without proving that it knows the password is not believed`() async throws {
    let server = try scram { _ in [.say("235 welcome")] }
    await #expect(
      throws: TransportError.protocolViolation(host: "127.0.0.1", "it did not prove that it knows the password")
    ) { try await probe(.smtp, server.port) }
  }

  @Test func `a server that answers SCRAM with nonsense gets no proof of the password`() async throws {
    let server = try scram { line in
      line.hasPrefix("AUTH")
        ? [.say("334 ")] : [.say("334 " + Data("r=x,s=QSXCR+Q6sek8bf92,i=4096".utf8).base64EncodedString())]
    }
    await #expect {
      try await probe(.smtp, server.port)
    } throws: { error in
      guard case .protocolViolation? = error as? TransportError else { return false }
      return true
    }
    // The first message names the user; what would follow is the proof.
    #expect(
      !server.lines.contains {
        Data(base64Encoded: $0).map { String(decoding: $0, as: UTF8.self).contains("p=") } ?? false
      })
  }

  @Test(
    .enabled(
      if: optionalTool("dovecot") && optionalTool("smtp-sink") && optionalTool("openssl"),
      "needs dovecot, postfix and openssl"))
  func `a real server that offers SCRAM alone lets in who knows the password, by each protocol`() async throws {
    try await withDovecot("scram-sha-256 scram-sha-1") { server in
      for (spoken, port) in [(MailProtocol.smtp, server["port"]), (.imap, server["imap"]), (.pop3, server["pop3"])] {
        guard let port = port.flatMap({ UInt16($0) }) else { continue }
        let trust = TLSTrust.file(server["ca"] ?? "")
        try await probe(spoken, port, .startTLS, user: "alice@example.org", trust: trust)
        await #expect {
          try await probe(spoken, port, .startTLS, user: "alice@example.org", password: "wrong", trust: trust)
        } throws: { error in
          guard case .authenticationRefused? = error as? TransportError else { return false }
          return true
        }
      }
    }
  }

  /// Runs Dovecot with these mechanisms and gives what `Scripts/Servers/dovecot` printed.
  private func withDovecot(_ mechanisms: String, _ body: ([String: String]) async throws -> Void) async throws {
    let folder = try TemporaryFolder()
    let script = Certificates.script("dovecot")
    defer { _ = try? ChildProcess(script, ["stop", folder.path.string], environment: testEnvironment).run() }
    let run = try ChildProcess(script, ["start", folder.path.string, mechanisms], environment: testEnvironment).run()
    try run.succeeded()
    let pairs = run.text.split(whereSeparator: \.isWhitespace).map { $0.split(separator: "=", maxSplits: 1) }
    try await body(
      Dictionary(uniqueKeysWithValues: pairs.filter { $0.count == 2 }.map { (String($0[0]), String($0[1])) }))
  }
}
