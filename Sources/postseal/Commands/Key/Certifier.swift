import GPGME

extension Session {
  /// The own key that certifies: that of `--as` or the account, else the only one that can; one that is marked as the user's own goes
  /// before others.
  ///
  /// - Throws: `Failure` 34 when none can, with the reason, and 64 for a name that is none; `GPGMEError`.
  func certifier(_ signer: SignerOptions, with gpg: inout Context) throws -> Certificate {
    let name = signer.signer ?? account?.key
    let own = try ownKeys(named: name, with: &gpg)
    let able = own.filter { $0.problem(for: .certification, at: now) == nil }
    let ultimate = able.filter { $0.ownertrust == .ultimate }
    let fitting = ultimate.isEmpty ? able : ultimate
    switch fitting.count {
    case 1: return fitting[0]
    case 0:
      throw Failure(
        .noSigningKey,
        sentences: own.map { $0.reasonNotToCertify(at: now) },
        hints: own.compactMap { $0.mendToCertify(at: now) }.uniqued())
    default:
      throw Failure(
        .noSigningKey, "several keys of your own could certify",
        hint: "name one: " + fitting.map { "`--as \($0.fingerprint.hex)`" }.joined(separator: " or "))
    }
  }

  /// Makes what an own key certifies count: asks whether it is to be marked as the user's own, unless it is.
  ///
  /// - Throws: `Failure` 34 when nobody can be asked, 1 when that is declined; `GPGMEError`.
  func marked(_ certifier: Certificate, with gpg: inout Context) throws -> Certificate {
    guard certifier.ownertrust != .ultimate else { return certifier }
    let name = TerminalText.visible(certifier.userIDs.first(where: \.isUsable)?.text ?? "without user ID")
    guard console.terminal.canAsk, !options.batch else {
      throw Failure(
        .noSigningKey,
        "cannot certify with key \(certifier.fingerprint.short), \(name): it is not marked as your own, so that nothing it certifies counts",
        hint: "`postseal key trust \(certifier.fingerprint.hex) ultimate`")
    }
    try Question.confirm(
      "Your key \(certifier.fingerprint.short), \(name), is not marked as your own in this keyring, and what it certifies does not count. Give it ultimate trust?",
      on: console, options: options, otherwise: "")
    let own = try gpg.setUltimateOwnertrust(certifier)
    console.note("key \(own.fingerprint.short) is marked as your own")
    return own
  }

  /// The own keys that have this name, or all for nil; at least one.
  private func ownKeys(named text: String?, with gpg: inout Context) throws -> [Certificate] {
    let own: [Certificate]
    if let text {
      guard let name = KeyName(argument: text) else {
        throw Failure(.usage, "`\(text)` is neither an address nor a whole fingerprint")
      }
      own = try name.certificates(in: .secretKeys, with: &gpg)
    } else {
      own = try gpg.certificates(in: .secretKeys)
    }
    guard own.isEmpty else { return own }
    // gpg finds no secret key at all when the agent does not answer.
    if let problem = gpg.agentProblem() { throw GPGMEError(.certify, subject: text, cause: problem) }
    guard let text else {
      throw Failure(
        .noSigningKey, "there is no key of your own that could certify", hint: "make one with `postseal key new`")
    }
    throw Failure(
      .noSigningKey, "cannot certify as \(text): you have no such secret key",
      hint: "see your own keys with `postseal key list --secret`")
  }
}

extension Certificate {
  /// Why its key cannot certify, in a sentence.
  fileprivate func reasonNotToCertify(at now: Int64) -> String {
    let act = "cannot certify with key \(fingerprint.short): "
    return switch problem(for: .certification, at: now) {
    case .noSecretKey: act + "only its subkeys are here, its primary key is elsewhere"
    case let problem?: act + "it \(problem.words)"
    case nil: act + "gpg does not let it"
    }
  }

  /// What mends that; nil when nothing of ours does.
  fileprivate func mendToCertify(at now: Int64) -> String? {
    switch problem(for: .certification, at: now) {
    case .noSecretKey: "run it where the primary key is, or name that GnuPG home with `--home DIR`"
    case .expired, .keyExpired: "renew it with `postseal key expire \(fingerprint.hex)`"
    case .disabled: "take it into use again with `postseal key enable \(fingerprint.hex)`"
    case .notYetValid: "set the clock of this machine right, which `date` shows"
    case nil: nil
    default: "make another with `postseal key new`"
    }
  }
}

extension [String] {
  /// Each once, in their order.
  fileprivate func uniqued() -> [String] {
    reduce(into: []) { if !$0.contains($1) { $0.append($1) } }
  }
}
