/// What is spoken with a mail server once it is connected.
package enum MailProtocol: Sendable, Hashable {
  /// RFC 5321
  case smtp
  /// RFC 3501
  case imap
  /// RFC 1939
  case pop3

  /// The scheme of its URLs without TLS, as libcurl takes it.
  var scheme: String {
    switch self {
    case .smtp: "smtp"
    case .imap: "imap"
    case .pop3: "pop3"
    }
  }

  /// The port for a way of protecting the connection. Source: RFC 8314 §3
  func port(_ security: MailServer.Security) -> UInt16 {
    switch (self, security) {
    case (.smtp, .implicitTLS): 465
    case (.smtp, .startTLS): 587
    case (.smtp, .plaintext): 25
    case (.imap, .implicitTLS): 993
    case (.imap, _): 143
    case (.pop3, .implicitTLS): 995
    case (.pop3, _): 110
    }
  }
}

/// A mail server's address, how the way to it is protected, and who logs in. Source: RFC 8314
package struct MailServer: Sendable, Hashable {
  /// How the connection is protected.
  package enum Security: Sendable, Hashable {
    /// TLS from the first byte (`smtps://`, `imaps://`, `pop3s://`).
    case implicitTLS
    /// STARTTLS, or STLS, which must succeed (`smtp+starttls://` and the like).
    case startTLS
    /// No protection (`smtp://` and the like): only to this machine, or where it was allowed in so many words.
    case plaintext
  }

  package let security: Security

  /// A host name in ASCII, or an address; an IPv6 address without its brackets.
  package let host: String
  package let port: UInt16

  /// The name to log in with; nil for a server that asks for none.
  package let user: String?

  package init(security: Security, host: String, port: UInt16, user: String?) {
    self.security = security
    self.host = host
    self.port = port
    self.user = user
  }

  /// Host and port as reports show them; an IPv6 address in brackets.
  package var name: String { "\(urlHost):\(port)" }

  /// The host as it stands in a URL.
  var urlHost: String { host.contains(":") ? "[\(host)]" : host }

  /// Whether the host is this machine by its very name: `localhost`, 127.0.0.0/8 or ::1.
  package var isLoopback: Bool {
    if host == "localhost" || host == "::1" { return true }
    let octets = host.split(separator: ".", omittingEmptySubsequences: false).map { UInt8($0) }
    return octets.count == 4 && octets[0] == 127 && octets.allSatisfy { $0 != nil }
  }
}

/// Whether mail and credentials may travel without TLS to a host other than this one.
package enum PlaintextPermission: Sendable {
  case loopbackOnly
  /// The user asked for it by name and was told what it gives up.
  case anyHost
}
