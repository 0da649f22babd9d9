import ByteStreams
import MailTransport
import Synchronization
import SystemPackage

/// Fetching from one mailbox on a server, over one connection after the other.
final class MailboxFetch: Sendable {
  let errand: FetchOrders.Errand
  private let orders: FetchOrders
  private let session: Session
  private let journal: StateJournal
  private let state: Mutex<State>

  /// What is known from one connection to the next.
  struct State: Sendable {
    var memory = FetchMemory()
    var hasBeenOpen = false
    var isLost = false
    var status = ExitStatus.done
    /// Messages of this run, for their numbers in the summary.
    var count = 0
    /// What was not told yet.
    var tally = FetchTally()
    /// What the mailbox was called when it was open last.
    var name = ""
    /// When a message was left alone last.
    var left: ContinuousClock.Instant?

    /// Whether what was left alone is worth another try: a while has passed since.
    var mayRetry: Bool { left.map { ContinuousClock.now - $0 > .seconds(600) } ?? false }
  }

  /// Locks the mailbox for this run, and finds out what became of what an earlier one left.
  ///
  /// - Parameter state: what this run kept when it was at this mailbox before.
  /// - Throws: `Failure` 73, 75 and 78, `MailStateError`, `StreamError`.
  init(
    _ errand: FetchOrders.Errand, _ orders: FetchOrders, _ session: Session, _ state: State = State()
  ) throws {
    (self.errand, self.orders, self.session) = (errand, orders, session)
    self.state = Mutex(state)
    journal = try StateJournal(errand.key, called: errand.source.name, now: session.now)
    guard orders.deed == .fetch else { return }
    let key = errand.key
    let unknown = try FetchRecovery.settle(journal, orders.wishes) { place in
      let path = FilePath(place)
      if Maildir.exists(at: path) { return try Self.inbox(.maildir, path, key, session.now) }
      return Folders.holdsFile(path) ? try Self.inbox(.mbox, path, key, session.now) : nil
    }
    if unknown > 0 {
      session.console.note(
        "an earlier run was ended, and nobody can tell whether it delivered \(Self.messages(unknown)): "
          + "\(unknown == 1 ? "it comes" : "they come") again")
    }
    try destination().tidy()
  }

  /// What to give to the next one for this mailbox.
  var kept: State { state.withLock { $0 } }

  /// Whether there was a connection in this run.
  var hasBeenOpen: Bool { state.withLock { $0.hasBeenOpen } }

  /// Connects, and does what was ordered; with `--watch` until the connection is lost.
  ///
  /// - Throws: `TransportError`, `FetchError`, `Failure`, `StreamError`, `MailStateError`.
  func perform(_ line: RetrievalLine, _ client: MailboxClient) throws -> ExitStatus {
    let mailbox = try line.open(client)
    opened(mailbox)
    let report = report()
    let survey = FetchSurvey(orders.wishes, journal: journal)
    switch orders.deed {
    case .showOnly:
      let (wanted, tooLarge) = try survey.wanted(on: mailbox)
      try mailbox.close()
      try report.show(wanted, tooLarge, on: mailbox.name)
      return .done
    case .passEverything:
      let count = try survey.passEverything(on: mailbox)
      try mailbox.close()
      try report.passed(count, on: mailbox.name)
      return .done
    case .fetch: break
    }
    let pass = FetchPass(
      orders.wishes, into: try destination(), journal: journal, memory: state.withLock { $0.memory }, tell: report.take)
    do {
      try fetch(from: mailbox, pass, report, line)
    } catch {
      defer { keep(pass.memory, report) }
      try report.settle()
      throw error
    }
    return state.withLock { $0.status }
  }

  /// Tells what came before an error that ends the run, or makes it wait.
  ///
  /// - Throws: `Failure`.
  func tellRest() throws {
    let report = report()
    try report.finish(on: state.withLock { $0.name }, removed: 0, isLast: false)
    state.withLock { $0.tally = report.tally }
  }

  private func report() -> FetchReport {
    let (count, tally) = state.withLock { ($0.count, $0.tally) }
    return FetchReport(errand, orders, session, firstNumber: count + 1, tally: tally)
  }

  private func fetch(
    from mailbox: any RemoteMailbox, _ pass: FetchPass, _ report: FetchReport, _ line: RetrievalLine
  ) throws {
    // Who waits for one mailbox holds the connection; several are asked in turn, and a maildrop would be locked.
    let stays = orders.watches && orders.isOfOne && errand.source.spoken == .imap
    while true {
      let start = ContinuousClock.now
      if state.withLock({ $0.mayRetry }) { pass.retryAvoided() }
      try pass.run(on: mailbox)
      keep(pass.memory, report)
      guard stays else { break }
      try finish(report, on: mailbox, removed: try pass.noteRemoved(), isLast: false)
      try wait(for: mailbox, since: start, line)
    }
    let removed = try pass.close(mailbox)
    try finish(report, on: mailbox, removed: removed, isLast: true)
    if orders.watches, orders.isOfOne { try line.pause(orders.interval) }
  }

  private func finish(
    _ report: FetchReport, on mailbox: any RemoteMailbox, removed: Int, isLast: Bool
  ) throws {
    defer { state.withLock { $0.tally = report.tally } }
    try report.finish(on: mailbox.name, removed: removed, isLast: isLast)
  }

  /// Until there is news, or it is time to ask; news without pause are not followed at once.
  ///
  /// - Parameter look: when the last look at the mailbox began.
  private func wait(
    for mailbox: any RemoteMailbox, since look: ContinuousClock.Instant, _ line: RetrievalLine
  ) throws(TransportError) {
    let start = ContinuousClock.now
    let hasNews = try mailbox.waitForNews(atMost: orders.interval)
    let rest = hasNews ? Self.shortestRound - (.now - look) : orders.interval - (.now - start)
    if rest > .zero { try line.pause(rest) }
  }

  /// From one look at a mailbox to the next, whatever the server tells meanwhile.
  private static let shortestRound: Duration = .seconds(3)

  private func opened(_ mailbox: any RemoteMailbox) {
    let (isFirst, wasLost) = state.withLock { state in
      defer { (state.hasBeenOpen, state.isLost, state.name) = (true, false, mailbox.name) }
      return (!state.hasBeenOpen, state.isLost)
    }
    if orders.watches, isFirst { session.console.note("watching \(mailbox.name)") }
    if wasLost { session.console.note("\(mailbox.name) is there again") }
  }

  private func keep(_ memory: FetchMemory, _ report: FetchReport) {
    state.withLock { state in
      state.memory = memory
      state.count = memory.delivered.count
      state.tally = report.tally
      state.status = MailboxTally.worse(state.status, report.status)
    }
  }

  /// The message that broke a connection; nil when the error is of another kind, or another message's.
  func blame(for error: any Error) -> RemoteMessage? {
    state.withLock { state in
      if error is TransportError { state.isLost = true }
      switch error {
      case TransportError.connectionLost, TransportError.timedOut, TransportError.protocolViolation,
        FetchError.largerThanSaid:
        return state.memory.current
      default: return nil
      }
    }
  }

  /// Leaves a message alone for the rest of the run.
  func leave(_ message: RemoteMessage, because error: any Error) {
    let cause = (error as? TransportError)?.description ?? "it became larger than the server said"
    state.withLock { state in
      state.tally.left.append(FetchReport.entry(message, "broken", cause))
      state.memory.avoided.insert(message.id)
      state.left = .now
      state.status = MailboxTally.worse(state.status, .tryAgain)
      state.isLost = false
    }
    session.console.fail(
      Failure(.tryAgain, "message \(StateJournal.text(message.id)) is left on the server: \(cause)"))
  }

  private func destination() throws -> any FetchDestination {
    try Self.inbox(errand.target.kind, errand.target.path, errand.key, session.now)
  }

  private static func inbox(
    _ kind: MailboxPath.Kind, _ path: FilePath, _ key: String, _ now: Int64
  ) throws(Failure) -> any FetchDestination {
    do throws(MailboxProblem) {
      switch kind {
      case .maildir: return try MaildirInbox(path, source: key, now: now)
      case .mbox: return try MboxInbox(path, now: now)
      }
    } catch {
      switch error {
      case .notMaildir, .notMbox:
        throw Failure(
          .cannotCreate, "not fetched: \(path) holds other things than mail",
          hint: "name a new folder with `--into maildir:PATH`, or a new file with `--into mbox:PATH`")
      case .inUse:
        throw Failure(
          .tryAgain, "not fetched: another run writes into \(path)", hint: "run it again when that has ended")
      case .stream(let cause): throw Failure(cause).opened(by: "not fetched")
      }
    }
  }

  static func messages(_ count: Int) -> String { count == 1 ? "1 message" : "\(count) messages" }
}
