package import ByteStreams

/// What proves to a server who submits; it leaves this machine only inside TLS.
package enum SMTPCredential: Sendable {
  /// For AUTH PLAIN, or LOGIN where the server has no PLAIN. Source: RFC 4616
  case password(SecretBytes)
  /// An OAuth 2.0 access token, for OAUTHBEARER, or XOAUTH2 where the server has no OAUTHBEARER. Source: RFC 7628
  case token(SecretBytes)
}

/// Whose word on a server's certificate counts.
package enum TLSTrust: Sendable, Equatable {
  /// The authorities that this machine trusts.
  case system
  /// The authorities in this PEM file, and nobody else.
  case file(String)
}
