package import ByteStreams

/// What proves to a server who logs in; it leaves this machine only inside TLS.
package enum ServerCredential: Sendable {
  /// For PLAIN, or LOGIN where the server has no PLAIN, or what else it has that needs one; never for CRAM-MD5.
  /// Source: RFC 4616
  case password(SecretBytes)
  /// An OAuth 2.0 access token, for OAUTHBEARER, or XOAUTH2 where the server has no OAUTHBEARER. Source: RFC 7628
  case token(SecretBytes)
  /// The client certificate of the connection, for EXTERNAL. Source: RFC 4422 appendix A
  case certificate
}
