package import SystemPackage

/// Where mail is handed over, parsed from one line of configuration or a command's `--via`.
package enum SubmissionTarget: Sendable, Equatable {
  /// A sendmail program; nil when it is to be looked for.
  case sendmail(FilePath?)
  /// A Maildir of this machine.
  case maildir(FilePath)
  /// A submission server.
  case smtp(SMTPServer)
}

/// A submission server's address, how the way to it is protected, and who logs in. Source: RFC 8314
package struct SMTPServer: Sendable, Hashable {
  /// How the connection is protected.
  package enum Security: Sendable, Hashable {
    /// TLS from the first byte (`smtps://`, port 465).
    case implicitTLS
    /// STARTTLS, which must succeed (`smtp+starttls://`, port 587).
    case startTLS
    /// No protection (`smtp://`, port 25): only to this machine, or where it was allowed in so many words.
    case plaintext
  }

  package let security: Security

  /// A host name in ASCII, or an address; an IPv6 address without its brackets.
  package let host: String
  package let port: UInt16

  /// The name to log in with; nil for a server that asks for none.
  package let user: String?

  /// Host and port as reports show them; an IPv6 address in brackets.
  package var name: String { "\(urlHost):\(port)" }

  /// The host as it stands in a URL.
  var urlHost: String { host.contains(":") ? "[\(host)]" : host }
}

/// Whether mail and credentials may travel without TLS to a host other than this one.
package enum PlaintextPermission: Sendable {
  case loopbackOnly
  /// The user asked for it by name and was told what it gives up.
  case anyHost
}
