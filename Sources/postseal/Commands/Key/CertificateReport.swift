import GPGME

/// A certificate as `key` commands show it.
struct CertificateReport {
  let certificate: Certificate
  /// When it is judged, in seconds since 1970.
  let now: Int64
  /// The addresses that were asked for: a list names the user ID of one of them and tells how that one stands.
  var addresses: [String] = []

  /// The cells of one line of a list: state, user ID, algorithm, fingerprint, trust or what is wrong, expiry.
  ///
  /// Without an address it names the user ID that its trust is about: what was accepted for one says nothing of another.
  func row(style: Style) -> [String] {
    let userID = named.first(where: \.isTrusted) ?? named.first ?? certificate.userIDs.first
    return [
      style.mark(mark), TerminalText.userID(userID?.text),
      certificate.algorithm, certificate.fingerprint.short, state,
    ]
  }

  /// What it is, before something is done with it.
  func lines() -> [String] {
    var lines = [fingerprintLine] + certificate.userIDs.map(line) + certificate.subkeys.indices.map(keyLine)
    if certificate.hasSecret { lines.append("secret key   here") }
    if let trustLine { lines.append(trustLine) }
    if let problem = certificate.problem(for: .encryption, at: now) { lines.append("unusable     \(problem.words)") }
    return lines
  }

  /// The line with the whole fingerprint.
  var fingerprintLine: String { "fingerprint  \(certificate.fingerprint.grouped)" }

  /// The line about its owner's trust; nil for what goes without saying: others' keys without any, and one's own.
  var trustLine: String? {
    let trust = Ownertrust(certificate.ownertrust)
    guard trust != (certificate.hasSecret ? .ultimate : .unknown) else { return nil }
    return "trust        \(trust.rawValue): \(trust.meaning)"
  }

  /// The line about a user ID.
  func line(_ userID: UserID) -> String {
    "user ID      \(TerminalText.visible(userID.text)) (\(userID.state))"
  }

  /// The line about the key with this number; 0 is the primary key.
  func keyLine(_ index: Int) -> String {
    "\(index == 0 ? "primary key" : "subkey     ")  \(facts(certificate.subkeys[index]).joined(separator: ", "))"
  }

  /// The members of its JSON object.
  var json: JSONValue {
    .members([
      "fingerprint": .string(certificate.fingerprint.hex),
      "algorithm": .string(certificate.algorithm),
      "created": .optional(certificate.created),
      "expires": .optional(certificate.expires),
      "secret": .bool(certificate.hasSecret),
      "ownertrust": .string(Ownertrust(certificate.ownertrust).rawValue),
      "problem": .optional(certificate.problem(for: .encryption, at: now)?.words),
      "userIDs": .array(
        certificate.userIDs.map {
          .members([
            "text": .string($0.text), "address": .optional($0.address), "state": .string($0.state),
          ])
        }),
      "keys": .array(
        certificate.subkeys.map {
          .members([
            "fingerprint": .string($0.fingerprint.hex), "algorithm": .string($0.algorithm),
            "uses": .strings($0.uses.map(\.rawValue).sorted()),
            "created": .optional($0.created),
            "expires": .optional($0.expires),
            "revoked": .bool($0.flags.contains(.revoked)), "secret": .bool($0.hasSecret), "card": .optional($0.card),
          ])
        }),
    ])
  }

  private var mark: Style.Mark {
    if certificate.problem(for: .encryption, at: now) != nil { return .bad }
    return named.contains(where: \.isTrusted) ? .good : .unknown
  }

  /// Whether its owner can sign with it; of an own key, whether that can be done here.
  private var canSign: Bool {
    switch certificate.problem(for: .signing, at: now) {
    case nil: true
    case .noSecretKey: !certificate.hasSecret
    default: false
    }
  }

  /// The user IDs that a line of a list is about.
  private var named: [UserID] {
    let wanted = addresses.flatMap(certificate.userIDs(for:))
    return wanted.isEmpty ? certificate.userIDs.filter(\.isUsable) : wanted
  }

  private var state: String {
    if let problem = certificate.problem(for: .encryption, at: now) {
      return problem.words + (canSign ? ", only signs" : "")
    }
    var words = certificate.hasSecret ? ["your own key"] : []
    if words.isEmpty {
      let best = named.filter(\.isTrusted)
      words.append(best.lazy.compactMap(\.acceptance).first ?? (best.isEmpty ? "not verified" : "verified"))
    }
    if !canSign { words.append("cannot sign") }
    if let expires = certificate.expires { words.append("expires \(calendarDate(expires))") }
    return words.joined(separator: ", ")
  }

  private func facts(_ key: Subkey) -> [String] {
    var facts = [key.algorithm, key.uses.map(\.rawValue).sorted().joined(separator: " + ")]
    if let created = key.created { facts.append("made \(calendarDate(created))") }
    if let card = key.card { facts.append("on card \(TerminalText.visible(card))") }
    if certificate.hasSecret, !key.hasSecret { facts.append("secret part not here") }
    if let expires = key.expires { facts.append("\(expires > now ? "expires" : "expired") \(calendarDate(expires))") }
    if key.flags.contains(.revoked) { facts.append("revoked") }
    return facts
  }
}

extension UserID {
  /// Whether GnuPG holds it valid, and it is not revoked.
  fileprivate var isTrusted: Bool { isUsable && validity >= .full }

  /// What GnuPG and the user hold of it, in a word.
  fileprivate var state: String {
    if isRevoked { return "revoked" }
    if isInvalid { return "invalid" }
    return switch validity {
    case .unknown, .undefined: "not verified"
    case .never: "not trusted"
    case .marginal: "marginally verified"
    case .full: acceptance ?? "verified"
    case .ultimate: "your own"
    }
  }

  /// That the user accepted it, and when; nil where GnuPG holds it valid for another reason.
  fileprivate var acceptance: String? {
    ownAcceptance.map { "accepted by you, \(calendarDate($0))" }
  }
}

extension Session {
  /// The certificates as they are, for a program that asked for a dry run; a person was told what would be done.
  ///
  /// - Throws: `Failure` when it cannot be written.
  func listUnchanged(_ certificates: [Certificate]) throws(Failure) {
    if console.format == .json { try list(certificates) }
  }

  /// Prints certificates as a list: JSON, or one line each, two on a terminal that is too narrow for one.
  ///
  /// - Parameters:
  ///   - time: when they are judged; nil for when the run began.
  ///   - addresses: what was asked for; empty for all of them.
  /// - Throws: `Failure` when it cannot be written.
  func list(_ certificates: [Certificate], at time: Int64? = nil, for addresses: [String] = []) throws(Failure) {
    let reports = certificates.map { CertificateReport(certificate: $0, now: time ?? now, addresses: addresses) }
    switch console.format {
    case .json: try console.report(.report(["certificates": .array(reports.map(\.json))]))
    case .text:
      try console.report(
        Table.lines(
          reports.map { $0.row(style: console.terminal.outputStyle) }, columns: console.terminal.outputColumns))
    }
  }
}
