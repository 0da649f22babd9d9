import GPGME
import SealedMail

/// What came of asking for one certificate of the keyring.
struct RefreshReport {
  /// As it is now.
  let certificate: Certificate
  let outcome: Outcome
  var changes: [CertificateChange] = []
  /// User IDs that were not taken.
  var omitted: [String] = []
  let now: Int64

  enum Outcome: String {
    case updated, unchanged
    /// Nobody who answered has it.
    case missing
    /// Nobody answered.
    case unasked
  }

  /// One line: mark, fingerprint, user ID, what changed.
  func line(style: Style) -> String {
    let mark: Style.Mark =
      switch outcome {
      case .updated: changes.contains(.revoked) ? .warning : .good
      case .unchanged: .nothing
      case .missing: .unknown
      case .unasked: .warning
      }
    let userID = certificate.userIDs.first(where: \.isUsable) ?? certificate.userIDs.first
    let words =
      switch outcome {
      case .updated: changes.map(\.words).joined(separator: "; ")
      case .unchanged: "unchanged"
      case .missing: "not there"
      case .unasked: "nobody answered"
      }
    return [
      style.mark(mark), certificate.fingerprint.short,
      TerminalText.userID(userID?.text), TerminalText.visible(words),
    ].joined(separator: "  ")
  }

  /// The members of its JSON object.
  var json: JSONValue {
    CertificateReport(certificate: certificate, now: now).json
      .adding("outcome", .string(outcome.rawValue))
      .adding("changes", .array(changes.map(\.json)))
      .adding("omittedUserIDs", .strings(omitted))
  }
}

extension CertificateChange {
  /// The change as `--json` has it.
  var json: JSONValue { .members(["kind": .string(name), "text": .string(words)]) }
}
