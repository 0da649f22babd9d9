import ByteStreams
import TestSupport
import Testing

@testable import MailTransport

@Suite struct TLSTests {
  private func submit(
    _ security: MailServer.Security, port: UInt16, host: String = "localhost", user: String? = nil,
    credential: ServerCredential? = nil, trust: TLSTrust? = nil
  ) async throws {
    var timeouts = SMTPTimeouts()
    timeouts.connecting = testPatience
    let submitter = try SMTPSubmitter(
      server: MailServer(security: security, host: host, port: port, user: user), credential: credential,
      options: ConnectionOptions(trust: try trust ?? Certificates.trust), timeouts: timeouts)
    _ = try await submitter.submit([copy()])
  }

  /// The problem that a submission ends with.
  private func problem(_ body: () async throws -> Void) async throws -> TLSProblem? {
    do {
      try await body()
      return nil
    } catch TransportError.tls(_, let problem) {
      #expect(TransportError.tls(host: "mx", problem).kind == .unavailable)
      return problem
    }
  }

  @Test(
    .enabled(if: optionalTool("openssl"), "needs openssl"),
    arguments: [
      ("expired", TLSProblem.certificateExpired), ("future", .certificateNotYetValid), ("otherhost", .otherHost),
      ("selfsigned", .selfSigned),
    ])
  func `each fault of a certificate has its own error`(certificate: String, expected: TLSProblem) async throws {
    let server = try TLSServer(certificate: certificate)
    #expect(try await problem { try await submit(.implicitTLS, port: server.port) } == expected)
  }

  @Test(.enabled(if: optionalTool("openssl"), "needs openssl"))
  func `an authority that nobody here trusts is refused, by the system's trust and by another file`() async throws {
    let server = try TLSServer(certificate: "server")
    #expect(try await problem { try await submit(.implicitTLS, port: server.port, trust: .system) } == .unknownIssuer)
    let other = TLSTrust.file(try Certificates.path("selfsigned.pem"))
    #expect(try await problem { try await submit(.implicitTLS, port: server.port, trust: other) } == .unknownIssuer)
    let none = try await problem {
      try await submit(.implicitTLS, port: server.port, trust: .file("/nonexistent.pem"))
    }
    #expect(none == .trustFile("/nonexistent.pem"))
  }

  @Test(.enabled(if: optionalTool("openssl"), "needs openssl"))
  func `TLS before 1.2 is refused`() async throws {
    let server = try TLSServer(certificate: "server", options: ["-tls1_1", "-cipher", "ALL:@SECLEVEL=0"])
    let problem = try await problem { try await submit(.implicitTLS, port: server.port) }
    guard case .handshake? = problem else {
      Issue.record("\(String(describing: problem))")
      return
    }
  }

  @Test func `a server that speaks in clear where TLS is expected gets nothing`() async throws {
    let server = try ScriptedServer { _ in nil }
    let problem = try await problem { try await submit(.implicitTLS, port: server.port, host: "127.0.0.1") }
    guard case .handshake? = problem else {
      Issue.record("\(String(describing: problem))")
      return
    }
    #expect(!server.lines.contains { $0.hasPrefix("EHLO") || $0.hasPrefix("AUTH") })
  }

  /// What a server, or somebody in between, says to EHLO and STARTTLS.
  @Test(
    arguments: [
      // Not offered: stripped on the way, and AUTH dangled in clear.
      ([ScriptedServer.Action.say("250-mx"), .say("250 AUTH PLAIN LOGIN CRAM-MD5")], [.say("220 go")]),
      ([.say("250 STARTTLS")], [.say("454 4.7.0 not now")]), ([.say("250 STARTTLS")], [.say("502 what")]),
      // Bytes after the reply, which must not count once TLS is on.
      (
        [.say("250-mx"), .say("250 STARTTLS")],
        [.raw(Array("220 go\r\n250-mx\r\n250 AUTH PLAIN\r\n235 welcome\r\n".utf8)), .hang]
      ),
      ([.say("250 STARTTLS")], [.raw(Array("220 go\r\n".utf8)), .pause(seconds: 0.05), .say("250 mx"), .hang]),
      ([.say("250 STARTTLS")], [.say("220 go"), .close]),
    ] as [([ScriptedServer.Action], [ScriptedServer.Action])])
  func `without TLS no login and no message is said, whatever the server says`(
    ehlo: [ScriptedServer.Action], startTLS: [ScriptedServer.Action]
  ) async throws {
    let server = try ScriptedServer { event in
      guard case .line(let line) = event else { return nil }
      return line.hasPrefix("EHLO") ? ehlo : line == "STARTTLS" ? startTLS : nil
    }
    await #expect(throws: TransportError.self) {
      try await submit(
        .startTLS, port: server.port, host: "127.0.0.1", user: "alice", credential: .password(SecretBytes("alicepw")))
    }
    #expect(server.lines.allSatisfy { !$0.hasPrefix("AUTH") && !$0.hasPrefix("MAIL") && !$0.contains("YWxpY2") })
    #expect(server.messages.isEmpty)
  }

  @Test(arguments: [
    ([ScriptedServer.Action.say("250-mx"), .say("250 AUTH PLAIN")], [ScriptedServer.Action.say("220 go")]),
    ([.say("250 STARTTLS")], [.say("454 4.7.0 not now")]),
  ]) func `STARTTLS that is not offered or refused is named as such`(
    ehlo: [ScriptedServer.Action], startTLS: [ScriptedServer.Action]
  ) async throws {
    let server = try ScriptedServer { event in
      guard case .line(let line) = event else { return nil }
      return line.hasPrefix("EHLO") ? ehlo : line == "STARTTLS" ? startTLS : nil
    }
    let problem = try await problem { try await submit(.startTLS, port: server.port, host: "127.0.0.1") }
    #expect(problem == .startTLSNotOffered)
  }
}
