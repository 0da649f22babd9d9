import MailTransport
import SealedMail

extension MailboxRun {
  /// Which line a message gets.
  enum Listing: Sendable {
    /// For programs: `verify`.
    case verdicts
    /// For people: `read --summary`.
    case summary
  }

  /// Prints one line for each message, and what all of them come to.
  ///
  /// - Returns: for verdicts the status of all messages; for a summary 0 when each message was read, whatever its verdict, and met
  ///   the requirements.
  /// - Throws: see `run`.
  func list(_ listing: Listing) throws -> ExitStatus {
    let console = session.console
    let (style, columns) = (console.terminal.outputStyle, console.terminal.outputColumns)
    let (requirements, options) = (requirements, options)
    // On one terminal a bar would be drawn into the list, which shows by itself how it goes on.
    let progress = console.terminal.outputIsTerminal ? nil : Progress("judging", counting: .messages, on: console)
    let tally = try run(
      progress: progress?.isWanted == true ? progress : nil,
      act: { message, opener in
        let outcome = try Self.open(message, options, with: opener)
        let row = MessageRow(message: message, outcome: outcome, unmet: try outcome.unmet(requirements))
        let status = listing == .verdicts ? row.status : row.failure?.status ?? .done
        let line =
          switch (console.format, listing) {
          case (.json, _): row.json(status: status).text
          case (.text, .verdicts): row.line(style, columns: columns)
          case (.text, .summary): row.summary(style, columns: columns)
          }
        return MessageFinding(
          number: message.number, name: message.name,
          status: status, keyword: row.keyword,
          failure: row.complaint, lines: [line])
      },
      report: { finding in
        if console.format == .json || console.detail != .quiet { try console.report(finding.lines) }
        if let failure = finding.failure {
          progress?.finish()
          console.explain(failure, of: finding.name)
        }
      })
    if listing == .verdicts || tally.count != 1 { console.note(tally.sentence) }
    return tally.status
  }
}

extension MailboxRun.Outcome {
  /// Which of the `--require-…` options an opened message does not meet.
  func unmet(_ requirements: RequirementOptions?) throws -> Failure? {
    guard let requirements, case .opened(let opened) = self else { return nil }
    return try VerdictReport(opened: opened).unmet(requirements)
  }
}

extension Console {
  /// Why one message of many failed; the JSON of the message says it already.
  func explain(_ failure: Failure, of message: String) {
    for sentence in failure.sentences { note("\(message): \(sentence)") }
  }
}
