package import OpenPGPPackets

/// What GnuPG said about one signature: nothing is concluded here.
///
/// `status` alone does not make a signature good for a message: who the certificate belongs to, when it was made and with which hash
/// are for the reader of this report to judge.
/// GPGME: `gpgme_signature_t`
package struct SignatureReport: Sendable, Equatable {
  /// GnuPG's finding.
  package enum Status: Sendable, Equatable {
    /// The signature fits the data and the key is sound.
    case good
    /// It does not fit: the data or the signature was altered, or it is forged.
    case bad
    /// The certificate that would be needed is not in the keyring.
    case keyMissing
    /// It fits, and its own time is over.
    case expiredSignature
    /// It fits, and the time of the key that made it is over.
    case expiredKey
    /// It fits, and the key that made it is revoked.
    case revokedKey
    /// It could not be checked, such as for an algorithm that gpg does not know; the reason in gpg-error's words.
    case error(String)
  }

  /// GnuPG's finding.
  package let status: Status
  /// The key ID that the signature names: a claim.
  ///
  /// Nil where it names none.
  package let claimedKeyID: KeyID?
  /// The fingerprint of the key that the signature names, a subkey's very often; nil where GnuPG knows only the key ID.
  ///
  /// Proven only when the status says that the signature fits.
  package let fingerprint: Fingerprint?
  /// The certificate that this key belongs to, as it is in the keyring now; nil when it is not there.
  package let certificate: Certificate?
  /// When it says it was made, in seconds since 1970.
  package let created: Int64?
  /// When it expires, in seconds since 1970; nil for never.
  package let expires: Int64?
  /// Name of the hash, such as "SHA512"; nil where GnuPG does not tell.
  package let hashName: String?
  /// Name of the public-key algorithm, such as "EdDSA"; nil where GnuPG does not tell.
  package let algorithmName: String?
  /// How sure GnuPG is of the certificate's best user ID: full for the user's own too, and for a revoked key, so look at `status` first.
  package let validity: Validity

  /// What GnuPG said, or a script that stands for it.
  package init(
    status: Status, claimedKeyID: KeyID?, fingerprint: Fingerprint?, certificate: Certificate?, created: Int64?,
    expires: Int64?, hashName: String?, algorithmName: String?, validity: Validity
  ) {
    self.status = status
    self.claimedKeyID = claimedKeyID
    self.fingerprint = fingerprint
    self.certificate = certificate
    self.created = created
    self.expires = expires
    self.hashName = hashName
    self.algorithmName = algorithmName
    self.validity = validity
  }

  /// The primary fingerprint of the certificate; nil when it is not in the keyring.
  package var primary: Fingerprint? { certificate?.fingerprint }
}
