/// Why a certificate cannot be used for an act now.
///
/// Times are seconds since 1970.
package enum CertificateProblem: Sendable, Hashable {
  /// The certificate's time is over; nil where GnuPG does not say since when.
  case expired(at: Int64?)
  /// Its owner revoked it.
  case revoked
  /// This user switched it off.
  case disabled
  /// It has no valid self-signature, or GnuPG cannot use it.
  case invalid
  /// It was made in the future: a clock is wrong.
  case notYetValid(from: Int64)
  /// None of its keys is meant for the use.
  case noKey(for: KeyUse)
  /// The only keys meant for the use have expired; when the last one did.
  case keyExpired(for: KeyUse, at: Int64?)
  /// The only keys meant for the use are revoked.
  case keyRevoked(for: KeyUse)
  /// The key for the use is too weak to protect anything; its algorithm, such as "rsa1024".
  case weak(algorithm: String)
  /// The secret part that the use needs is not here.
  case noSecretKey
  /// It is not in the keyring.
  case missing
  /// GnuPG refused it for a reason of its own.
  case refused(String)
}
