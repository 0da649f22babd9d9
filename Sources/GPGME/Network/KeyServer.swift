/// A key server: what certificates are asked for by HKP.
///
/// Source: draft-gallagher-openpgp-hkp, dirmngr(8) `KEYSERVER`
package struct KeyServer: Sendable, Hashable {
  /// Its URL, such as `hkps://keys.openpgp.org`, without anything that could end a line.
  package let url: String
  /// The host, for people.
  package let host: String
  /// Whether it is asked over TLS, so that nobody on the way sees what is asked.
  package let isPrivate: Bool

  /// Nil for what is no URL of a key server.
  package init?(_ text: String) {
    let parts = text.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
    guard parts.count == 2, Self.schemes.contains(parts[0].lowercased()), parts[1].hasPrefix("//"),
      text.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F })
    else { return nil }
    let authority = parts[1].dropFirst(2).prefix { $0 != "/" && $0 != "?" }
    let host = authority.split(separator: "@", omittingEmptySubsequences: false).last ?? ""
    guard !host.isEmpty else { return nil }
    url = text
    self.host = String(host)
    isPrivate = ["hkps", "https"].contains(parts[0].lowercased())
  }

  private static let schemes: Set<String> = ["hkp", "hkps", "http", "https"]

  /// Whether it lists an address only after mail to it was answered; false where nobody promises that.
  package var checksAddresses: Bool {
    ["keys.openpgp.org", "keys.mailvelope.com"].contains(host.lowercased())
  }

  /// The host without its port, as dirmngr remembers it.
  var name: String {
    host.last == "]" ? host : String(host.prefix { $0 != ":" })
  }
}

/// A place on the network that may know certificates.
package enum KeyDirectory: Sendable, Hashable {
  /// The Web Key Directory of a domain: its operator says which certificate an address has.
  ///
  /// Source: draft-koch-openpgp-webkey-service
  case web(domain: String)
  case server(KeyServer)

  /// What it is called.
  package var words: String {
    switch self {
    case .web(let domain): "the web key directory of \(domain)"
    case .server(let server): "the key server \(server.host)"
    }
  }
}
