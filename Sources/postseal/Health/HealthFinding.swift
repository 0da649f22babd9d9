/// One thing that `doctor` or `key check` looked at, and how it is.
struct HealthFinding: Equatable, Sendable {
  /// What was looked at, in the order in which it is told.
  enum Check: String, Sendable {
    case library, gpg, home, socket, agent, pinentry, terminal, dirmngr, gpgConf, configuration, account, ownKey
    case revocation, backup, clock, certificate, submitter, fetcher, tls, sent

    /// The name as a person reads it.
    var words: String {
      switch self {
      case .gpgConf: "gpg.conf"
      case .ownKey: "own key"
      case .tls: "TLS"
      default: rawValue
      }
    }
  }

  /// How it is.
  enum State: String, Sendable {
    case ok
    /// Worth knowing; nothing that is wrong.
    case note
    case problem
  }

  /// What it is that was found, where all is not well.
  enum Kind: String, Sendable {
    case gpgMissing, gpgTooOld, libraryTooOld, gpgFailed
    case homeMissing, homeUnusable, homeOwner, homeMode
    case socketPathTooLong, agentNotRunning, pinentryMissing, unknown
    case otherTerminal, noTerminal, nobodyToAsk, dirmngrMissing
    case gpgConfLine
    case configurationWrong, accountMissing, accountKeyMissing, accountKeyUnusable, mappedKeyMissing
    case noDefaultAccount, submitWrong, fetchWrong, passwordMissing, sendmailMissing, submitterFailed, noServer
    case fetcherFailed, tlsExpires, sentWrong, sentMissing, sentUnwritable, noAddress
    case noOwnKey, keyUnusable, keyReplaced, keyExpires, keyNotUltimate, keyringFailed, noRevocationCertificate
    case madeInFuture, certificateUnusable, certificateExpires, weakBinding, asksForAEAD
    case noBackup, backupTooOld
  }

  let check: Check
  let state: State
  /// Nil where all is well.
  let kind: Kind?
  let text: String
  /// What more is worth knowing; nil for nothing.
  var detail: String?
  /// What mends it; nil where nothing has to be done.
  let mend: String?
  /// What the run ends with because of it.
  let status: ExitStatus

  static func ok(_ check: Check, _ text: String) -> HealthFinding {
    HealthFinding(check: check, state: .ok, kind: nil, text: text, mend: nil, status: .done)
  }

  static func note(_ check: Check, _ kind: Kind, _ text: String, mend: String? = nil) -> HealthFinding {
    HealthFinding(check: check, state: .note, kind: kind, text: text, mend: mend, status: .done)
  }

  static func problem(
    _ check: Check, _ kind: Kind, _ status: ExitStatus, _ text: String, mend: String?
  ) -> HealthFinding {
    HealthFinding(check: check, state: .problem, kind: kind, text: text, mend: mend, status: status)
  }

  /// The problem that a failure amounts to.
  static func problem(_ check: Check, _ kind: Kind, _ failure: Failure) -> HealthFinding {
    problem(
      check, kind, failure.status, failure.sentences.joined(separator: "; "),
      mend: failure.hints.isEmpty ? nil : failure.hints.joined(separator: "; "))
  }

  /// One line, and one more where there is more to say or something mends it; what is wider than the terminal goes on below itself.
  ///
  /// - Parameter columns: of the terminal; nil for no limit.
  func lines(style: Style, columns: Int?) -> [String] {
    let mark: Style.Mark =
      switch state {
      case .ok: .good
      case .note: .warning
      case .problem: .bad
      }
    let name = TerminalText.padded(check.words, to: 13)
    let texts = [text, detail, mend.map { "mend: \($0)" }].compactMap(\.self).map { TerminalText.visible($0) }
    let lines = texts.flatMap { Table.broken($0, columns: columns, indent: 17) }
    return lines.enumerated().map { index, line in
      (index == 0 ? "\(style.mark(mark)) \(name)  " : TerminalText.padded("", to: 17)) + line
    }
  }

  /// The members of its JSON object.
  var json: JSONValue {
    .members([
      "check": .string(check.rawValue), "state": .string(state.rawValue), "kind": .optional(kind?.rawValue),
      "text": .string(text), "detail": .optional(detail), "mend": .optional(mend),
      "status": .number(Int(status.rawValue)),
    ])
  }
}
