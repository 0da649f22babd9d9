package import ByteStreams

/// How far a server is trusted, who we are to it, and on what way it is reached.
package struct ConnectionOptions: Sendable {
  /// Whose word on the server's certificate counts.
  package var trust = TLSTrust.system

  /// The public keys of which the server must have one, whoever vouches for its certificate; empty for any.
  package var pinnedKeys: [PinnedKey] = []

  /// What we show a server that asks for a certificate.
  package var clientCertificate: ClientCertificate?

  /// Where the secret of the login came from, in words that a person who has to correct it knows; nil when nobody said.
  package var secretOrigin: String?

  /// Through whom the server is reached; a server on this machine is reached through nobody, whatever is said here.
  package var proxy = ProxyChoice.environment

  /// How long the server may be silent in any phase; nil for each phase's own time.
  package var patience: Duration?

  package init(trust: TLSTrust = .system) {
    self.trust = trust
  }
}

/// Whose word on a server's certificate counts.
package enum TLSTrust: Sendable, Equatable {
  /// The authorities that this machine trusts.
  case system
  /// The authorities in this PEM file, and nobody else.
  case file(String)
}

/// The certificate that tells a server who we are. Source: RFC 8446 §4.4.2
package struct ClientCertificate: Sendable {
  /// A PEM file with the certificate, its chain after it.
  package let certificate: String
  /// A PEM file with the private key; nil when it stands in the certificate's file.
  package let key: String?
  /// What unlocks the private key; nil for a key that is not locked.
  package let passphrase: SecretBytes?

  package init(certificate: String, key: String? = nil, passphrase: SecretBytes? = nil) {
    self.certificate = certificate
    self.key = key
    self.passphrase = passphrase
  }
}
