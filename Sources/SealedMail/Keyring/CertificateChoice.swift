package import GPGME
package import MIME

/// The one decision which certificate serves an address: pure, so that every command decides alike.
package enum CertificateChoice {
  /// Chooses the certificate to encrypt to for `address`.
  ///
  /// A certificate serves when one of its usable user IDs is exactly the address, it can encrypt at `now`, and GnuPG's
  /// validity of that user ID is full or better; or when `map` names its fingerprint for the address. One that the user
  /// accepted goes before one that is valid for another reason.
  ///
  /// - Parameters:
  ///   - candidates: certificates that may have the address, or that `map` names; others among them do no harm.
  ///   - autocrypt: what came with mail for the address, where that may count; only taken when nothing else serves and no
  ///     certificate for the address was ever accepted.
  ///   - now: seconds since 1970.
  package static func recipient(
    _ address: AddrSpec, among candidates: [Certificate], map: CertificateMap, autocrypt: AutocryptTargets = .none,
    at now: Int64
  ) -> Result<RecipientCertificate, RecipientGap> {
    decide(address, among: candidates, map: map, autocrypt: autocrypt, at: now).outcome
  }

  /// The same choice with the steps that lead to it.
  package static func decide(
    _ address: AddrSpec, among candidates: [Certificate], map: CertificateMap, autocrypt: AutocryptTargets = .none,
    at now: Int64
  ) -> CertificateDecision {
    if let entry = map.entry(for: address) { return follow(entry, for: address, among: candidates, at: now) }
    let fitting = candidates.filter { $0.isNamed(address.text) }.map { certificate in
      CertificateDecision.Candidate(
        certificate: certificate, problem: certificate.problem(for: .encryption, at: now),
        trust: trust(in: certificate, for: address))
    }
    var steps: [CertificateDecision.Step] = [.configuration(nil), .address(fitting.map(\.certificate))]
    func ended(_ outcome: Result<RecipientCertificate, CertificateGap>) -> CertificateDecision {
      CertificateDecision(
        address: address, steps: steps, candidates: fitting,
        outcome: outcome.mapError { RecipientGap(address: address, reason: $0) })
    }
    func unserved(_ gap: CertificateGap) -> CertificateDecision {
      guard autocrypt.mayServe else { return ended(.failure(gap)) }
      let key = autocrypt.certificate(for: address, among: candidates, at: now)
      let isSettled = fitting.contains {
        $0.certificate.fingerprint != key?.fingerprint && $0.wasAccepted(for: address)
      }
      let usable = key.flatMap { $0.problem(for: .encryption, at: now) == nil && !isSettled ? $0 : nil }
      steps.append(.autocrypt([usable].compactMap(\.self)))
      return ended(
        usable.map { .success(RecipientCertificate(address: address, certificate: $0, trust: .autocrypt)) }
          ?? .failure(gap))
    }
    guard !fitting.isEmpty else { return unserved(.none) }
    let usable = fitting.filter { $0.problem == nil }
    steps.append(.usable(usable.map(\.certificate)))
    guard !usable.isEmpty else {
      let newest = fitting.max { ($0.certificate.created ?? 0) < ($1.certificate.created ?? 0) }
      return unserved(newest.flatMap { newest in newest.problem.map { .unusable(newest.certificate, $0) } } ?? .none)
    }
    let trusted = usable.compactMap { candidate in
      candidate.trust.map { RecipientCertificate(address: address, certificate: candidate.certificate, trust: $0) }
    }
    for isAccepted in [true, false] {
      let chosen = trusted.filter { ($0.trust != .verified) == isAccepted }
      let certificates = chosen.map(\.certificate)
      steps.append(isAccepted ? .accepted(certificates) : .verified(certificates))
      if chosen.count == 1 { return ended(.success(chosen[0])) }
      if chosen.count > 1 { return ended(.failure(.ambiguous(certificates))) }
    }
    return unserved(.notAccepted(usable.map(\.certificate)))
  }

  /// What the configuration names is taken, whatever its user IDs say, or nothing is.
  private static func follow(
    _ entry: CertificateMap.Entry, for address: AddrSpec, among candidates: [Certificate], at now: Int64
  ) -> CertificateDecision {
    let certificate = candidates.first { $0.fingerprint == entry.fingerprint }
    let problem = certificate?.problem(for: .encryption, at: now)
    let outcome: Result<RecipientCertificate, CertificateGap> =
      switch (certificate, problem) {
      case (nil, _): .failure(.mappedButMissing(entry.fingerprint))
      case (let certificate?, let problem?): .failure(.unusable(certificate, problem))
      case (let certificate?, nil):
        .success(RecipientCertificate(address: address, certificate: certificate, trust: .named))
      }
    return CertificateDecision(
      address: address, steps: [.configuration(entry)],
      candidates: [certificate].compactMap(\.self).map { .init(certificate: $0, problem: problem, trust: .named) },
      outcome: outcome.mapError { RecipientGap(address: address, reason: $0) })
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
