import ByteStreams
import Foundation
import TestSupport
import Testing

@testable import MailTransport

@Suite struct LoginTests {
  /// A server that offers `mechanisms` and answers the login with `reply`.
  private func server(_ mechanisms: String, reply: String = "235 2.7.0 welcome") throws -> ScriptedServer {
    try ScriptedServer { event in
      guard case .line(let line) = event else { return nil }
      if line.hasPrefix("EHLO") { return [.say("250-mx"), .say("250 AUTH \(mechanisms)")] }
      // An initial response ends the exchange at once; LOGIN asks twice.
      if line == "AUTH LOGIN" { return [.say("334 VXNlcm5hbWU6")] }
      if line == Data("alice".utf8).base64EncodedString() { return [.say("334 UGFzc3dvcmQ6")] }
      if line.hasPrefix("AUTH ") && line.split(separator: " ").count == 2 { return [.say("334 ")] }
      if line.hasPrefix("MAIL") || line.hasPrefix("RCPT") || ["DATA", "QUIT", "RSET"].contains(line) { return nil }
      return [.say(reply)]
    }
  }

  private func submit(_ server: ScriptedServer, _ credential: ServerCredential) async throws {
    let submitter = try SMTPSubmitter(
      server: MailServer(security: .plaintext, host: "127.0.0.1", port: server.port, user: "alice"),
      credential: credential, plaintext: .anyHost)
    _ = try await submitter.submit([copy()])
  }

  private var password: ServerCredential { .password(SecretBytes("alicepw")) }

  @Test(arguments: [
    ("CRAM-MD5 DIGEST-MD5 NTLM LOGIN PLAIN", "AUTH PLAIN"), ("PLAIN", "AUTH PLAIN"), ("CRAM-MD5 LOGIN", "AUTH LOGIN"),
  ]) func `a password goes by PLAIN, else by LOGIN, never by CRAM-MD5`(mechanisms: String, command: String) async throws
  {
    let server = try server(mechanisms)
    try await submit(server, password)
    #expect(server.lines.contains { $0.hasPrefix(command) })
    #expect(!server.lines.contains { $0.contains("MD5") || $0.contains("NTLM") })
    #expect(server.messages.count == 1)
  }

  @Test(arguments: [("XOAUTH2 OAUTHBEARER PLAIN", "AUTH OAUTHBEARER"), ("PLAIN XOAUTH2", "AUTH XOAUTH2")])
  func `a token goes by OAUTHBEARER, else by XOAUTH2`(mechanisms: String, command: String) async throws {
    let server = try server(mechanisms)
    try await submit(server, .token(SecretBytes("token-1")))
    #expect(server.lines.contains { $0.hasPrefix(command) })
    #expect(server.messages.count == 1)
  }

  @Test func `a refused login is told in the server's words, and nothing is submitted`() async throws {
    let server = try server("PLAIN", reply: "535 5.7.8 wrong password")
    await #expect(
      throws: TransportError.authenticationRefused(
        host: "127.0.0.1", user: "alice", ForeignText("535 5.7.8 wrong password"))
    ) { try await submit(server, password) }
    #expect(!server.lines.contains { $0.hasPrefix("MAIL") })
  }

  @Test func `a login refused for the time being is worth another try`() async throws {
    let server = try server("PLAIN", reply: "454 4.7.0 later")
    await #expect {
      try await submit(server, password)
    } throws: { error in
      (error as? TransportError)?.kind == .tryAgain
    }
  }

  @Test(arguments: ["CRAM-MD5", "GSSAPI", ""])
  func `a server without a way to log in that we take gets nothing`(mechanisms: String) async throws {
    let server = try server(mechanisms)
    await #expect(throws: TransportError.authenticationNotOffered(host: "127.0.0.1")) {
      try await submit(server, password)
    }
    #expect(!server.lines.contains { $0.hasPrefix("MAIL") || $0.hasPrefix("AUTH") })
  }

  @Test func `a server that offers no login at all does not get mail without one`() async throws {
    let server = try ScriptedServer { _ in nil }
    await #expect(throws: TransportError.authenticationNotOffered(host: "127.0.0.1")) {
      try await submit(server, password)
    }
    #expect(server.messages.isEmpty)
  }

  @Test func `user and secret belong together, and go nowhere without TLS`() throws {
    func make(
      _ security: MailServer.Security, _ host: String, _ user: String?, _ credential: ServerCredential?,
      _ plaintext: PlaintextPermission
    ) throws {
      _ = try SMTPSubmitter(
        server: MailServer(security: security, host: host, port: 1, user: user), credential: credential,
        plaintext: plaintext)
    }
    #expect(throws: TransportError.target(.secretMissing(user: "alice", host: "mx"))) {
      try make(.implicitTLS, "mx", "alice", nil, .loopbackOnly)
    }
    #expect(throws: TransportError.target(.userMissing(host: "mx"))) {
      try make(.implicitTLS, "mx", nil, password, .loopbackOnly)
    }
    for (host, plaintext) in [
      ("mx", PlaintextPermission.anyHost), ("mx", .loopbackOnly), ("localhost", .loopbackOnly),
    ] {
      #expect(throws: TransportError.target(.loginWithoutTLS(host: host))) {
        try make(.plaintext, host, "alice", password, plaintext)
      }
    }
  }

  @Test func `a secret that is empty or holds a NUL is refused before anything is said`() async throws {
    let server = try server("PLAIN")
    await #expect(throws: TransportError.target(.secretHoldsNUL(host: "127.0.0.1"))) {
      try await submit(server, .password(SecretBytes("a\0b")))
    }
    await #expect(throws: TransportError.target(.secretMissing(user: "alice", host: "127.0.0.1"))) {
      try await submit(server, .password(SecretBytes("")))
    }
    #expect(server.lines.isEmpty)
  }
}
