import ByteStreams
import TestSupport
import Testing

@testable import MailTransport

@Suite struct ProbeTests {
  private func probe(_ server: ScriptedServer) async throws -> ServerProbe {
    try await MailServer(security: .plaintext, host: "127.0.0.1", port: server.port, user: "alice")
      .probe(.smtp, credential: .password(SecretBytes("alicepw")), plaintext: .anyHost)
  }

  private func server(reply: String) throws -> ScriptedServer {
    try ScriptedServer { event in
      guard case .line(let line) = event else { return nil }
      if line.hasPrefix("EHLO") { return [.say("250-mx"), .say("250 AUTH PLAIN")] }
      if line == "AUTH PLAIN" { return [.say("334 ")] }
      return line == "QUIT" ? nil : [.say(reply)]
    }
  }

  @Test func `a probe logs in and hands over nothing`() async throws {
    let server = try server(reply: "235 2.7.0 welcome")
    #expect(try await probe(server) == ServerProbe(channel: "127.0.0.1:\(server.port)", certificate: nil))
    #expect(server.lines.contains("AUTH PLAIN"))
    #expect(!server.lines.contains { $0.hasPrefix("MAIL") || $0.hasPrefix("RCPT") })
  }

  @Test func `a probe whose login is refused fails as a submission does`() async throws {
    let server = try server(reply: "535 5.7.8 wrong password")
    await #expect(
      throws: TransportError.authenticationRefused(
        host: "127.0.0.1", user: "alice", ForeignText("535 5.7.8 wrong password"))
    ) { try await probe(server) }
  }

  @Test(.enabled(if: optionalTool("openssl"), "needs openssl"))
  func `a probe tells of TLS, and trusts nobody that a submission would not`() async throws {
    let trusted = try TLSServer(certificate: "server")
    let server = MailServer(security: .implicitTLS, host: "localhost", port: trusted.port, user: nil)
    await #expect(throws: TransportError.tls(host: "localhost", .unknownIssuer)) {
      try await server.probe(.smtp, credential: nil)
    }
  }
}
