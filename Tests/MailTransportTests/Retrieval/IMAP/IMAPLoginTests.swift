import ByteStreams
import Foundation
import Synchronization
import TestSupport
import Testing

@testable import MailTransport

/// Servers, and people in between, that want the login in clear. Source: Poddebniak et al., "Why TLS is better without STARTTLS", 2021
@Suite struct IMAPLoginTests {
  private func open(
    _ security: MailServer.Security, port: UInt16, host: String = "localhost", trust: TLSTrust? = nil
  ) async throws {
    let source = RetrievalSource(
      spoken: .imap, server: MailServer(security: security, host: host, port: port, user: "alice"))
    let options = ConnectionOptions(trust: try trust ?? Certificates.trust)
    var timeouts = RetrievalTimeouts()
    timeouts.connecting = testPatience
    let client = try MailboxClient(
      source, credential: .password(SecretBytes("alicepw")), options: options, plaintext: .anyHost, timeouts: timeouts)
    _ = try await client.visit { try $0.messages() }
  }

  private func problem(_ body: () async throws -> Void) async throws -> TransportError? {
    do {
      try await body()
      return nil
    } catch let error as TransportError {
      return error
    }
  }

  /// Whether a line gives away anything of the login.
  private func isSecret(_ line: String) -> Bool {
    let secret = Data("\0alice\0alicepw".utf8).base64EncodedString()
    return line.contains("AUTHENTICATE") || line.contains("LOGIN") || line.contains("alice") || line.contains(secret)
  }

  @Test(.enabled(if: optionalTool("openssl") && optionalTool("python3"), "needs openssl and python3"))
  func `the login goes through TLS from the first byte, or after STARTTLS, and through TLS alone`() async throws {
    let script = try IMAPScript(capabilities: "IMAP4rev1 STARTTLS AUTH=PLAIN")
    let implicit = try TLSFront(script.server)
    try await open(.implicitTLS, port: implicit.port)
    #expect(!script.server.lines.contains { $0.hasSuffix("STARTTLS") })
    let upgraded = try TLSFront(script.server, after: "A002 OK done")
    try await open(.startTLS, port: upgraded.port)
    let lines = script.server.lines
    let upgrade = try #require(lines.firstIndex { $0.hasSuffix("STARTTLS") })
    #expect(lines[upgrade...].contains { $0.contains("AUTHENTICATE PLAIN") })
  }

  @Test(.enabled(if: optionalTool("openssl") && optionalTool("python3"), "needs openssl and python3"))
  func `what was said before TLS is not believed after it`() async throws {
    // In clear it promises IDLE and UIDPLUS, inside it has neither.
    let isSecured = Flag()
    let script = try IMAPScript([3: Array(shortMessage.utf8)]) { command in
      if command.words[0] == "STARTTLS" { isSecured.set() }
      guard command.words[0] == "CAPABILITY" else { return nil }
      let said = isSecured.isSet ? "IMAP4rev1 AUTH=PLAIN" : "IMAP4rev1 STARTTLS AUTH=PLAIN UIDPLUS IDLE"
      return [.say("* CAPABILITY \(said)"), .say("\(command.tag) OK done")]
    }
    let front = try TLSFront(script.server, after: "A002 OK done")
    let source = RetrievalSource(
      spoken: .imap, server: MailServer(security: .startTLS, host: "localhost", port: front.port, user: "alice"))
    let client = try MailboxClient(
      source, credential: .password(SecretBytes("alicepw")), options: ConnectionOptions(trust: try Certificates.trust))
    let hasNews = try await client.visit { try $0.waitForNews(atMost: testPatience) }
    #expect(!hasNews)
    #expect(!script.commands.contains("IDLE"))
  }

  @Test func `STARTTLS that is stripped or refused is named, and the login stays here`() async throws {
    for (capabilities, answer) in [
      ("IMAP4rev1 AUTH=PLAIN", "OK go"), ("IMAP4rev1 STARTTLS AUTH=PLAIN", "NO not now"),
      ("IMAP4rev1 STARTTLS AUTH=PLAIN", "BAD what"),
    ] {
      let script = try IMAPScript(capabilities: capabilities) {
        $0.words[0] == "STARTTLS" ? [.say("\($0.tag) \(answer)")] : nil
      }
      #expect(
        try await problem { try await open(.startTLS, port: script.server.port, host: "127.0.0.1") }
          == .tls(host: "127.0.0.1", .startTLSNotOffered))
      #expect(!script.server.lines.contains(where: isSecret))
    }
  }

  @Test(arguments: [
    "OK go\r\nA003 OK [CAPABILITY IMAP4rev1] done\r\nA004 OK logged in\r\n", "OK go\r\n* OK [ALERT] done\r\n",
    "OK go\r\n* CAPABILITY IMAP4rev1\r\nA003 OK\r\nP1 OK\r\n",
  ]) func `lines that come with the answer to STARTTLS end it`(answer: String) async throws {
    let script = try IMAPScript(capabilities: "IMAP4rev1 STARTTLS AUTH=PLAIN") {
      $0.words[0] == "STARTTLS" ? [.raw(Array("\($0.tag) \(answer)".utf8)), .hang] : nil
    }
    #expect(try await problem { try await open(.startTLS, port: script.server.port, host: "127.0.0.1") } != nil)
    #expect(!script.server.lines.contains(where: isSecret))
  }

  @Test(
    .enabled(if: optionalTool("openssl") && optionalTool("python3"), "needs openssl and python3"),
    arguments: ["OK go\r\nA003 OK [CAPABILITY IMAP4rev1] done\r\nA004 OK logged in\r\n", "OK go\r\n* OK injected\r\n"])
  func `lines in front of a real TLS handshake end it, too`(answer: String) async throws {
    let script = try IMAPScript(capabilities: "IMAP4rev1 STARTTLS AUTH=PLAIN") {
      $0.words[0] == "STARTTLS" ? [.raw(Array("\($0.tag) \(answer)".utf8))] : nil
    }
    let front = try TLSFront(script.server, after: "A002 OK go")
    #expect(try await problem { try await open(.startTLS, port: front.port) } != nil)
    #expect(!script.server.lines.contains(where: isSecret))
  }

  @Test func `a greeting as if we were logged in does not skip TLS`() async throws {
    let script = try IMAPScript(capabilities: "IMAP4rev1 STARTTLS AUTH=PLAIN", greeting: "* PREAUTH welcome")
    #expect(
      try await problem { try await open(.startTLS, port: script.server.port, host: "127.0.0.1") }
        == .tls(host: "127.0.0.1", .preauthenticated))
    #expect(!script.server.lines.contains(where: isSecret))
    #expect(script.commands.isEmpty)
  }

  @Test(.enabled(if: optionalTool("openssl") && optionalTool("python3"), "needs openssl and python3"))
  func `a greeting as if we were logged in does not skip the login, under TLS either`() async throws {
    let script = try IMAPScript(greeting: "* PREAUTH welcome")
    let front = try TLSFront(script.server)
    #expect(
      try await problem { try await open(.implicitTLS, port: front.port) } == .preauthenticated(host: "localhost"))
    #expect(script.commands.isEmpty)
  }

  @Test(
    .enabled(if: optionalTool("openssl") && optionalTool("python3"), "needs openssl and python3"),
    arguments: [
      ("expired", TLSProblem.certificateExpired), ("future", .certificateNotYetValid), ("otherhost", .otherHost),
      ("selfsigned", .selfSigned),
    ], [MailServer.Security.implicitTLS, .startTLS])
  func `each fault of a certificate has its own error, and nothing is said inside`(
    fault: (certificate: String, expected: TLSProblem), security: MailServer.Security
  ) async throws {
    let script = try IMAPScript(capabilities: "IMAP4rev1 STARTTLS AUTH=PLAIN")
    let front = try TLSFront(
      script.server, certificate: fault.certificate, after: security == .startTLS ? "A002 OK done" : nil)
    #expect(
      try await problem { try await open(security, port: front.port) } == .tls(host: "localhost", fault.expected))
    #expect(!script.server.lines.contains(where: isSecret))
  }

  @Test(.enabled(if: optionalTool("openssl") && optionalTool("python3"), "needs openssl and python3"))
  func `an authority that nobody here trusts is refused`() async throws {
    let script = try IMAPScript()
    let front = try TLSFront(script.server)
    #expect(
      try await problem { try await open(.implicitTLS, port: front.port, trust: .system) }
        == .tls(host: "localhost", .unknownIssuer))
    #expect(script.server.lines.isEmpty)
  }

  @Test func `a refused login is told in the server's words`() async throws {
    let script = try IMAPScript(capabilities: "IMAP4rev1 AUTH=PLAIN") {
      $0.words[0] == "AUTHENTICATE" ? [.say("\($0.tag) NO [AUTHENTICATIONFAILED] wrong")] : nil
    }
    let error = try await problem { try await open(.plaintext, port: script.server.port, host: "127.0.0.1") }
    #expect(
      error
        == .authenticationRefused(host: "127.0.0.1", user: "alice", ForeignText("NO [AUTHENTICATIONFAILED] wrong")))
  }

  @Test func `a server that turns everybody away is no mailbox`() async throws {
    let script = try IMAPScript(greeting: "* BYE too many of you")
    let error = try await problem { try await open(.plaintext, port: script.server.port, host: "127.0.0.1") }
    #expect(error != nil)
    #expect(!script.server.lines.contains(where: isSecret))
  }
}

/// Something that happened, on whatever thread.
final class Flag: Sendable {
  private let state = Mutex(false)
  func set() { state.withLock { $0 = true } }
  var isSet: Bool { state.withLock { $0 } }
}
