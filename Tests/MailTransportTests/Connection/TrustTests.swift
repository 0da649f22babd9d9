import ByteStreams
import TestSupport
import Testing

@testable import MailTransport

/// Pinned keys and client certificates, against a scripted server behind TLS.
@Suite(.enabled(if: optionalTool("openssl") && optionalTool("python3"), "needs openssl and python3"))
struct TrustTests {
  private static let pin = "sha256//" + String(repeating: "A", count: 43) + "="

  private static func mail() throws -> ScriptedServer {
    try ScriptedServer { event in
      guard case .line(let line) = event else { return nil }
      if line.hasPrefix("EHLO") { return [.say("250-mx"), .say("250 AUTH EXTERNAL PLAIN")] }
      if line == "AUTH EXTERNAL" { return [.say("334 ")] }
      return line.hasPrefix("AUTH EXTERNAL YWxpY2U") || line == "YWxpY2U=" ? [.say("235 welcome")] : nil
    }
  }

  private func probe(
    _ front: TLSFront, user: String? = nil, _ credential: ServerCredential? = nil,
    _ change: (inout ConnectionOptions) throws -> Void = { _ in }
  ) async throws -> ServerProbe {
    var options = ConnectionOptions(trust: try Certificates.trust)
    try change(&options)
    return try await MailServer(security: .implicitTLS, host: "localhost", port: front.port, user: user)
      .probe(.smtp, credential: credential, options: options)
  }

  @Test func `a server whose key is pinned is trusted, and the pin is the one that its certificate is told with`()
    async throws
  {
    let front = try TLSFront(try Self.mail())
    let certificate = try #require(try await probe(front).certificate)
    #expect(certificate.subject.description == "/CN=localhost")
    #expect(certificate.issuer.description == "/CN=Throw-away authority")
    #expect(try #require(certificate.expires) > 1_700_000_000)
    let pin = try PinnedKey(parsing: certificate.pin)
    // What openssl says of the same key.
    let openssl =
      "openssl x509 -in '\(try Certificates.path("server.pem"))' -noout -pubkey | openssl pkey -pubin -outform der"
      + " | openssl dgst -sha256 -binary | openssl base64"
    let told = try ChildProcess("sh", ["-c", openssl], environment: testEnvironment).run()
    #expect("sha256//" + told.text == certificate.pin + "\n")
    _ = try await probe(front) { $0.pinnedKeys = [try PinnedKey(parsing: Self.pin), pin] }
  }

  @Test func `a server with another key than the pinned one gets nothing, whoever vouches for it`() async throws {
    let server = try Self.mail()
    let front = try TLSFront(server)
    await #expect(throws: TransportError.tls(host: "localhost", .otherPublicKey)) {
      try await probe(front) { $0.pinnedKeys = [try PinnedKey(parsing: Self.pin)] }
    }
    #expect(server.lines.isEmpty)
  }

  @Test func `a pin does not make up for an authority that nobody trusts`() async throws {
    let front = try TLSFront(try Self.mail())
    let pin = try #require(try await probe(front).certificate?.pin)
    await #expect(throws: TransportError.tls(host: "localhost", .unknownIssuer)) {
      try await probe(front) {
        $0.trust = .system
        $0.pinnedKeys = [try PinnedKey(parsing: pin)]
      }
    }
  }

  @Test func `a client certificate opens a server that asks for one, and logs in by EXTERNAL`() async throws {
    let server = try Self.mail()
    let front = try TLSFront(server, clients: "authority")
    await #expect {
      _ = try await probe(front)
    } throws: { error in
      guard case .tls("localhost", let problem)? = error as? TransportError else { return false }
      return problem == .clientCertificateWanted
    }
    #expect(server.lines.isEmpty)
    let file = try Certificates.path("client.pem")
    let (open, locked) = (try Certificates.path("client.key"), try Certificates.path("client-locked.key"))
    _ = try await probe(front, user: "alice", .certificate) {
      $0.clientCertificate = ClientCertificate(certificate: file, key: open)
    }
    #expect(server.lines.contains { $0.hasPrefix("AUTH EXTERNAL") })
    _ = try await probe(front) {
      $0.clientCertificate = ClientCertificate(certificate: file, key: locked, passphrase: SecretBytes("clientpw"))
    }
    for passphrase in [nil, SecretBytes("wrong")] {
      await #expect {
        _ = try await probe(front) {
          $0.clientCertificate = ClientCertificate(certificate: file, key: locked, passphrase: passphrase)
        }
      } throws: { error in
        guard case .tls("localhost", .clientCertificate(file, _))? = error as? TransportError else { return false }
        return (error as? TransportError)?.kind == .configuration
      }
    }
  }

  @Test(arguments: [
    "", "sha256//", "sha256//" + String(repeating: "A", count: 44), "sha1//" + String(repeating: "A", count: 43) + "=",
    "sha256//" + String(repeating: "A", count: 42) + "B=", pin + ";", pin + ";x", "/etc/passwd",
    pin.lowercased().replacing("=", with: "\n"),
  ]) func `what is no hash of a key is no pin`(text: String) {
    #expect(throws: TransportError.self) { try PinnedKey.list(parsing: text) }
  }

  @Test func `several pins stand with semicolons between them`() throws {
    #expect(try PinnedKey.list(parsing: "\(Self.pin);\(Self.pin)").count == 2)
  }
}
