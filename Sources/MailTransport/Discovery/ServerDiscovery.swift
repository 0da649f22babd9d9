/// Looks for the mail servers of a domain: what its DNS says, else names that are usual, each tried without a login.
///
/// DNS answers may be forged, so what is found is a proposal: only TLS with a certificate for the very name that was found, and a
/// person who recognises it, make a server of it. Source: RFC 6186 §6
package struct ServerDiscovery: Sendable {
  /// A server that was found.
  package struct Finding: Sendable, Equatable {
    package let spoken: MailProtocol
    package let server: MailServer
    /// Whether the domain's own DNS names it; else it was guessed.
    package let isAnnounced: Bool
    /// Why it cannot be used; nil where it answered and its certificate is trusted.
    package let problem: TransportError?
  }

  let domain: String
  let options: ConnectionOptions
  /// A port of loopback where a resolver is asked instead of this machine's own.
  var resolver: UInt16?
  /// The ports of the guesses; others only in tests.
  var ports: @Sendable (MailProtocol, MailServer.Security) -> UInt16 = { $0.port($1) }

  /// How long one server may take to answer.
  private static let patience: Duration = .seconds(8)

  /// - Parameter domain: in ASCII.
  package init(_ domain: String, options: ConnectionOptions) {
    self.domain = domain
    var options = options
    options.patience = options.patience ?? Self.patience
    self.options = options
  }

  private struct Service {
    let label: String
    let spoken: MailProtocol
    let security: MailServer.Security
  }

  private static let submission = [
    Service(label: "_submissions", spoken: .smtp, security: .implicitTLS),
    Service(label: "_submission", spoken: .smtp, security: .startTLS),
  ]
  private static let retrieval = [
    Service(label: "_imaps", spoken: .imap, security: .implicitTLS),
    Service(label: "_imap", spoken: .imap, security: .startTLS),
    Service(label: "_pop3s", spoken: .pop3, security: .implicitTLS),
    Service(label: "_pop3", spoken: .pop3, security: .startTLS),
  ]

  /// Where mail of the domain is submitted, as `user`; nil when nothing was found.
  ///
  /// The first server that can be used, else the first that was announced and cannot.
  package func submission(as user: String) async throws(TransportError) -> Finding? {
    try await find(Self.submission, guessing: ["smtp", "mail"], as: user)
  }

  /// The same for fetching it.
  package func retrieval(as user: String) async throws(TransportError) -> Finding? {
    try await find(Self.retrieval, guessing: ["imap", "mail"], as: user)
  }

  private func find(
    _ services: [Service], guessing names: [String], as user: String
  ) async throws(TransportError) -> Finding? {
    var failure: Finding?
    var isAnnounced = false
    for service in services {
      for record in ServiceRecord.all(of: "\(service.label)._tcp.\(domain)", resolver: resolver) ?? []
      where !record.target.isEmpty {
        isAnnounced = true
        guard let server = server(service, host: record.target, port: record.port, user) else { continue }
        let finding = try await attempt(service, server, isAnnounced: true)
        if finding.problem == nil { return finding }
        failure = failure ?? finding
      }
    }
    // A domain that says where its servers are has no others.
    if isAnnounced { return failure }
    for host in names.map({ "\($0).\(domain)" }) + [domain] {
      // POP3 is nothing to fall into.
      for service in services where service.spoken != .pop3 {
        let port = ports(service.spoken, service.security)
        guard let server = server(service, host: host, port: port, user) else { continue }
        let finding = try await attempt(service, server, isAnnounced: false)
        if finding.problem == nil { return finding }
        if case .hostUnknown = finding.problem { break }
      }
    }
    return nil
  }

  /// Nil for a name that is none of a host.
  private func server(_ service: Service, host: String, port: UInt16, _ user: String) -> MailServer? {
    let text = "//\(host):\(port)"
    guard let server = try? MailServer(parsing: text[...], service.spoken, service.security, plaintext: .loopbackOnly)
    else { return nil }
    return MailServer(security: service.security, host: server.host, port: port, user: user)
  }

  private func attempt(
    _ service: Service, _ server: MailServer, isAnnounced: Bool
  ) async throws(TransportError) -> Finding {
    let stranger = MailServer(security: server.security, host: server.host, port: server.port, user: nil)
    var problem: TransportError?
    do throws(TransportError) {
      _ = try await stranger.probe(service.spoken, credential: nil, options: options)
    } catch {
      if case .cancelled = error { throw error }
      problem = error
    }
    return Finding(spoken: service.spoken, server: server, isAnnounced: isAnnounced, problem: problem)
  }
}
