import ByteStreams
import MailTransport
import Synchronization
import SystemPackage

/// One run of `fetch`: every mailbox that was named, once or for as long as it is watched.
final class FetchRun: Sendable {
  private let session: FetchSession
  private let orders: FetchOrders
  private let given = Mutex<ServerAccess?>(nil)

  init(_ session: Session, _ orders: FetchOrders) {
    self.session = FetchSession(session)
    self.orders = orders
  }

  /// So often a run connects again because a message broke the connection.
  private static let breakLimit = 3
  private static let longestPause: Duration = .seconds(300)

  /// - Throws: `Failure`; `MailStateError`, `StreamError`, what makes going on senseless.
  func perform() async throws -> ExitStatus {
    var runs = try orders.errands.map { try MailboxFetch($0, orders, session) }
    var told: Set<String> = []
    var status = ExitStatus.done
    var pause: Duration = .seconds(1)
    while true {
      do {
        if let folders = orders.folders {
          status = MailboxTally.worse(status, try await look(for: folders, &runs, &told))
        }
        for run in runs { status = MailboxTally.worse(status, try await fetch(run, isOneOfMany: !orders.isOfOne)) }
        guard orders.watches else { return status }
        pause = .seconds(1)
        // One mailbox that tells of its news was waited for already.
        try await RetrievalLine.run { [orders] line in try line.pause(orders.isOfOne ? .zero : orders.interval) }
      } catch let error as TransportError {
        guard orders.watches, runs.contains(where: \.hasBeenOpen), error.isOfTheConnection else {
          throw Failure(fetching: error)
        }
        session.console.note("\(error); it is tried again in \(pause.components.seconds) s")
        let time = pause
        do { try await RetrievalLine.run { line in try line.pause(time) } } catch let error as TransportError {
          throw Failure(fetching: error)
        }
        pause = min(pause * 2, Self.longestPause)
      }
    }
  }

  /// Asks the server for its mailboxes, and takes up those that are new; says once what is left out.
  ///
  /// - Throws: as `perform`.
  private func look(
    for folders: FolderOrders, _ runs: inout [MailboxFetch], _ told: inout Set<String>
  ) async throws -> ExitStatus {
    let listing = try await client(of: folders.source).folders()
    let choice = FolderChoice(listing, folders)
    let known = Dictionary(uniqueKeysWithValues: runs.map { ($0.errand.key, $0) })
    runs = try choice.errands.map { try known[$0.key] ?? MailboxFetch($0, orders, session) }
    let leftOut = choice.leftOut.map { ForeignText($0).description }
    if !leftOut.isEmpty, told.insert(leftOut.joined(separator: "\n")).inserted {
      session.console.note("left out: \(leftOut.joined(separator: ", ")); `--folder NAME` has one of them fetched, too")
    }
    if listing.namelessCount > 0, told.insert("nameless").inserted {
      let count = listing.namelessCount == 1 ? "1 mailbox" : "\(listing.namelessCount) mailboxes"
      session.console.note("left out: \(count) on the server, with a name that is wrongly encoded")
    }
    var status = ExitStatus.done
    for failure in choice.failures {
      if told.insert(failure.sentences.joined()).inserted { session.console.fail(failure) }
      status = MailboxTally.worse(status, failure.status)
    }
    return status
  }

  /// One mailbox, over as many connections as messages break.
  ///
  /// - Parameter isOneOfMany: what concerns this mailbox alone is said, and the others are fetched all the same.
  private func fetch(_ run: MailboxFetch, isOneOfMany: Bool) async throws -> ExitStatus {
    var breaks = 0
    while true {
      let client = try await client(of: run.errand.source)
      do {
        return try await RetrievalLine.run { line in try run.perform(line, client) }
      } catch {
        guard let message = run.blame(for: error), breaks < Self.breakLimit else {
          try run.tellRest()
          if isOneOfMany, let failure = Self.concernsOneMailbox(error) {
            session.console.fail(failure)
            return failure.status
          }
          throw Self.told(error)
        }
        breaks += 1
        run.leave(message, because: error)
      }
    }
  }

  /// Tokens age: each connection asks for the secret anew, unless it came by a descriptor, which gives it once.
  private func client(of source: RetrievalSource) async throws -> MailboxClient {
    let access: ServerAccess
    do {
      if let given = given.withLock({ $0 }) {
        access = given
      } else {
        access = try await session.session.access(to: source.server, .fetching, orders.choice)
      }
    } catch {
      throw Failure(error)?.opened(by: "not fetched") ?? error
    }
    if orders.choice.secret != nil { given.withLock { $0 = access } }
    return try MailboxClient(
      source, credential: access.credential, options: access.options, plaintext: orders.choice.plaintext)
  }

  /// The failure, where another mailbox of the same server may do well.
  private static func concernsOneMailbox(_ error: any Error) -> Failure? {
    switch error {
    case let error as FetchError: Failure(error)
    case TransportError.mailboxMissing, TransportError.mailboxChanged:
      (error as? TransportError).map { Failure(fetching: $0) }
    default: nil
    }
  }

  private static func told(_ error: any Error) -> any Error {
    switch error {
    case let error as FetchError: Failure(error)
    case let error as StreamError: Failure(error).opened(by: "not fetched")
    default: error
    }
  }
}

/// What a run needs of the session, on whatever thread it works.
struct FetchSession: Sendable {
  let session: Session
  var console: Console { session.console }
  var now: Int64 { session.now }

  init(_ session: Session) { self.session = session }
}

extension TransportError {
  /// Whether another connection may do better: the network or the server was away.
  var isOfTheConnection: Bool {
    switch self {
    case .hostUnknown, .cannotConnect, .timedOut, .connectionLost: true
    case .turnedAway(_, _, let isTemporary): isTemporary
    default: false
    }
  }
}
