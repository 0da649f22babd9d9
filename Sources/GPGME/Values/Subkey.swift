package import OpenPGPPackets

/// One key of a certificate: the primary key or a subkey.
///
/// GPGME: `gpgme_subkey_t`
package struct Subkey: Sendable, Hashable {
  /// Its own fingerprint, which differs from the certificate's for all but the primary key.
  package let fingerprint: Fingerprint
  /// The algorithm with its size or curve, as GnuPG writes it: "ed25519", "rsa3072", "cv25519"; "unknown" where it has no name.
  package let algorithm: String
  /// The family of the algorithm.
  package let family: PublicKeyFamily
  /// Bits of the key; 0 where the algorithm has none to tell.
  package let bits: Int
  /// When it was made, in seconds since 1970; nil where that is not known.
  package let created: Int64?
  /// When it expires, in seconds since 1970; nil for never.
  package let expires: Int64?
  /// What it may be used for.
  package let uses: Set<KeyUse>
  /// What GnuPG holds against it.
  package let flags: KeyFlags
  /// True when its secret part is here or on a known smartcard.
  package let hasSecret: Bool
  /// The serial number of the smartcard that its secret part is on; nil when it is on none, or nobody said on which.
  package let card: String?

  /// The 16-digit name that messages use for it.
  package var keyID: KeyID { fingerprint.keyID }
}

/// What a key may be used for.
///
/// Source: RFC 9580 §5.2.3.29
package enum KeyUse: String, Sendable, CaseIterable {
  case encryption
  case signing
  case certification
  case authentication
}

/// Families of public-key algorithms, as far as they decide about strength.
package enum PublicKeyFamily: Sendable {
  case rsa
  case elgamal
  case dsa
  case ellipticCurve
  case other
}

/// States of a key or certificate that rule its use out.
package struct KeyFlags: OptionSet, Sendable, Hashable {
  package let rawValue: UInt8
  package init(rawValue: UInt8) { self.rawValue = rawValue }

  /// Its owner revoked it.
  package static let revoked = KeyFlags(rawValue: 1)
  /// Its time is over by GnuPG's clock.
  package static let expired = KeyFlags(rawValue: 2)
  /// This user switched it off.
  package static let disabled = KeyFlags(rawValue: 4)
  /// It lacks a valid self-signature, or GnuPG cannot use it.
  package static let invalid = KeyFlags(rawValue: 8)
}
