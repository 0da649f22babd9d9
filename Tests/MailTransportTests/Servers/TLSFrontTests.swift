import ByteStreams
import TestSupport
import Testing

@testable import MailTransport

@Suite(.enabled(if: optionalTool("openssl") && optionalTool("python3"), "needs openssl and python3"))
struct TLSFrontTests {
  private func submit(_ security: MailServer.Security, port: UInt16) async throws -> SubmissionReport {
    let submitter = try SMTPSubmitter(
      server: MailServer(security: security, host: "localhost", port: port, user: "alice"),
      credential: .password(SecretBytes("alicepw")), options: ConnectionOptions(trust: try Certificates.trust))
    return try await submitter.submit([copy()])
  }

  @Test func `a scripted server speaks TLS from the first byte, or after STARTTLS`() async throws {
    let server = try ScriptedServer { event in
      guard case .line(let line) = event else { return nil }
      if line.hasPrefix("EHLO") { return [.say("250-mx"), .say("250-STARTTLS"), .say("250 AUTH PLAIN")] }
      if line == "STARTTLS" { return [.say("220 go ahead")] }
      if line == "AUTH PLAIN" { return [.say("334 ")] }
      return line.hasPrefix("AGFsaWNl") ? [.say("235 welcome")] : nil
    }
    let implicit = try TLSFront(server)
    #expect(try await submit(.implicitTLS, port: implicit.port).finding == .all)
    #expect(!server.lines.contains("STARTTLS"))
    let upgraded = try TLSFront(server, after: "220 go ahead")
    #expect(try await submit(.startTLS, port: upgraded.port).channel == "localhost:\(upgraded.port) (TLS 1.3)")
    #expect(server.lines.contains("STARTTLS"))
    #expect(server.messages.count == 2)
  }
}
