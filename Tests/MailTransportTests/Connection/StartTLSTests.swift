import ByteStreams
import TestSupport
import Testing

@testable import MailTransport

/// What servers, and whoever stands between, do around STARTTLS: never a credential in clear, and never a byte of before believed after.
@Suite struct StartTLSTests {
  /// What each protocol says to begin with, and to the command that begins TLS.
  private struct Script {
    let spoken: MailProtocol
    let greeting: String
    /// The answer to a line of before TLS.
    let plain: @Sendable (String) -> [ScriptedServer.Action]?
    let goAhead: String
  }

  private static let scripts: [Script] = [
    Script(
      spoken: .smtp, greeting: "220 mx ESMTP",
      plain: { $0.hasPrefix("EHLO") ? [.say("250-mx"), .say("250-AUTH PLAIN LOGIN"), .say("250 STARTTLS")] : nil },
      goAhead: "220 go ahead"),
    Script(
      spoken: .imap, greeting: "* OK hello",
      plain: { line in
        line.hasSuffix("CAPABILITY")
          ? [.say("* CAPABILITY IMAP4rev1 STARTTLS AUTH=PLAIN"), .say("\(line.prefix { $0 != " " }) OK done")] : nil
      }, goAhead: "OK go ahead"),
    Script(
      spoken: .pop3, greeting: "+OK hello",
      plain: { $0 == "CAPA" ? [.say("+OK"), .say("STLS"), .say("USER"), .say("SASL PLAIN"), .say(".")] : nil },
      goAhead: "+OK go ahead"),
  ]

  private static func isStart(_ line: String) -> Bool { line.hasSuffix("STARTTLS") || line == "STLS" }

  /// A server that answers so until TLS is on, and `begin` to the command that begins it.
  private func server(
    _ script: Script, greeting: String? = nil,
    begin: @escaping @Sendable (String) -> [ScriptedServer.Action]
  ) throws -> ScriptedServer {
    try ScriptedServer { event in
      switch event {
      case .connected: return [.say(greeting ?? script.greeting)]
      case .message: return nil
      case .line(let line):
        if Self.isStart(line) { return begin(line.contains(" ") ? "\(line.prefix { $0 != " " }) " : "") }
        return script.plain(line) ?? [.say("250 ok")]
      }
    }
  }

  private func probe(_ script: Script, port: UInt16, host: String = "localhost") async throws {
    var options = ConnectionOptions(trust: try Certificates.trust)
    options.patience = testPatience
    _ = try await MailServer(security: .startTLS, host: host, port: port, user: "alice")
      .probe(script.spoken, credential: .password(SecretBytes("alicepw")), options: options)
  }

  /// No line names the user, holds the password, or begins a login.
  private func expectNoCredential(_ server: ScriptedServer, sourceLocation: SourceLocation = #_sourceLocation) {
    let told = ["alice", "YWxpY2", "bGljZ", "AUTH", "LOGIN", "USER", "PASS", "MAIL"]
    #expect(
      server.lines.allSatisfy { line in !told.contains { line.contains($0) } }, sourceLocation: sourceLocation)
  }

  @Test(
    .enabled(if: optionalTool("openssl") && optionalTool("python3"), "needs openssl and python3"),
    arguments: [
      ("expired", TLSProblem.certificateExpired), ("future", .certificateNotYetValid), ("otherhost", .otherHost),
      ("selfsigned", .selfSigned), ("client", .certificate(ForeignText(""))),
    ])
  func `after STARTTLS each fault of a certificate has its own error, and no login is said`(
    certificate: String, expected: TLSProblem
  ) async throws {
    for script in Self.scripts {
      let server = try server(script) { tag in [.say(tag + script.goAhead)] }
      let front = try TLSFront(server, certificate: certificate, after: script.goAhead)
      await #expect {
        try await probe(script, port: front.port)
      } throws: { error in
        guard case .tls("localhost", let problem)? = error as? TransportError else { return false }
        if case (.certificate, .certificate) = (problem, expected) { return true }
        return problem == expected
      }
      expectNoCredential(server)
    }
  }

  @Test(.enabled(if: optionalTool("openssl") && optionalTool("python3"), "needs openssl and python3"))
  func `after STARTTLS an authority that nobody trusts is refused`() async throws {
    for script in Self.scripts {
      let server = try server(script) { tag in [.say(tag + script.goAhead)] }
      let front = try TLSFront(server, after: script.goAhead)
      await #expect(throws: TransportError.tls(host: "localhost", .unknownIssuer)) {
        _ = try await MailServer(security: .startTLS, host: "localhost", port: front.port, user: "alice")
          .probe(script.spoken, credential: .password(SecretBytes("alicepw")))
      }
      expectNoCredential(server)
    }
  }

  @Test func `STARTTLS that is stripped, refused, cut off or followed by lines in clear ends everything`() async throws
  {
    for script in Self.scripts {
      let injected =
        "\(script.goAhead)\r\n250-mx\r\n250 AUTH PLAIN\r\n* OK [CAPABILITY IMAP4rev1 AUTH=PLAIN] hi\r\n+OK\r\n"
      let answers: [@Sendable (String) -> [ScriptedServer.Action]] = [
        { tag in [.say(tag + (script.spoken == .smtp ? "454 not now" : script.spoken == .imap ? "NO no" : "-ERR no"))]
        },
        { tag in [.raw(Array((tag + injected).utf8)), .hang] },
        { tag in [.say(tag + script.goAhead), .close] },
        { tag in [.say(tag + script.goAhead), .say("250 mx"), .hang] },
        { _ in [.close] },
      ]
      for answer in answers {
        let server = try server(script, begin: answer)
        await #expect(throws: TransportError.self) { try await probe(script, port: server.port, host: "127.0.0.1") }
        expectNoCredential(server)
      }
      let stripped = try ScriptedServer { event in
        switch event {
        case .connected: return [.say(script.greeting)]
        case .message: return nil
        case .line(let line):
          let kept = script.plain(line)?.filter { if case .say(let text) = $0 { !text.contains("STLS") } else { true } }
          return kept?.map { action in
            if case .say(let text) = action { .say(text.replacing("STARTTLS", with: "X")) } else { action }
          } ?? [.say("500 what")]
        }
      }
      await #expect(throws: TransportError.tls(host: "127.0.0.1", .startTLSNotOffered)) {
        try await probe(script, port: stripped.port, host: "127.0.0.1")
      }
      expectNoCredential(stripped)
    }
  }

  @Test func `a greeting that closes, or skips the login, gets no credential`() async throws {
    let closing: [(Script, String)] = [
      (Self.scripts[0], "554 5.7.1 go away"), (Self.scripts[1], "* BYE go away"), (Self.scripts[2], "-ERR go away"),
      (Self.scripts[1], "* PREAUTH welcome"),
    ]
    for (script, greeting) in closing {
      let server = try server(script, greeting: greeting) { tag in [.say(tag + script.goAhead), .hang] }
      await #expect(throws: TransportError.self) { try await probe(script, port: server.port, host: "127.0.0.1") }
      expectNoCredential(server)
    }
  }
}
