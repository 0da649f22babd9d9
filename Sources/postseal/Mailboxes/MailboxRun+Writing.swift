import ByteStreams
import MailTransport
import SealedMail

extension MailboxRun {
  /// Writes every message, opened, into the archive; what cannot be opened is named, and left for another run.
  ///
  /// - Returns: 1 if any message was refused with it, else the highest status.
  /// - Throws: see `run`; also `StreamError` when the archive cannot be written.
  func write(into archive: any MailboxWriter) throws -> ExitStatus {
    let requirements = requirements
    var options = options
    options.scratch = archive.scratch
    let tally = try fill(archive, "opening") { [options] delivery, opener in
      try delivery.write { message in
        let outcome = try Self.open(message, options, with: opener)
        guard case .opened(let opened) = outcome else { return .refused(outcome) }
        let row = MessageRow(message: message, outcome: outcome, unmet: try outcome.unmet(requirements))
        guard row.failure == nil, let content = opened.content else { return .refused(outcome, row.failure) }
        return .written(outcome) { try content.write(restoring: opened.header, marked: opened.verdict, into: $0) }
      }
    }
    session.console.note(tally.sentence(["\(tally[.written]) written into \(archive.path)"]))
    return tally.status
  }

  /// So many messages may wait for one that takes long, each of them whole.
  private static let parcelsAhead = 64

  /// Goes over the mailbox, delivers in its order what is delivered in order, and reports.
  func fill(
    _ archive: any MailboxWriter, _ what: String,
    act: @escaping @Sendable (ArchivedMessage, MessageOpener) throws -> MessageFinding
  ) throws -> MailboxTally {
    let console = session.console
    let progress = Progress(what, counting: .messages, on: console)
    return try run(
      progress: progress.isWanted ? progress : nil, ahead: Self.parcelsAhead,
      act: { message, opener in try act(ArchivedMessage(message: message, archive: archive), opener) },
      report: { finding in
        if let parcel = finding.parcel {
          finding.parcel = nil
          do { try archive.deliver(parcel) } catch StreamError.exists { finding.deed = .present }
        }
        try Self.tell(finding, on: console, progress)
      })
  }

  /// Prints what was done with a message, or why it was not.
  static func tell(_ finding: MessageFinding, on console: Console, _ progress: Progress) throws {
    if console.format == .json, let json = finding.json {
      try console.report([json.adding("deed", .string(finding.deed?.rawValue ?? "")).text])
    }
    if let note = finding.note {
      progress.finish()
      console.note("\(TerminalText.visible(finding.name)): \(note)")
    }
    guard let failure = finding.failure else { return }
    progress.finish()
    console.explain(failure, of: finding.name)
  }
}

extension MailboxTally {
  /// `12 messages: 9 written into opened, 1 there already, 2 not written`.
  func sentence(_ parts: [String]) -> String {
    var parts = parts
    if self[.present] > 0 { parts.append("\(self[.present]) there already") }
    if self[.refused] > 0 { parts.append("\(self[.refused]) not written") }
    return "\(messages): \(parts.joined(separator: ", "))"
  }
}
