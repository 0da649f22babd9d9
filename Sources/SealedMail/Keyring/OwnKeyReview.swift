package import GPGME

/// What a key of the user's own lacks for mail.
package struct OwnKeyReview: Sendable {
  package let certificate: Certificate
  /// The worst first; empty when all is well.
  package let faults: [Fault]
  /// True when it serves no more, and another sound key of the user's has one of its addresses: it is kept for old mail.
  package let isReplaced: Bool

  /// One thing that it lacks.
  package enum Fault: Sendable, Equatable {
    /// It was made in the future: a clock is, or was, wrong.
    case madeInFuture(Int64)
    /// It cannot be used for this.
    case unusable(CertificateProblem, for: KeyUse)
    /// The key for this use, or all of it, expires within ``OwnKeyReview/notice``.
    case expiresSoon(Int64, use: KeyUse)
    /// Its certifications do not count, so that nothing can be accepted with it.
    case notUltimate
  }

  /// How long before its end a key is called to expire soon, in seconds.
  package static let notice: Int64 = 30 * 86_400

  /// Reviews the user's own keys at `now`, in seconds since 1970.
  package static func of(_ own: [Certificate], at now: Int64) -> [OwnKeyReview] {
    let faults = own.map { Self.faults(of: $0, at: now) }
    let sound = Set(
      zip(own, faults).filter { !$1.contains(where: \.endsUse) }.flatMap { $0.0.addresses })
    return zip(own, faults).map { certificate, faults in
      OwnKeyReview(
        certificate: certificate, faults: faults,
        isReplaced: faults.contains(where: \.endsUse) && !sound.isDisjoint(with: certificate.addresses))
    }
  }

  private static func faults(of certificate: Certificate, at now: Int64) -> [Fault] {
    if let created = certificate.created, created > now { return [.madeInFuture(created)] }
    var faults: [Fault] = []
    for use in [KeyUse.signing, .encryption] {
      guard let problem = certificate.problem(for: use, at: now) else { continue }
      // What ends the whole certificate is told once.
      if case .unusable(problem, _)? = faults.first { continue }
      faults.append(.unusable(problem, for: use))
    }
    guard faults.isEmpty else { return faults }
    for use in [KeyUse.signing, .encryption] {
      let last = certificate.lastDay(for: use, at: now)
      if let last, last - now < notice, !faults.contains(.expiresSoon(last, use: .signing)) {
        faults.append(.expiresSoon(last, use: use))
      }
    }
    if certificate.ownertrust != .ultimate { faults.append(.notUltimate) }
    return faults
  }
}

extension OwnKeyReview.Fault {
  /// Whether the key serves no more with it.
  fileprivate var endsUse: Bool {
    switch self {
    case .madeInFuture, .unusable: true
    case .expiresSoon, .notUltimate: false
    }
  }
}

extension Certificate {
  /// The addresses of its user IDs, of revoked ones too, in the form in which they are compared.
  fileprivate var addresses: [String] { userIDs.compactMap { $0.address?.lowercased() } }

  /// When the last of its keys for `use` ends, or all of it; nil for never.
  fileprivate func lastDay(for use: KeyUse, at now: Int64) -> Int64? {
    let serving = subkeys.filter {
      $0.uses.contains(use) && $0.flags.isDisjoint(with: [.revoked, .invalid, .expired])
        && $0.expires.map { $0 > now } != false
    }
    let ends = serving.map { $0.expires ?? .max }.max()
    let last = [expires, ends].compactMap(\.self).min()
    return last == .max ? nil : last
  }
}
