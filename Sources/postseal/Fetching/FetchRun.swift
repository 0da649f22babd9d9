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
    let runs = try orders.errands.map { try MailboxFetch($0, orders, session) }
    var status = ExitStatus.done
    var pause: Duration = .seconds(1)
    while true {
      do {
        for run in runs { status = MailboxTally.worse(status, try await fetch(run)) }
        guard orders.watches else { return status }
        pause = .seconds(1)
        // One mailbox that tells of its news was waited for already.
        try await RetrievalLine.run { [orders] line in try line.pause(runs.count > 1 ? orders.interval : .zero) }
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

  /// One mailbox, over as many connections as messages break.
  private func fetch(_ run: MailboxFetch) async throws -> ExitStatus {
    var breaks = 0
    while true {
      let client = try await client(of: run.errand.source)
      do {
        return try await RetrievalLine.run { line in try run.perform(line, client) }
      } catch {
        guard let message = run.blame(for: error), breaks < Self.breakLimit else {
          try run.tellRest()
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
