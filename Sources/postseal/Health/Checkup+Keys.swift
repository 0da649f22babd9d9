import GPGME
import OpenPGPPackets
import SealedMail

/// The user's own keys.
extension Checkup {
  /// What they lack, and whether the clock can be right.
  func keys(_ reviews: [OwnKeyReview], withRevocation stored: Set<Fingerprint>) -> [HealthFinding] {
    guard !reviews.isEmpty else {
      return [
        .problem(
          .ownKey, .noOwnKey, .noSigningKey, "you have no key of your own",
          mend: "make one with `postseal key new \"Name <address>\"`, or bring yours with `postseal key restore FILE` "
            + "or `postseal key import FILE`")
      ]
    }
    let early = reviews.flatMap { review in review.faults.compactMap { clock($0, of: review.certificate) } }
    let today = HealthFinding.ok(.clock, "it is \(calendarDate(session.now)), later than your keys were made")
    return reviews.flatMap { key($0, hasRevocation: stored.contains($0.certificate.fingerprint)) }
      + (early.isEmpty ? [today] : early)
  }

  private func key(_ review: OwnKeyReview, hasRevocation: Bool) -> [HealthFinding] {
    let name = Self.name(review.certificate)
    if review.isReplaced {
      let words = Self.problem(in: review)?.words ?? "serves no more"
      return [
        .note(.ownKey, .keyReplaced, "\(name) \(words); another key of yours has its address, keep it for old mail")
      ]
    }
    var findings = review.faults.compactMap { finding($0, of: review.certificate, name) }
    if review.faults.isEmpty {
      findings = [.ok(.ownKey, "\(name) signs and decrypts\(Self.end(of: review.certificate))")]
    }
    if Self.problem(in: review) == nil, !hasRevocation {
      let hex = review.certificate.fingerprint.hex
      findings.append(
        .note(
          .revocation, .noRevocationCertificate,
          "\(name) has no revocation certificate in openpgp-revocs.d; without one a lost key stays valid",
          mend: "if you keep none elsewhere: `gpg --output \(hex).rev --gen-revoke \(hex)`, and store that file safely")
      )
    }
    return findings
  }

  private func clock(_ fault: OwnKeyReview.Fault, of certificate: Certificate) -> HealthFinding? {
    guard case .madeInFuture(let time) = fault else { return nil }
    return .problem(
      .clock, .madeInFuture, .systemError,
      "it is \(calendarDate(session.now)), but \(Self.name(certificate)) was made on \(calendarDate(time))",
      mend: "set the clock of this machine right, which `date` shows")
  }

  private func finding(_ fault: OwnKeyReview.Fault, of certificate: Certificate, _ name: String) -> HealthFinding? {
    let hex = certificate.fingerprint.hex
    switch fault {
    case .madeInFuture: return nil
    case .unusable(let problem, let use):
      return .problem(
        .ownKey, .keyUnusable, use == .signing ? .noSigningKey : .unusableCertificate,
        "\(name) cannot be used for \(use.rawValue): it \(problem.words)",
        mend: Self.mend(problem, of: certificate, use))
    case .expiresSoon(let time, _):
      return .problem(
        .ownKey, .keyExpires, .unusableCertificate, "\(name) expires on \(calendarDate(time))",
        mend: "`postseal key expire \(hex)` renews it; then give its new certificate to your correspondents")
    case .notUltimate:
      return .problem(
        .ownKey, .keyNotUltimate, .noSigningKey,
        "\(name) is not marked as your own, so that nothing can be accepted with it",
        mend: "`postseal key trust \(hex) ultimate`")
    }
  }

  private static func mend(_ problem: CertificateProblem, of certificate: Certificate, _ use: KeyUse) -> String {
    let hex = certificate.fingerprint.hex
    return switch problem {
    case .expired, .keyExpired: "`postseal key expire \(hex)` renews it"
    case .disabled: "`postseal key enable \(hex)`"
    case .noKey(for: .encryption), .keyRevoked(for: .encryption): "`postseal key subkey add \(hex)`"
    case .noKey, .keyRevoked: "`postseal key subkey add \(hex) --for sign`"
    case .noSecretKey: "bring its secret part with `postseal key import FILE`"
    case .notYetValid: "set the clock of this machine right, which `date` shows"
    case .revoked, .invalid, .weak, .missing, .refused:
      "make a new key with `postseal key new \"Name <address>\"`, and keep this one for old mail"
    }
  }

  private static func problem(in review: OwnKeyReview) -> CertificateProblem? {
    review.faults.lazy.compactMap { fault -> CertificateProblem? in
      switch fault {
      case .unusable(let problem, _): problem
      case .madeInFuture(let time): .notYetValid(from: time)
      case .expiresSoon, .notUltimate: nil
      }
    }.first
  }

  private static func end(of certificate: Certificate) -> String {
    certificate.expires.map { ", expires \(calendarDate($0))" } ?? ""
  }

  static func name(_ certificate: Certificate) -> String {
    let userID = certificate.userIDs.first(where: \.isUsable) ?? certificate.userIDs.first
    return "\(userID?.text ?? "key without user ID") \(certificate.fingerprint.short)"
  }
}
