import MailTransport
import SystemPackage

extension Configuration {
  /// How the servers of an account are reached, as far as the file says it.
  struct Connection: Equatable, Sendable {
    /// A PEM file: whoever it holds vouches for the servers, and nobody else.
    var caFile: String?
    /// The public keys of the servers; empty for any.
    var pinnedKeys: [PinnedKey] = []
    /// PEM files: what we show the servers.
    var clientCertificate: String?
    var clientKey: String?
    /// The program that prints what unlocks the client's key.
    var clientKeyCommand: [String]?
    var proxy: ProxyChoice?
    /// In seconds: how long a server may be silent.
    var timeout: Int?
  }
}

extension Configuration.Account {
  /// The servers that its URLs name.
  var servers: [MailServer] {
    var servers: [MailServer] = []
    if let submit, case .smtp(let server) = try? SubmissionTarget(parsing: submit, home: "/", plaintext: .anyHost) {
      servers.append(server)
    }
    for url in [fetch, sent].compactMap(\.self) {
      if let source = try? RetrievalSource(parsing: url, plaintext: .anyHost) { servers.append(source.server) }
    }
    return servers
  }

  /// Whether what the account knows of servers, secrets above all, is meant for this one: an account that names no server is
  /// for any.
  func means(_ server: MailServer) -> Bool {
    let servers = servers
    return servers.isEmpty || servers.contains { $0.host == server.host }
  }
}
