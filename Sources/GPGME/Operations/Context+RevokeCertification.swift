import CGPGME

#if canImport(Darwin)
  import Darwin
#else
  import Glibc
#endif

extension Context {
  /// Takes back what ``certify(_:of:by:reach:at:)`` said: the certifier's own certifications of user IDs, local and exportable ones.
  ///
  /// The revocation reaches as far as the certification: that of an exportable one is exported.
  /// - Parameters:
  ///   - userIDs: Texts of the user IDs that `certifier` certified, exactly; at least one.
  /// - Returns: The certificate as it is afterwards, with certifications.
  /// - Throws: `.unusableSigner` when `certifier` cannot certify, `.passphrase`, `.nothingChanged` when the certification is still in
  ///   force in spite of GnuPG's word, and what else can befall gpg.
  ///
  /// GPGME: `gpgme_op_revsig`
  package mutating func revokeCertifications(
    _ userIDs: [String], of certificate: Certificate, by certifier: Certificate, at now: Int64 = currentTime()
  ) throws(GPGMEError) -> Certificate {
    let subject = certificate.fingerprint.hex
    precondition(!userIDs.isEmpty, "name the user IDs: none would mean all")
    let before = try self.certificate(with: certificate.fingerprint, detail: .certifications)
    try setSigner(certifier, at: now, for: .revokeCertification, use: .certification)
    Self.waitUntilAfter(before.lastWord(of: certifier, on: userIDs))
    let flags = CUnsignedInt(GPGME_REVSIG_LFSEP)
    unsafe try run(.revokeCertification, subject: subject) { context in
      unsafe gpgme_op_revsig_start(
        context, before.handle.key, certifier.handle.key, userIDs.joined(separator: "\n"), flags)
    }
    let after = try self.certificate(with: certificate.fingerprint, detail: .certifications)
    guard userIDs.allSatisfy({ !after.isCertified($0, by: certifier) }) else {
      throw GPGMEError(.revokeCertification, subject: subject, cause: unsaidCause(for: certifier))
    }
    return after
  }

  /// Waits for the second after `time`, when that is about to begin.
  ///
  /// Of a certification and its revocation in the same second GnuPG believes the certification.
  static func waitUntilAfter(_ time: Int64?) {
    guard let time else { return }
    // A time further ahead is a wrong clock, which no waiting mends.
    for _ in 0..<40 where currentTime() == time { _ = usleep(50_000) }
  }
}

extension Certificate {
  /// When `certifier` last said something about these user IDs, for or against; nil when it never did.
  ///
  /// The certificate must have been listed with ``ListingDetail/certifications``.
  func lastWord(of certifier: Certificate, on userIDs: [String]) -> Int64? {
    self.userIDs.filter { userIDs.contains($0.text) }.flatMap(\.certifications)
      .filter { $0.issuer == certifier.keyID }.compactMap(\.created).max()
  }
}
