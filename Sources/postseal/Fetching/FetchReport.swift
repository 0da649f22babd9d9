import ByteStreams
import MailTransport
import SealedMail
import SystemPackage

/// What came of fetching and was not told yet: it lasts from one connection of a run to the next.
struct FetchTally: Sendable {
  var count = 0
  var octets = 0
  var messages: [JSONValue] = []
  var left: [JSONValue] = []
}

/// What is told of fetching from one mailbox, over one connection.
final class FetchReport {
  private let errand: FetchOrders.Errand
  private let orders: FetchOrders
  private let session: Session
  private let progress: Progress
  private var total: Int?
  private var number: Int
  private let questions: MessageOpener.Questions
  /// What judges the messages that came, while there are some.
  private var judging: FetchJudging?

  /// What was not told yet, with that of earlier connections.
  private(set) var tally: FetchTally
  /// 75 when a message was not fetched that may come another time.
  private(set) var status = ExitStatus.done

  private var console: Console { session.console }

  /// - Parameters:
  ///   - firstNumber: of the next message in the summary.
  ///   - tally: what an earlier connection of this run left untold.
  init(
    _ errand: FetchOrders.Errand, _ orders: FetchOrders, _ session: Session, firstNumber: Int, tally: FetchTally
  ) {
    (self.errand, self.orders, self.session, self.tally) = (errand, orders, session, tally)
    number = firstNumber
    questions = MessageOpener.Questions(session.engine)
    progress = Progress("fetching", on: session.console)
  }

  /// Tells what happens.
  ///
  /// - Throws: what makes going on senseless: an output that cannot be written, gpg missing.
  func take(_ event: FetchEvent) throws {
    switch event {
    case .found(_, let octets): total = octets
    case .received(let octets): if !questions.areAsked { progress.advance(to: octets, of: total) }
    case .delivered(let mail): try delivered(mail)
    case .left(let message, let obstacle): leave(message, obstacle)
    }
  }

  private func delivered(_ mail: FetchedMail) throws {
    tally.count += 1
    tally.octets += mail.bytes.count
    defer { number += 1 }
    guard orders.judges else {
      if console.format == .json { tally.messages.append(Self.entry(mail)) }
      return
    }
    let judging = judging ?? FetchJudging(session, questions, progress)
    self.judging = judging
    try judging.take(mail, number: number)
  }

  /// Waits until every message that was delivered is judged and told of; must be called in the end, whatever happened.
  ///
  /// - Throws: as ``take(_:)``.
  func settle() throws {
    guard let judging else { return }
    self.judging = nil
    tally.messages += try judging.finish()
  }

  private func leave(_ message: RemoteMessage, _ obstacle: FetchObstacle) {
    progress.finish()
    let id = StateJournal.text(message.id)
    switch obstacle {
    case .tooLarge(let octets, let limit):
      let cause = "it has \(ByteCount(octets)), and \(ByteCount(limit)) is the limit"
      console.note("message \(id) is left on the server: \(cause)")
      tally.left.append(Self.entry(message, "too-large", cause))
    case .server(let error):
      status = .tryAgain
      if console.format == .text { console.fail(Failure(.tryAgain, "message \(id) is left on the server: \(error)")) }
      tally.left.append(Self.entry(message, "refused", error.description))
    }
  }

  /// A message that was delivered, for programs.
  static func entry(_ mail: FetchedMail) -> JSONValue {
    .members([
      "id": .string(StateJournal.text(mail.message.id)), "octets": .number(mail.bytes.count),
      "file": .string(mail.receipt.name),
    ])
  }

  /// A message that stays on the server, for programs.
  static func entry(_ message: RemoteMessage, _ kind: String, _ cause: String) -> JSONValue {
    .members([
      "id": .string(StateJournal.text(message.id)), "octets": .optional(message.octets),
      "why": .string(kind), "cause": .string(cause),
    ])
  }

  /// Tells what was not told yet, and begins a new count.
  ///
  /// Of one that brought nothing is told only at the end.
  /// - Throws: as ``take(_:)``.
  func finish(on mailbox: String, removed: Int, isLast: Bool) throws {
    try settle()
    progress.finish()
    defer { tally = FetchTally() }
    let (count, octets) = (tally.count, tally.octets)
    let isWatched = orders.watches
    if count == 0, removed == 0, isWatched || !isLast { return }
    if console.format == .json {
      return try console.report(
        .report([
          "source": .string(errand.source.url), "into": .string(errand.target.path.string),
          "messages": .array(tally.messages), "left": .array(tally.left), "removed": .number(removed),
        ]))
    }
    guard console.detail != .quiet else { return }
    var sentence =
      count == 0
      ? "no new messages on \(mailbox)"
      : "\(count == 1 ? "1 new message" : "\(count) new messages"), \(ByteCount(octets)), from \(mailbox) into \(errand.target.path)"
    if removed > 0 { sentence += "; \(removed) removed there" }
    try console.report([TerminalText.visible(sentence)])
  }

  /// What would be fetched.
  func show(_ wanted: [RemoteMessage], _ tooLarge: [RemoteMessage], on mailbox: String) throws(Failure) {
    let octets = wanted.reduce(0) { $0 + ($1.octets ?? 0) }
    if console.format == .json {
      return try console.report(
        .report([
          "source": .string(errand.source.url), "into": .string(errand.target.path.string), "dryRun": .bool(true),
          "messages": .array(
            wanted.map {
              .members([
                "id": .string(StateJournal.text($0.id)), "octets": .optional($0.octets),
                "delivered": .optional($0.delivered),
              ])
            }),
          "left": .array(tooLarge.map { Self.entry($0, "too-large", "") }),
        ]))
    }
    guard console.detail != .quiet else { return }
    let rows = wanted.map { message in
      let day = message.delivered.flatMap { LocalTime.day($0) } ?? "-"
      let size = message.octets.map { "\(ByteCount($0))" } ?? "-"
      let cells = [TerminalText.padded(day, to: 10), TerminalText.padded(size, to: 9), StateJournal.text(message.id)]
      return TerminalText.visible(cells.joined(separator: " "))
    }
    let sentence =
      "\(MailboxFetch.messages(wanted.count)), \(ByteCount(octets)), would come from \(mailbox) into \(errand.target.path)"
    let rest = tooLarge.isEmpty ? "" : "; \(MailboxFetch.messages(tooLarge.count)) would be left as too large"
    try console.report(rows + [TerminalText.visible(sentence + rest)])
  }

  /// What was taken note of without being fetched.
  func passed(_ count: Int, on mailbox: String) throws(Failure) {
    if console.format == .json {
      return try console.report(.report(["source": .string(errand.source.url), "passed": .number(count)]))
    }
    guard console.detail != .quiet else { return }
    try console.report([
      TerminalText.visible("\(MailboxFetch.messages(count)) on \(mailbox) noted as fetched, and not fetched")
    ])
  }
}
