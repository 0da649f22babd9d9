package import OpenPGPPackets

/// A certificate of the user's keyring, or one read from data: a value that does not change when the keyring does.
///
/// Two are equal when everything that GnuPG said about them is equal.
/// GPGME: `gpgme_key_t`
package struct Certificate: Sendable {
  /// The primary key's fingerprint: the certificate's identity.
  package let fingerprint: Fingerprint
  /// All keys, the primary key first.
  ///
  /// Never empty.
  package let subkeys: [Subkey]
  /// All user IDs, the one that GnuPG calls primary first; may be empty.
  package let userIDs: [UserID]
  /// What GnuPG holds against the whole certificate.
  package let flags: KeyFlags
  /// What the certificate as a whole can do, by GnuPG's word.
  package let uses: Set<KeyUse>
  /// How far the user trusts its owner to certify others; `.ultimate` for the user's own.
  package let ownertrust: Validity
  /// True when the secret part of at least one of its keys is here or on a known smartcard.
  package let hasSecret: Bool

  let handle: KeyHandle

  /// The primary key.
  package var primary: Subkey { subkeys[0] }
  /// The primary key's key ID.
  package var keyID: KeyID { fingerprint.keyID }
  /// The primary key's algorithm with its size or curve, such as "ed25519" or "rsa3072".
  package var algorithm: String { primary.algorithm }
  /// When the certificate was made, in seconds since 1970; nil where that is not known.
  package var created: Int64? { primary.created }
  /// When the certificate expires, in seconds since 1970; nil for never.
  package var expires: Int64? { primary.expires }

  /// The user IDs that are usable and stand for exactly this address, by ``UserID/address(_:equals:)``.
  package func userIDs(for address: String) -> [UserID] {
    userIDs.filter { userID in
      guard userID.isUsable, let own = userID.address else { return false }
      return UserID.address(own, equals: address)
    }
  }

  /// The user ID to name its owner by: one that stands for `address`, else a usable one; of several a valid one.
  ///
  /// Whoever has a certificate accepted can add another user ID with the same address later, in whatever name.
  package func namingUserID(for address: String?) -> UserID? {
    let fitting = address.map { userIDs(for: $0) } ?? []
    let named = fitting.isEmpty ? userIDs.filter(\.isUsable) : fitting
    return named.first { $0.validity >= .full } ?? named.first ?? userIDs.first
  }

  /// True when a user ID stands for exactly this address, or did until the certificate as a whole was revoked.
  ///
  /// GnuPG calls every user ID of a revoked certificate revoked; such a certificate is found so that the reason can be told, and
  /// never used.
  package func isNamed(_ address: String) -> Bool {
    userIDs.contains { userID in
      guard let own = userID.address, UserID.address(own, equals: address) else { return false }
      return userID.isUsable || (flags.contains(.revoked) && !userID.isInvalid)
    }
  }

  /// True for the certificate that has this key, as its primary key or as a subkey.
  package func contains(_ key: Fingerprint) -> Bool {
    subkeys.contains { $0.fingerprint == key }
  }
}

extension Certificate: Hashable {
  package static func == (left: Certificate, right: Certificate) -> Bool {
    left.fingerprint == right.fingerprint && left.subkeys == right.subkeys && left.userIDs == right.userIDs
      && left.flags == right.flags && left.uses == right.uses && left.ownertrust == right.ownertrust
      && left.hasSecret == right.hasSecret
  }

  package func hash(into hasher: inout Hasher) {
    hasher.combine(fingerprint)
  }
}
