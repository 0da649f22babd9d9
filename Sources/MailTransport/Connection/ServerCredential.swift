package import ByteStreams

/// What proves to a server who logs in; it leaves this machine only inside TLS.
package enum ServerCredential: Sendable {
  /// For AUTH PLAIN, or LOGIN where the server has no PLAIN. Source: RFC 4616
  case password(SecretBytes)
  /// An OAuth 2.0 access token, for OAUTHBEARER, or XOAUTH2 where the server has no OAUTHBEARER. Source: RFC 7628
  case token(SecretBytes)
}
