import GPGME
import OpenPGPPackets
import SealedMail

/// The certificates of the keyring that are used: the user's own, and those that mail is sealed to.
extension Checkup {
  /// What they lack.
  ///
  /// - Throws: `GPGMEError`.
  func certificates(with gpg: inout Context) throws(GPGMEError) -> [HealthFinding] {
    let all = try gpg.certificates()
    let own = all.filter(\.hasSecret)
    let used = all.filter { certificate in
      !certificate.hasSecret && certificate.userIDs.contains { $0.validity >= .full }
    }
    let stored = own.filter { gpg.revocationCertificate(of: $0.fingerprint) != nil }.map(\.fingerprint)
    var findings = keys(OwnKeyReview.of(own, at: session.now), withRevocation: Set(stored))
    // A clock that is right is no matter of keys.
    findings.removeAll { $0.check == .clock && $0.state == .ok }
    for certificate in own where certificate.problem(for: .certification, at: session.now) == nil {
      findings += try reviewOwn(certificate, with: &gpg)
      findings += [backup(of: certificate)].compactMap(\.self)
    }
    for certificate in used { findings += try review(certificate, with: &gpg) }
    return findings
  }

  /// What the user's own key lacks in its signatures.
  private func reviewOwn(_ certificate: Certificate, with gpg: inout Context) throws(GPGMEError) -> [HealthFinding] {
    let review = try SelfSignatureReview(of: certificate, with: &gpg)
    let hex = certificate.fingerprint.hex
    var findings: [HealthFinding] = []
    if let hash = review.weakHash {
      findings.append(Self.weak(.ownKey, certificate, hash, mend: Self.signAnew(hex)))
    }
    if review.asksForAEAD {
      findings.append(
        .note(
          .ownKey, .asksForAEAD,
          "\(Self.name(certificate)) asks for AEAD encryption, which your other mail programs cannot read unless they use GnuPG 2.3",
          mend: "`gpg --edit-key \(hex) \"setpref \(Self.readablePreferences)\" save`"))
    }
    return findings
  }

  /// gpg keeps the hash of a signature that it renews, unless it is told another.
  private static func signAnew(_ hex: String) -> String {
    let gpg = "gpg --cert-digest-algo SHA512 --quick-set-expire \(hex) 3y"
    return "`\(gpg) && \(gpg) '*'` signs it anew; then give its new certificate to your correspondents"
  }

  /// What every OpenPGP program of today reads, the best first; without an AEAD algorithm.
  private static let readablePreferences = "AES256 AES192 AES SHA512 SHA384 SHA256 ZLIB ZIP BZIP2 Uncompressed"

  /// What somebody else's certificate lacks: only its owner can mend it.
  private func review(_ certificate: Certificate, with gpg: inout Context) throws(GPGMEError) -> [HealthFinding] {
    let name = Self.name(certificate)
    let mend = "ask its owner for a current certificate, then `postseal key import FILE`"
    if let problem = certificate.problem(for: .encryption, at: session.now) {
      let words = "\(name) cannot be sealed to: it \(problem.words)"
      guard problem == .disabled else {
        return [.problem(.certificate, .certificateUnusable, .unusableCertificate, words, mend: mend)]
      }
      return [.note(.certificate, .certificateUnusable, words)]
    }
    var findings: [HealthFinding] = []
    let ends = [certificate.expires, certificate.encryptionKey(at: session.now)?.expires].compactMap(\.self)
    if let end = ends.min(), end - session.now < OwnKeyReview.notice {
      findings.append(
        .problem(
          .certificate, .certificateExpires, .unusableCertificate, "\(name) expires on \(calendarDate(end))", mend: mend
        ))
    }
    if let hash = try SelfSignatureReview(of: certificate, with: &gpg).weakHash {
      findings.append(Self.weak(.certificate, certificate, hash, mend: mend))
    }
    return findings.isEmpty ? [.ok(.certificate, "\(name) can be sealed to")] : findings
  }

  private static func weak(
    _ check: HealthFinding.Check, _ certificate: Certificate, _ hash: String, mend: String
  ) -> HealthFinding {
    .problem(
      check, .weakBinding, .unusableCertificate, "\(name(certificate)) is held together by signatures with \(hash)",
      mend: mend)
  }
}
