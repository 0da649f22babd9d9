/// What is worth knowing of a certificate that a server showed.
package struct ServerCertificate: Sendable, Equatable {
  /// Whose it is and who vouches for it, as the certificate has their names: foreign text.
  package let subject: ForeignText
  package let issuer: ForeignText
  /// When its time is over, in seconds since 1970; nil when it cannot be read.
  package let expires: Int64?
  /// The SHA-256 of its public key, as `pinned-key` takes it.
  package let pin: String
}

/// What answered a try to log in.
package struct ServerProbe: Sendable, Equatable {
  /// As reports show it: `mail.example.org:465 (TLS 1.3)`.
  package let channel: String
  /// Nil without TLS, or when it cannot be known.
  package let certificate: ServerCertificate?
}
