import GPGME
import MailTransport
import SealedMail
import Synchronization

/// Opens fetched messages while the next ones come, and tells of each in the order in which they came.
struct FetchJudging: Sendable {
  private struct Arrival: Sendable {
    let mail: FetchedMail
    let number: Int
  }

  /// What is told of one message.
  private enum Telling: Sendable {
    case line(String)
    case entry(JSONValue)
  }

  /// What is told to programs, in the end.
  private final class Entries: Sendable {
    let list = Mutex<[JSONValue]>([])
  }

  private let entries: Entries
  private let work: OrderedWork<Arrival, Telling>

  /// So many messages may wait to be judged, each an open file: twice what appears at a time.
  private static let ahead = 64

  /// - Parameters:
  ///   - questions: of the whole connection.
  ///   - progress: the bar that lines are not to be mixed with.
  init(_ session: Session, _ questions: MessageOpener.Questions, _ progress: Progress) {
    let (console, engine, entries) = (session.console, session.engine, Entries())
    self.entries = entries
    work = OrderedWork(
      ahead: Self.ahead,
      start: {
        let opener = try MessageOpener(engine, questions)
        return { arrival in
          // Of now, not of the session's beginning: one that watches lasts for weeks.
          let (mail, options) = (arrival.mail, OpenOptions(now: currentTime()))
          let message = StoredMessage(single: mail.bytes, name: mail.receipt.name, number: arrival.number)
          let outcome = try MailboxRun.open(message, options, with: opener)
          let row = MessageRow(message: message, outcome: outcome, unmet: nil)
          return console.format == .json
            ? .entry(FetchReport.entry(mail).adding("verdict", row.json(status: row.status)))
            : .line(row.summary(console.terminal.outputStyle, columns: console.terminal.outputColumns))
        }
      },
      stop: { engine.cancellation?.cancel() },
      deliver: { telling in
        switch telling {
        case .entry(let entry): entries.list.withLock { $0.append(entry) }
        case .line(let line) where console.detail != .quiet: try progress.aside { try console.report([line]) }
        case .line: break
        }
      })
  }

  /// Hands over a delivered message, and waits where too many are to be judged before it.
  ///
  /// - Throws: what makes going on senseless: an output that cannot be written, gpg missing.
  func take(_ mail: FetchedMail, number: Int) throws { try work.add(Arrival(mail: mail, number: number)) }

  /// Waits until everything is told; must be called in the end, whatever happened.
  ///
  /// - Returns: the entries of a report for programs.
  /// - Throws: as ``take(_:number:)``.
  func finish() throws -> [JSONValue] {
    try work.finish()
    return entries.list.withLock { $0 }
  }
}
