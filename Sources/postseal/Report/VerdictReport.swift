import GPGME
import MIME
import SealedMail

/// A verdict as it is shown, as it is printed in JSON, and as an exit status.
struct VerdictReport {
  let opened: OpenedMessage

  private var verdict: Verdict { opened.verdict }

  /// More lines would push the finding off the screen, and anybody can send ten thousand odd parts.
  private static let factLimit = 16
  /// And anybody can send a megabyte of a name.
  private static let factColumns = 500

  /// The From address; nil where there is no single one.
  var sender: String? {
    let from = opened.header.from
    guard from.count == 1, opened.header.fields.count(where: { $0.isNamed("From") }) == 1 else { return nil }
    return from[0].address.text
  }

  /// The mark of the finding.
  var mark: Style.Mark { VerdictSummary(verdict, sender: nil, time: LocalTime.minute).mark.shown }

  /// The lines in front of a message: the finding, what stands behind it, and what was hidden on the way.
  ///
  /// - Parameter columns: where lines are broken, so that no foreign text starts a line of the terminal; nil for nowhere.
  func lines(style: Style, columns: Int?) -> [String] {
    let summary = VerdictSummary(verdict, sender: sender, time: LocalTime.minute)
    var facts = [summary.headline] + summary.details
    if let hidden = opened.header.hiddenSubject { facts.append("subject was hidden on the way (\"\(hidden)\")") }
    return Self.lines(facts, mark: summary.mark, style: style, columns: columns)
  }

  /// The finding and what stands behind it in a frame that no foreign text among it leaves.
  static func lines(_ facts: [String], mark: VerdictSummary.Mark, style: Style, columns: Int?) -> [String] {
    var facts = facts
    if facts.count > Self.factLimit {
      let more = facts.count - Self.factLimit
      facts = facts.prefix(Self.factLimit) + ["… and \(more) more, which `--json` lists"]
    }
    let sign = mark == .good ? "" : style.mark(mark.shown) + " "
    var lines = facts.flatMap {
      let fact = TerminalText.truncated(TerminalText.visible(String($0.prefix(Self.factColumns))), to: Self.factColumns)
      // What goes on is set in: a line of its own is one of ours, and what stands in it may be a name.
      return TerminalText.wrapped(style.fit(fact), to: columns.map { $0 - 8 }).enumerated()
        .map { $0 == 0 ? $1 : "    \($1)" }
    }
    lines[0] = sign + lines[0]
    guard lines.count > 1 else { return lines }
    let frame = ["╭"] + Array(repeating: "│", count: lines.count - 2) + ["╰"]
    return zip(frame, lines).map { "\($0) \($1)" }
  }

  /// The status of `verify`: the number of its finding.
  var status: ExitStatus { verdict.status }

  /// Which of the `--require-…` options is not met; nil when all are.
  func unmet(_ requirements: RequirementOptions) throws(MIMEError) -> Failure? {
    if requirements.requireEncrypted, verdict.encryption != .whole {
      return Failure(.badVerdict, "the message is not encrypted as a whole, and --require-encrypted asks for that")
    }
    if requirements.requireSignature || requirements.requireSigner != nil, !verdict.isGoodAndTrusted {
      return Failure(.badVerdict, "the message has no good signature by a verified certificate, and one is required")
    }
    if let wanted = requirements.requireSigner {
      let address = try AddrSpec(wanted)
      guard let own = verdict.signer?.address, let signer = try? AddrSpec(own), signer == address else {
        return Failure(.badVerdict, "the message is not signed by \(wanted)")
      }
    }
    return nil
  }
}

extension Verdict {
  /// The number of its finding.
  var status: ExitStatus {
    switch signature {
    case .good: isGoodAndTrusted ? .done : .signerNotVerified
    case .none, .partial: .nothingSigned
    case .bad, .weak, .malformed: .badVerdict
    case .unknownSigner: .signerUnknown
    case .senderMismatch: .signerNotVerified
    case .expired, .revoked: .signerExpired
    }
  }
}

extension VerdictSummary.Mark {
  fileprivate var shown: Style.Mark {
    switch self {
    case .good: .good
    case .unsigned: .nothing
    case .unknown: .unknown
    case .alert: .warning
    }
  }
}

extension EncryptionFinding {
  /// Why the message was not opened; nil when it was, or needed no opening.
  var refusal: DecryptionRefusal? {
    if case .refused(let refusal) = self { refusal } else { nil }
  }
}
