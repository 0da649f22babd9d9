extension Certificate {
  /// Why the certificate cannot be used for `use` at `now` (seconds since 1970); nil when it can.
  ///
  /// Judged by its own dates as well as by GnuPG's flags, strictest reason first: revoked, expired, disabled, invalid, then its keys.
  /// Trust is not looked at. For `.signing` and `.certification` the secret part must be here.
  /// Source: RFC 9580 §5.2.3, §12.4 (RSA below 2048 bits, DSA and Elgamal are refused)
  package func problem(for use: KeyUse, at now: Int64) -> CertificateProblem? {
    if flags.contains(.revoked) { return .revoked }
    if let expires, expires <= now { return .expired(at: expires) }
    if flags.contains(.expired) { return .expired(at: expires) }
    if flags.contains(.disabled) { return .disabled }
    if flags.contains(.invalid) { return .invalid }
    if let created, created > now { return .notYetValid(from: created) }
    return problemOfKeys(for: use, at: now)
  }

  /// Why no single key serves: GnuPG takes the newest that does, so one sound key is enough.
  private func problemOfKeys(for use: KeyUse, at now: Int64) -> CertificateProblem? {
    let meant = subkeys.filter { $0.uses.contains(use) && !$0.flags.contains(.invalid) }
    guard !meant.isEmpty else { return .noKey(for: use) }
    let unrevoked = meant.filter { !$0.flags.contains(.revoked) }
    guard !unrevoked.isEmpty else { return .keyRevoked(for: use) }
    let current = unrevoked.filter { $0.expires.map { $0 > now } ?? !$0.flags.contains(.expired) }
    guard !current.isEmpty else {
      return .keyExpired(for: use, at: unrevoked.compactMap(\.expires).max())
    }
    let started = current.filter { ($0.created ?? 0) <= now }
    guard let chosen = started.max(by: { ($0.created ?? 0) < ($1.created ?? 0) }) else {
      return .notYetValid(from: current.compactMap(\.created).min() ?? now)
    }
    if primary.isWeak { return .weak(algorithm: primary.algorithm) }
    if chosen.isWeak { return .weak(algorithm: chosen.algorithm) }
    if use != .encryption, !started.contains(where: \.hasSecret) { return .noSecretKey }
    return nil
  }

  /// The key that GnuPG encrypts to: the newest that can at `now`; nil when none can.
  package func encryptionKey(at now: Int64) -> Subkey? {
    guard problem(for: .encryption, at: now) == nil else { return nil }
    let usable = subkeys.filter { key in
      key.uses.contains(.encryption) && key.flags.isDisjoint(with: [.revoked, .invalid, .expired])
        && (key.created ?? 0) <= now && key.expires.map { $0 > now } != false
    }
    return usable.max { ($0.created ?? 0) < ($1.created ?? 0) }
  }
}

extension Subkey {
  /// True when the algorithm or its size protects nothing any more.
  ///
  /// Source: RFC 9580 §12.4, §12.5
  package var isWeak: Bool {
    switch family {
    case .rsa: bits < 2048
    case .elgamal, .dsa: bits < 2048
    case .ellipticCurve, .other: false
    }
  }
}
