package import GPGME
package import MIME

/// The one decision which certificate serves an address: pure, so that every command decides alike.
package enum CertificateChoice {
  /// Chooses the certificate to encrypt to for `address`.
  ///
  /// A certificate serves when one of its usable user IDs is exactly the address, it can encrypt at `now`, and GnuPG's
  /// validity of that user ID is full or better; or when `map` names its fingerprint for the address.
  ///
  /// - Parameters:
  ///   - candidates: certificates that may have the address, or that `map` names; others among them do no harm.
  ///   - now: seconds since 1970.
  package static func recipient(
    _ address: AddrSpec, among candidates: [Certificate], map: CertificateMap, at now: Int64
  ) -> Result<RecipientCertificate, RecipientGap> {
    func gap(_ reason: CertificateGap) -> Result<RecipientCertificate, RecipientGap> {
      .failure(RecipientGap(address: address, reason: reason))
    }
    if let named = map.fingerprint(for: address) {
      guard let certificate = candidates.first(where: { $0.fingerprint == named }) else {
        return gap(.mappedButMissing(named))
      }
      if let problem = certificate.problem(for: .encryption, at: now) { return gap(.unusable(certificate, problem)) }
      return .success(RecipientCertificate(address: address, certificate: certificate, trust: .named))
    }
    let fitting = candidates.filter { $0.isNamed(address.text) }
    guard let first = fitting.first else { return gap(.none) }
    let usable = fitting.filter { $0.problem(for: .encryption, at: now) == nil }
    let trusted = usable.compactMap { certificate in
      trust(in: certificate, for: address).map {
        RecipientCertificate(address: address, certificate: certificate, trust: $0)
      }
    }
    switch (trusted.count, usable.isEmpty) {
    case (1, _): return .success(trusted[0])
    case (2..., _): return gap(.ambiguous(trusted.map(\.certificate)))
    case (_, false): return gap(.notAccepted(usable))
    default:
      let newest = fitting.max { ($0.created ?? 0) < ($1.created ?? 0) } ?? first
      return gap(newest.problem(for: .encryption, at: now).map { .unusable(newest, $0) } ?? .none)
    }
  }

  /// Why `certificate` may stand for `address`; nil when nothing says that it belongs there.
  package static func trust(in certificate: Certificate, for address: AddrSpec) -> RecipientTrust? {
    trust(by: certificate.userIDs(for: address.text))
  }

  /// Why a certificate may stand for whomever one of these user IDs of it names; nil when nothing says that it belongs to any.
  static func trust(by userIDs: [UserID]) -> RecipientTrust? {
    let valid = userIDs.filter { $0.isUsable && $0.validity >= .full }
    guard !valid.isEmpty else { return nil }
    return valid.lazy.compactMap(\.ownAcceptance).first.map { .accepted($0) } ?? .verified
  }

  /// Chooses the sender's own key: the one that signs, or without a signature the one that a copy is encrypted to.
  ///
  /// - Parameters:
  ///   - sender: whose it has to be; nil for anybody's, where nothing says who the sender is.
  ///   - candidates: certificates of which secret keys may be here.
  ///   - use: what it is wanted for.
  ///   - named: the fingerprint that the user or the account names; its user IDs need not fit the address.
  package static func own(
    _ sender: AddrSpec?, for use: KeyUse = .signing, among candidates: [Certificate], named: Fingerprint?, at now: Int64
  ) -> Result<Certificate, SignerGap> {
    let own = candidates.filter { certificate in
      guard certificate.hasSecret else { return false }
      return named.map { certificate.fingerprint == $0 } ?? sender.map { certificate.isNamed($0.text) } ?? true
    }
    let usable = own.filter { $0.problem(for: use, at: now) == nil }
    if usable.count == 1 { return .success(usable[0]) }
    if usable.count > 1 { return .failure(.ambiguous(usable)) }
    guard let certificate = own.first, let problem = certificate.problem(for: use, at: now) else {
      return .failure(named.map { .missing($0) } ?? .none)
    }
    return .failure(.unusable(certificate, problem))
  }
}
