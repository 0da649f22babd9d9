import ByteStreams
import MailTransport
import Synchronization
import SystemPackage

/// One run of `fetch`: every mailbox that was named, once or for as long as it is watched.
final class FetchRun: Sendable {
  private let session: Session
  private let orders: FetchOrders
  private let given = Mutex<ServerAccess?>(nil)

  init(_ session: Session, _ orders: FetchOrders) {
    self.session = session
    self.orders = orders
  }

  /// So often a run connects again because a message broke the connection.
  private static let breakLimit = 3
  private static let longestPause: Duration = .seconds(300)

  /// What a run of many mailboxes knows, of which one at a time is open.
  private struct Memory {
    var status = ExitStatus.done
    /// By the bytes of the mailboxes' keys: two names may look alike.
    var kept: [[UInt8]: MailboxFetch.State] = [:]
    /// What was said already.
    var told: Set<String> = []
    var hasBeenOpen = false
  }

  /// - Throws: `Failure`; `MailStateError`, `StreamError`, what makes going on senseless.
  func perform() async throws -> ExitStatus {
    let single = orders.isOfOne ? try MailboxFetch(orders.errands[0], orders, session) : nil
    var memory = Memory()
    var pause: Duration = .seconds(1)
    while true {
      do {
        if let single {
          memory.status = MailboxTally.worse(memory.status, try await fetch(single))
        } else {
          try await fetchEach(&memory)
        }
        guard orders.watches else { return memory.status }
        pause = .seconds(1)
        // One mailbox that tells of its news was waited for already.
        try await RetrievalLine.run { [orders] line in try line.pause(orders.isOfOne ? .zero : orders.interval) }
      } catch let error as TransportError {
        guard orders.watches, single?.hasBeenOpen ?? memory.hasBeenOpen, error.isOfTheConnection else {
          throw Failure(fetching: error)
        }
        session.console.note("\(error); it is tried again in \(pause.components.seconds) s")
        let time = pause
        do { try await RetrievalLine.run { line in try line.pause(time) } } catch let error as TransportError {
          throw Failure(fetching: error)
        }
        pause = min(pause * 2, Self.longestPause)
      } catch {
        throw Self.told(error)
      }
    }
  }

  /// One round over many mailboxes; what concerns one alone is said, and the others are fetched from all the same.
  private func fetchEach(_ memory: inout Memory) async throws {
    if orders.choice.secret == nil { given.withLock { $0 = nil } }
    let errands = try await errands(&memory)
    let keys = Set(errands.map { Array($0.key.utf8) })
    memory.kept = memory.kept.filter { keys.contains($0.key) }
    for errand in errands {
      do {
        let key = Array(errand.key.utf8)
        let run = try MailboxFetch(errand, orders, session, memory.kept[key] ?? MailboxFetch.State())
        defer {
          memory.kept[key] = run.kept
          memory.hasBeenOpen = memory.hasBeenOpen || run.hasBeenOpen
        }
        memory.status = MailboxTally.worse(memory.status, try await fetch(run))
      } catch {
        guard let failure = Self.ofOneMailbox(error) else { throw error }
        tell(failure, &memory)
      }
    }
  }

  /// The mailboxes that were named, or those that the server has now; says once what is left out.
  private func errands(_ memory: inout Memory) async throws -> [FetchOrders.Errand] {
    guard let folders = orders.folders else { return orders.errands }
    let listing = try await client(of: folders.source).folders()
    memory.hasBeenOpen = true
    let choice = FolderChoice(listing, folders)
    let leftOut = choice.leftOut.map { ForeignText($0).description }.joined(separator: ", ")
    if !leftOut.isEmpty, memory.told.insert(leftOut).inserted {
      session.console.note("left out: \(leftOut); `--folder NAME` has one of them fetched, too")
    }
    if listing.namelessCount > 0, memory.told.insert("nameless").inserted {
      let count = listing.namelessCount == 1 ? "1 mailbox" : "\(listing.namelessCount) mailboxes"
      session.console.note("left out: \(count) on the server, with a name that is wrongly encoded")
    }
    for failure in choice.failures { tell(failure, &memory) }
    return choice.errands
  }

  private func tell(_ failure: Failure, _ memory: inout Memory) {
    if memory.told.insert(failure.sentences.joined(separator: "\n")).inserted { session.console.fail(failure) }
    memory.status = MailboxTally.worse(memory.status, failure.status)
  }

  /// The failure, where another mailbox of the same server may do well.
  private static func ofOneMailbox(_ error: any Error) -> Failure? {
    switch error {
    case let error as FetchError: return Failure(error)
    case TransportError.mailboxMissing, TransportError.mailboxChanged:
      return (error as? TransportError).map { Failure(fetching: $0) }
    case let failure as Failure: return [.tryAgain, .cannotCreate].contains(failure.status) ? failure : nil
    default: return nil
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
          throw error
        }
        breaks += 1
        run.leave(message, because: error)
      }
    }
  }

  /// Tokens age: each connection to one mailbox, and each round over many, asks for the secret anew, unless it came by a descriptor,
  /// which gives it once.
  private func client(of source: RetrievalSource) async throws -> MailboxClient {
    let access: ServerAccess
    do {
      if let given = given.withLock({ $0 }) {
        access = given
      } else {
        access = try await session.access(to: source.server, .fetching, orders.choice)
      }
    } catch {
      throw Failure(error)?.opened(by: "not fetched") ?? error
    }
    if orders.choice.secret != nil || !orders.isOfOne { given.withLock { $0 = access } }
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
