import CGPGME

/// For whom a certification is meant.
package enum CertificationReach: Sendable {
  /// For this keyring only: never exported.
  case local
  /// For everybody who gets the certificate.
  case exportable
}

extension Context {
  /// Certifies user IDs of a certificate, so that GnuPG calls them valid.
  ///
  /// Done already for all of them: nothing is asked for. A local certification becomes an exportable one when that is wanted; an
  /// exportable one serves for a local one, too. One that was taken back is made anew. It counts for GnuPG only when `certifier` has
  /// ultimate ownertrust: see ``setUltimateOwnertrust(_:)``.
  /// - Parameters:
  ///   - userIDs: Texts of the user IDs, exactly; at least one.
  /// - Returns: The certificate as it is afterwards, with certifications.
  /// - Throws: `.unusableSigner` when `certifier` cannot certify, `.invalidUserID` for a text that the certificate does not have or that
  ///   gpg would take for several, `.nothingChanged` when GnuPG signed nothing in spite of its word, `.passphrase`, and what else can
  ///   befall gpg.
  ///
  /// GPGME: `gpgme_op_keysign`
  package mutating func certify(
    _ userIDs: [String], of certificate: Certificate, by certifier: Certificate, reach: CertificationReach,
    at now: Int64 = currentTime()
  ) throws(GPGMEError) -> Certificate {
    let subject = certificate.fingerprint.hex
    precondition(!userIDs.isEmpty, "name the user IDs: none would mean all")
    let before = try self.certificate(with: certificate.fingerprint, detail: .certifications)
    let pending = userIDs.filter { !before.isCertified($0, by: certifier, reach: reach) }
    guard !pending.isEmpty else { return before }
    // gpg reads a star as "contains", and would certify whatever other user IDs do.
    let isExact = pending.allSatisfy { wanted in
      !wanted.utf8.contains(10) && !wanted.hasPrefix("*") && before.userIDs.contains { $0.text == wanted }
    }
    guard isExact else { throw GPGMEError(.certify, subject: subject, cause: .invalidUserID) }
    try setSigner(certifier, at: now, for: .certify, use: .certification)
    var flags = GPGME_KEYSIGN_LFSEP | GPGME_KEYSIGN_NOEXPIRE
    if reach == .local { flags |= GPGME_KEYSIGN_LOCAL }
    if pending.contains(where: { before.hasCertification(of: $0, by: certifier) }) {
      flags |= GPGME_KEYSIGN_FORCE
      Self.waitUntilAfter(before.lastWord(of: certifier, on: pending))
    }
    let chosen = CUnsignedInt(flags)
    unsafe try run(.certify, subject: subject) { context in
      unsafe gpgme_op_keysign_start(context, before.handle.key, pending.joined(separator: "\n"), 0, chosen)
    }
    let after = try self.certificate(with: certificate.fingerprint, detail: .certifications)
    guard userIDs.allSatisfy({ after.isCertified($0, by: certifier, reach: reach) }) else {
      throw GPGMEError(.certify, subject: subject, cause: unsaidCause(for: certifier))
    }
    return after
  }

  /// Certifies user IDs for this keyring only; see ``certify(_:of:by:reach:at:)``.
  package mutating func certifyLocally(
    _ userIDs: [String], of certificate: Certificate, by certifier: Certificate, at now: Int64 = currentTime()
  ) throws(GPGMEError) -> Certificate {
    try certify(userIDs, of: certificate, by: certifier, reach: .local, at: now)
  }
}

extension Certificate {
  /// True when `certifier` certified the user ID with this text, at least for `reach`, and has not taken it back; only certifications
  /// that GnuPG checked.
  ///
  /// The certificate must have been listed with ``ListingDetail/certifications``.
  package func isCertified(
    _ userID: String, by certifier: Certificate, reach: CertificationReach = .local
  ) -> Bool {
    certification(of: userID, by: certifier).map { reach == .local || !$0.isLocal } ?? false
  }

  /// The newest certification of the user ID with this text by `certifier`, checked by GnuPG and in force; nil when there is none.
  ///
  /// The certificate must have been listed with ``ListingDetail/certifications``.
  package func certification(of userID: String, by certifier: Certificate) -> Certification? {
    let own = userIDs.first { $0.text == userID }?.certifications
      .last { $0.issuer == certifier.keyID && $0.isVerified }
    guard let own, own.kind == .certification, !own.isExpired else { return nil }
    return own
  }

  /// True when `certifier` signed the user ID at any time, whatever came of it.
  fileprivate func hasCertification(of userID: String, by certifier: Certificate) -> Bool {
    userIDs.contains { $0.text == userID && $0.certifications.contains { $0.issuer == certifier.keyID } }
  }
}
