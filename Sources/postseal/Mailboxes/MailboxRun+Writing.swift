import ByteStreams
import MailTransport
import SealedMail

extension MailboxRun {
  /// Writes every message, opened, into the archive; what cannot be opened is named, and left for another run.
  ///
  /// - Returns: 1 if any message was refused with it, else the highest status.
  /// - Throws: see `run`; also `StreamError` when the archive cannot be written.
  func write(into archive: MaildirArchive) async throws -> ExitStatus {
    let console = session.console
    let requirements = requirements
    let progress = Progress("opening", counting: .messages, on: console)
    var options = options
    options.scratch = archive.scratch
    let tally = try await run(
      options: options, progress: progress.isWanted ? progress : nil,
      act: { message, open in
        try ArchivedMessage.write(message, into: archive, requirements, open: open)
      },
      report: { finding in
        if console.format == .json { try console.report(finding.lines) }
        guard let failure = finding.failure else { return }
        progress.finish()
        console.explain(failure, of: finding.name)
      })
    var parts = ["\(tally[.written]) written into \(archive.path)"]
    if tally[.present] > 0 { parts.append("\(tally[.present]) there already") }
    if tally[.refused] > 0 { parts.append("\(tally[.refused]) not written") }
    console.note("\(tally.messages): \(parts.joined(separator: ", "))")
    return tally.status
  }
}

/// A message on its way into the archive.
private enum ArchivedMessage {
  /// Opens and writes it, unless it is there.
  ///
  /// - Throws: what would meet every other message too.
  static func write(
    _ message: StoredMessage, into archive: MaildirArchive, _ requirements: RequirementOptions,
    open: (StoredMessage) throws -> MailboxRun.Outcome
  ) throws -> MessageFinding {
    let delivery: Delivery
    do throws(StreamError) { delivery = try message.delivery() } catch {
      guard let failure = Failure(ofOneMessage: error) else { throw error }
      return finding(message, .failed(failure), .refused, failure)
    }
    switch archive.claim(delivery.base) {
    case .free: break
    case .isTaken where !delivery.isNamedByContent:
      let failure = Failure(.cannotCreate, "another message has the same name")
      return finding(message, .failed(failure), .refused, failure)
    case .isThere, .isTaken: return finding(message, nil, .present, nil)
    }
    var isWritten = false
    defer { if !isWritten { archive.release(delivery.base) } }
    let outcome = try open(message)
    guard case .opened(let opened, let bytes) = outcome else {
      return finding(message, outcome, .refused, MessageRow(message: message, outcome: outcome, unmet: nil).failure)
    }
    let row = MessageRow(message: message, outcome: outcome, unmet: try outcome.unmet(requirements))
    guard row.failure == nil, let content = opened.content else {
      return finding(message, outcome, .refused, row.failure)
    }
    do {
      let file = try archive.file(for: delivery)
      try content.write(restoring: opened.header, marked: opened.verdict, into: file)
      if let time = message.delivered(bytes) { try file.date(to: time) }
      try file.finish()
      isWritten = true
      return finding(message, outcome, .written, nil)
    } catch StreamError.exists {
      return finding(message, nil, .present, nil)
    } catch {
      guard let failure = Failure(ofOneMessage: error) else { throw error }
      return finding(message, .failed(failure), .refused, failure)
    }
  }

  private static func finding(
    _ message: StoredMessage, _ outcome: MailboxRun.Outcome?, _ deed: MessageFinding.Deed, _ failure: Failure?
  ) -> MessageFinding {
    let status = failure?.status ?? .done
    let row = outcome.map { MessageRow(message: message, outcome: $0, unmet: nil) }
    let json =
      row?.json(status: status)
      ?? .report(["message": .string(message.name), "number": .number(message.number), "status": .number(0)])
    return MessageFinding(
      number: message.number, name: message.name, status: status, keyword: row?.keyword ?? "", deed: deed,
      failure: failure, lines: [json.adding("deed", .string(deed.rawValue)).text])
  }
}
