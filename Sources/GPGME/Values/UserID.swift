package import OpenPGPPackets

/// One user ID of a certificate.
///
/// Its text comes from others and may hold anything: escape it before a terminal sees it.
/// GPGME: `gpgme_user_id_t`
package struct UserID: Sendable, Hashable {
  /// The whole text, by custom "Name (comment) <address>"; bytes that are not UTF-8 appear as U+FFFD.
  package let text: String
  /// The name, as GnuPG takes the text apart; empty when there is none.
  package let name: String
  /// The one address that this user ID stands for, as written; nil when it has none or is not plain about it.
  ///
  /// Only the one `<…>` at the very end counts, or a text that is nothing but an address. See ``UserID/address(in:)``.
  package let address: String?
  /// How sure GnuPG is that it belongs to the certificate.
  package let validity: Validity
  /// True when its owner revoked it.
  package let isRevoked: Bool
  /// True when it has no valid self-signature.
  package let isInvalid: Bool
  /// Certifications by others and by the user, oldest first; empty unless they were asked for.
  package let certifications: [Certification]

  /// When the user accepted it by a certification that never leaves this keyring, in seconds since 1970.
  ///
  /// Nil for what is valid for another reason, the user's own keys among them, and when certifications were not asked for.
  package var ownAcceptance: Int64? {
    guard validity == .full else { return nil }
    return certifications.indices.last { isStandingAcceptance(at: $0) }.flatMap { certifications[$0].created }
  }

  /// True when the user accepted it and did not take that back, whether that still makes it valid or not.
  package var wasAccepted: Bool { certifications.indices.contains { isStandingAcceptance(at: $0) } }

  /// True for a local certification that its issuer did not take back later.
  private func isStandingAcceptance(at index: Int) -> Bool {
    let certification = certifications[index]
    guard certification.isLocal, certification.kind == .certification, !certification.isExpired else { return false }
    return !certifications[index...].contains {
      $0.issuer == certification.issuer && $0.kind == .revocation && $0.isVerified
    }
  }

  /// True when nothing speaks against the user ID itself: not revoked, not invalid.
  package var isUsable: Bool { !isRevoked && !isInvalid }
}

/// A certification: somebody's signature over a user ID of a certificate.
///
/// GPGME: `gpgme_key_sig_t`
package struct Certification: Sendable, Hashable {
  /// Whether it speaks for the user ID or takes that back.
  package enum Kind: Sendable, Hashable {
    case certification
    case revocation
  }

  /// The key that made it: a key ID, which can be forged, so compare it only with keys of one's own.
  package let issuer: KeyID
  /// A certification, or the revocation of earlier ones by the same issuer.
  package let kind: Kind
  /// True when it is meant for this keyring only and never exported.
  package let isLocal: Bool
  /// When it was made, in seconds since 1970; nil where that is not known.
  package let created: Int64?
  /// When it expires, in seconds since 1970; nil for never.
  package let expires: Int64?
  /// True when its time was over by GnuPG's clock.
  package let isExpired: Bool
  /// True when GnuPG checked the signature with the issuer's certificate and found it good.
  ///
  /// One that is not proves nothing.
  package let isVerified: Bool
}
