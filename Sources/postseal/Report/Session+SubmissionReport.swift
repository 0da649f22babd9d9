import MIME
import MailTransport
import SealedMail

extension Session {
  /// The report of `--dry-run`, on standard output.
  ///
  /// - Parameter file: the message's file, where the run is about several.
  /// - Throws: `Failure` when it cannot be written.
  func report(_ prepared: Prepared, opening: String, file: String? = nil) throws(Failure) {
    let report = SealReport(prepared: prepared)
    switch console.format {
    case .json: try console.report(.report(report.json).naming(file))
    case .text:
      try console.report(
        report.lines(style: console.terminal.outputStyle, columns: console.terminal.outputColumns, opening: opening))
    }
  }

  /// Tells what became of every copy, and gives the status that this amounts to.
  ///
  /// A report that cannot be written is told on standard error and changes no status: who takes it for mail that was not sent
  /// would send it twice.
  /// - Parameter file: the message's file, where the run is about several.
  func report(
    _ outcome: Dispatch.Outcome, of prepared: Prepared, file: String? = nil,
    telling extent: SubmissionReport.Extent = .planAndFate
  ) -> ExitStatus {
    if console.format == .text { console.fail(Failure(.done, sentences: outcome.troubles, hints: [])) }
    switch outcome.result {
    case .success(let report): return self.report(report, outcome, of: prepared, file, extent)
    case .failure(let error):
      let failure = Failure(error).keeping(outcome.entries)
      // As text it stands below the file's name.
      console.fail(console.format == .json ? file.map(failure.opened) ?? failure : failure)
      return failure.status
    }
  }

  private func report(
    _ report: SubmissionReport, _ outcome: Dispatch.Outcome, of prepared: Prepared, _ file: String?,
    _ extent: SubmissionReport.Extent
  ) -> ExitStatus {
    let status = report.failure.map { ExitStatus($0) } ?? .done
    if report.lacksNotices {
      console.note("\(report.channel) gives no word of a message's fate, so that none was asked for")
    }
    let fates = report.copies.flatMap(\.recipients)
    if console.format == .json {
      let seal = SealReport(prepared: prepared)
      attempt { () throws(Failure) in
        try console.report(
          JSONValue.report(seal.json).naming(file).adding("submission", Self.json(report))
            .adding("outbox", .array(outcome.entries.map(\.json))).adding("copyKeptIn", .optional(outcome.keptIn))
            .adding("troubles", .strings(outcome.troubles)))
      }
      return status
    }
    let opening = prepared.plan.protection.participle
    var lines: [String] = []
    if extent == .planAndFate {
      lines = SealReport(prepared: prepared).lines(
        style: console.terminal.outputStyle, columns: console.terminal.outputColumns, opening: opening)
    }
    if status == .done {
      let words = fates.compactMap(\.fate.words).first { !$0.isEmpty }
      lines.append("sent through \(report.channel)" + (words.map { ": \($0)" } ?? ""))
    }
    if let place = outcome.keptIn { lines.append("copy kept in \(TerminalText.visible(place)), sealed to yourself") }
    if console.tellsSuccess { attempt { () throws(Failure) in try console.report(lines) } }
    if status != .done {
      let failure = Failure(report, status: status)
      // What stays in the outbox is not to be sent anew.
      let hints = outcome.entries.isEmpty ? failure.hints : []
      let told = Failure(status, sentences: failure.sentences, hints: hints)
      console.fail(told.keeping(outcome.entries, isOut: report.isOut))
    }
    return status
  }

  private func attempt(_ write: () throws(Failure) -> Void) {
    do throws(Failure) { try write() } catch { console.fail(error) }
  }

  private static func json(_ outcome: SubmissionReport) -> JSONValue {
    .members([
      "channel": .string(outcome.channel),
      "recipients": .array(
        outcome.copies.flatMap(\.recipients).map {
          .members([
            "address": .string($0.address.text), "fate": .string($0.fate.name),
            "words": .optional($0.fate.words?.description),
          ])
        }),
      "interruption": .optional(outcome.interruption?.description), "lacksNotices": .bool(outcome.lacksNotices),
    ])
  }
}

extension JSONValue {
  /// The same with the file that it is about, where there are several.
  fileprivate func naming(_ file: String?) -> JSONValue { file.map { adding("file", .string($0)) } ?? self }
}

extension Failure {
  /// What to tell when not everybody got their copy: each recipient's fate.
  init(_ outcome: SubmissionReport, status: ExitStatus) {
    let fates = outcome.copies.flatMap(\.recipients)
    let opening =
      switch outcome.finding {
      case .all, .some: "partly sent through \(outcome.channel)"
      case .none: "not sent through \(outcome.channel)"
      case .unknown: "it is unknown whether \(outcome.channel) took the message"
      }
    var sentences = [opening + (outcome.interruption.map { ": \($0)" } ?? "")]
    sentences += fates.map { report in
      "\(report.address.text): \(report.fate.sentence)" + (report.fate.words.map { ": \($0)" } ?? "")
    }
    let hint =
      switch outcome.finding {
      case .unknown: "sending it again may deliver it twice; ask a recipient first"
      case .some: "send a message of its own to those who did not get it"
      default: status == .tryAgain ? "run it again later" : "correct the addresses, then run it again"
      }
    self.init(status, sentences: sentences, hints: [hint])
  }
}

extension Failure {
  /// The same failure, saying what of the mail stays in the outbox and what can be done with it.
  ///
  /// - Parameter isOut: whether somebody has the message, or may have it.
  func keeping(_ entries: [OutboxEntry], isOut: Bool = false) -> Failure {
    guard !entries.isEmpty else { return self }
    let names = entries.map { "\($0.id) (\($0.state.rawValue))" }.joined(separator: ", ")
    let copies = entries.filter { $0.record.purpose == .delivery }
    var hints = hints
    if copies.contains(where: { $0.state == .waiting }) {
      let again =
        isOut || copies.contains { $0.record.messageID == nil }
        ? "do not send the message a second time" : "the same message sent again replaces it"
      hints.append("`postseal outbox send` sends what waits; \(again)")
    }
    if let unknown = copies.first(where: { $0.state == .unknown }) {
      hints.append("ask a recipient whether it came; if not: `postseal outbox send --resend \(unknown.id)`")
    }
    if let group = entries.first?.id.group {
      hints.append("`postseal outbox drop \(group)` gives it up, to correct the message and send it anew")
    }
    return Failure(status, sentences: sentences + ["kept in the outbox: \(names)"], hints: hints)
  }
}

extension SubmissionReport {
  /// How much of it a person is told.
  enum Extent: Sendable {
    case planAndFate
    /// For whom it is was shown before.
    case fate
  }
}

extension RecipientFate {
  /// What the server or program said.
  var words: ForeignText? {
    switch self {
    case .accepted(let words), .refusedTemporarily(let words), .refusedPermanently(let words), .unknown(let words):
      words
    case .withheld: nil
    }
  }

  fileprivate var name: String {
    switch self {
    case .accepted: "accepted"
    case .refusedTemporarily: "refused-temporarily"
    case .refusedPermanently: "refused"
    case .withheld: "withheld"
    case .unknown: "unknown"
    }
  }

  fileprivate var sentence: String {
    switch self {
    case .accepted: "accepted"
    case .refusedTemporarily: "refused for now"
    case .refusedPermanently: "refused"
    case .withheld: "not handed over, because of the others"
    case .unknown: "handed over, but no answer came"
    }
  }
}

extension SealedMail.Protection {
  /// What was done, in a word.
  fileprivate var participle: String {
    switch self {
    case .sealed, .encryptedOnly: "sealed"
    case .signed: "signed"
    case .clear: "in clear"
    }
  }
}
