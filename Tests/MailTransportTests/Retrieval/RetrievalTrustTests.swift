import ByteStreams
import TestSupport
import Testing

@testable import MailTransport

/// Servers of IMAP and POP3 that must not have the login: each is told by a sentence of its own.
@Suite struct RetrievalTrustTests {
  enum Kind: String, CaseIterable, Sendable {
    case imap, pop3

    var spoken: MailProtocol { self == .imap ? .imap : .pop3 }
    /// What the server says when TLS is to begin.
    var goAhead: String { self == .imap ? "OK done" : "+OK begin" }
    /// The line after which TLS begins; the tag is that of libcurl's second command.
    var lastClear: String { self == .imap ? "A002 OK done" : goAhead }
    var refusal: String { self == .imap ? "NO not now" : "-ERR not now" }

    /// A server that gives `answer` to STARTTLS, with the tag in front where there is one; not offering it when that is nil.
    func server(greeting: String? = nil, _ answer: (@Sendable (String) -> [ScriptedServer.Action])?) throws
      -> ScriptedServer
    {
      switch self {
      case .imap:
        let offer = answer == nil ? "" : "STARTTLS "
        return try IMAPScript(capabilities: "IMAP4rev1 \(offer)AUTH=PLAIN", greeting: greeting ?? "* OK ready") {
          $0.words[0] == "STARTTLS" ? answer?("\($0.tag) ") : nil
        }.server
      case .pop3:
        let offer = answer == nil ? [] : ["STLS"]
        return try POP3Script([], capabilities: ["UIDL", "SASL PLAIN"] + offer) { line in
          switch line {
          case "": greeting.map { [.say($0)] }
          case "STLS": answer?("")
          default: nil
          }
        }.server
      }
    }
  }

  private func problem(
    _ kind: Kind, _ security: MailServer.Security, port: UInt16, host: String = "localhost", trust: TLSTrust? = nil
  ) async throws -> String? {
    let source = RetrievalSource(
      spoken: kind.spoken, server: MailServer(security: security, host: host, port: port, user: "alice"))
    var timeouts = RetrievalTimeouts()
    timeouts.connecting = testPatience
    let client = try MailboxClient(
      source, credential: .password(SecretBytes("alicepw")),
      options: ConnectionOptions(trust: try trust ?? Certificates.trust), plaintext: .anyHost, timeouts: timeouts)
    do {
      _ = try await client.visit { try $0.messages() }
      return nil
    } catch let error as TransportError {
      return error.description
    }
  }

  /// No line names the user, holds the password in any coding, or begins a login.
  private func expectNoCredential(_ server: ScriptedServer, sourceLocation: SourceLocation = #_sourceLocation) {
    let told = ["alice", "YWxpY2", "FsaWNl", "hbGljZ", "AUTH", "LOGIN", "USER", "PASS"]
    #expect(server.lines.allSatisfy { line in !told.contains { line.contains($0) } }, sourceLocation: sourceLocation)
  }

  @Test(
    .enabled(if: optionalTool("openssl") && optionalTool("python3"), "needs openssl and python3"),
    arguments: [
      ("expired", "its certificate has expired"), ("future", "its certificate is not valid yet"),
      ("otherhost", "its certificate is for another host"),
      ("selfsigned", "its certificate vouches for itself, and nobody trusted vouches for it"),
      ("server", "nobody this machine trusts vouches for its certificate"),
    ], Kind.allCases)
  func `each fault of a certificate has its sentence, and no login is said`(
    fault: (certificate: String, sentence: String), kind: Kind
  ) async throws {
    for security in [MailServer.Security.implicitTLS, .startTLS] {
      let server = try kind.server { tag in [.say(tag + kind.goAhead)] }
      let front = try TLSFront(
        server, certificate: fault.certificate, after: security == .startTLS ? kind.lastClear : nil)
      // The last certificate is good, and it is its authority that nobody knows.
      let trust: TLSTrust? = fault.certificate == "server" ? .system : nil
      #expect(
        try await problem(kind, security, port: front.port, trust: trust)
          == "no trusted connection to localhost: \(fault.sentence)")
      expectNoCredential(server)
    }
  }

  @Test(arguments: Kind.allCases)
  func `TLS that is stripped, refused, cut off or begun by lines in clear has its sentence, and no login is said`(
    kind: Kind
  ) async throws {
    let stripped = "no trusted connection to 127.0.0.1: the server does not offer STARTTLS"
    let cases: [(String, (@Sendable (String) -> [ScriptedServer.Action])?)] = [
      (stripped, nil), (stripped, { [.say($0 + kind.refusal)] }),
      ("no trusted connection to 127.0.0.1: the TLS handshake failed: ", { [.say($0 + kind.goAhead), .close] }),
      (
        "no trusted connection to 127.0.0.1: the TLS handshake failed: ",
        { [.say($0 + kind.goAhead), .say("* OK [CAPABILITY IMAP4rev1 AUTH=PLAIN] hi"), .say("+OK welcome"), .hang] }
      ),
      ("", { [.raw(Array("\($0 + kind.goAhead)\r\n* OK [CAPABILITY IMAP4rev1] hi\r\n+OK hi\r\n".utf8)), .hang] }),
    ]
    for (sentence, answer) in cases {
      let server = try kind.server(answer)
      let problem = try await problem(kind, .startTLS, port: server.port, host: "127.0.0.1")
      #expect(problem?.hasPrefix(sentence) == true, "\(problem ?? "nothing")")
      expectNoCredential(server)
    }
  }

  @Test func `a greeting that skips the login has its sentence, and nothing is said`() async throws {
    let server = try Kind.imap.server(greeting: "* PREAUTH welcome") { [.say($0 + "OK done"), .hang] }
    #expect(
      try await problem(.imap, .startTLS, port: server.port, host: "127.0.0.1")
        == "no trusted connection to 127.0.0.1: the server says that we are logged in already, where TLS should begin first"
    )
    expectNoCredential(server)
  }
}
