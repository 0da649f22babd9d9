package import SystemPackage

/// The key that is to be made: a primary key that signs and certifies, and a subkey that decrypts.
package struct KeyRequest: Sendable {
  /// The algorithm of both keys.
  package enum Algorithm: Sendable, Equatable {
    /// Ed25519 and Curve25519: small, fast, safe.
    case curve25519
    /// RSA with this many bits, 2048 to 4096: for correspondents with old software.
    case rsa(bits: Int)
  }

  /// Whether the new key is locked with a passphrase.
  package enum Protection: Sendable {
    /// By the passphrase that the context's policy gives: pinentry asks for one, or the given one is taken.
    case passphrase
    /// Not locked: whoever reads the files has the key.
    case none
  }

  /// The user ID, by custom "Name <address>".
  package var userID: String
  /// The algorithm.
  package var algorithm: Algorithm
  /// Seconds from now until it expires; nil for never.
  package var lifetime: Int64?
  /// Whether it is locked.
  package var protection: Protection

  /// A request; three years and Curve25519 unless said otherwise.
  package init(
    userID: String, algorithm: Algorithm = .curve25519, lifetime: Int64? = 3 * 365 * 86_400,
    protection: Protection = .passphrase
  ) {
    self.userID = userID
    self.algorithm = algorithm
    self.lifetime = lifetime
    self.protection = protection
  }
}

/// What making a key gave.
package struct GeneratedKey: Sendable {
  /// The new certificate, with ultimate ownertrust.
  package let certificate: Certificate
  /// The file with its revocation certificate; nil when gpg left none.
  package let revocationCertificate: FilePath?
}
