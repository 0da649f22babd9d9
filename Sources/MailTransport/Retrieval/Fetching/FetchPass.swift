import ByteStreams

/// Fetches what is new in a mailbox on a server, once.
///
/// Whatever ends it early, what was delivered is noted, and nothing is half delivered.
package final class FetchPass {
  private let journal: any FetchJournal
  private let destination: any FetchDestination
  private let wishes: FetchWishes
  private let tell: (FetchEvent) throws -> Void

  /// What this pass knows, for the next one.
  package private(set) var memory: FetchMemory

  private var batch = Batch()
  /// Whether the whole mailbox is looked at the next time, not only what came since.
  private var looksAtAll = true
  /// What the server was told to remove, which it has when it took leave.
  private var removed: [RemoteMessage.ID] = []

  /// So many octets at most share one note in the journal.
  private static let batchOctets = 16 << 20
  /// Nobody waits longer for a message that has come.
  private static let batchTime: Duration = .seconds(1)

  /// - Parameters:
  ///   - memory: what an earlier pass of the same run knew.
  ///   - tell: hears what happens; an error of it ends the pass.
  package init(
    _ wishes: FetchWishes, into destination: any FetchDestination, journal: any FetchJournal,
    memory: FetchMemory = FetchMemory(), tell: @escaping (FetchEvent) throws -> Void
  ) {
    self.wishes = wishes
    self.destination = destination
    self.journal = journal
    self.memory = memory
    self.tell = tell
  }

  /// Fetches, delivers and, where that is wanted, removes; the connection stays open.
  ///
  /// The first time all messages are looked at, and after that those that came since.
  /// - Throws: `TransportError`, `StreamError`, `FetchError`, what the journal and `tell` throw.
  package func run(on mailbox: any RemoteMailbox) throws {
    memory.current = nil
    let listing = looksAtAll ? try mailbox.messages() : try mailbox.news()
    looksAtAll = false
    let choice = try FetchChoice(listing, wishes, journal, mailbox: mailbox.name, noting: true)
    let (wanted, tooLarge) = choice.messages(
      besides: memory.avoided.union(memory.delivered), atMost: wishes.count.map { $0 - memory.delivered.count })
    try tell(.found(count: wanted.count, octets: wanted.reduce(0) { $0 + ($1.octets ?? 0) }))
    for message in tooLarge where memory.named.insert(message.id).inserted {
      try tell(.left(message, .tooLarge(octets: message.octets ?? 0, limit: wishes.octets)))
    }
    do { try fetch(wanted, from: mailbox) } catch {
      // What came whole before is delivered all the same; if even that cannot be, the first error is the one to tell.
      try? flush()
      throw error
    }
    if wishes.removes { try remove(from: mailbox, listing) }
  }

  /// Tries again what was left alone.
  package func retryAvoided() {
    guard !memory.avoided.isEmpty else { return }
    memory.avoided = []
    looksAtAll = true
  }

  private func fetch(_ wanted: [RemoteMessage], from mailbox: any RemoteMailbox) throws {
    var received = 0
    for message in wanted {
      memory.current = message
      received += try fetch(message, from: mailbox, before: received)
      memory.current = nil
      if batch.isFull(destination.batchLimit) { try flush() }
    }
    try flush()
  }

  /// - Returns: how many octets came.
  private func fetch(
    _ message: RemoteMessage, from mailbox: any RemoteMailbox, before: Int
  ) throws -> Int {
    let limit = wishes.octets
    let delivery = try destination.begin(message)
    var octets = 0
    do {
      try mailbox.fetch(message) { bytes in
        octets += bytes.count
        guard octets <= limit else { throw FetchError.largerThanSaid(limit: limit) }
        try delivery.write(bytes)
        try tell(.received(octets: before + octets))
      }
    } catch let error as TransportError {
      // Once is enough: what is refused now is refused in the next moment too.
      switch error {
      case .messageMissing: memory.avoided.insert(message.id)
      case .messageRefused, .commandRefused:
        memory.avoided.insert(message.id)
        try tell(.left(message, .server(error)))
      default: throw error
      }
      return octets
    }
    let receipt = try delivery.stage()
    batch.add(FetchedMail(message: message, receipt: receipt, bytes: try delivery.store()), octets)
    return octets
  }

  /// Lets what has come appear, and notes it.
  private func flush() throws {
    let messages = batch.messages
    guard !messages.isEmpty else { return }
    batch = Batch()
    let receipts = messages.map(\.receipt)
    do { try journal.stage(messages.map { StagedMessage(id: $0.message.id, receipt: $0.receipt) }) } catch {
      destination.discard(receipts)
      throw error
    }
    try destination.publish(receipts)
    try journal.noteDelivered(messages.map(\.message.id), removalIsDue: wishes.removes)
    destination.release(receipts)
    for mail in messages { memory.delivered.insert(mail.message.id) }
    for mail in messages { try tell(.delivered(mail)) }
  }

  /// Removes what was delivered, by this run or one before that was to remove it.
  private func remove(from mailbox: any RemoteMailbox, _ listing: [RemoteMessage]) throws {
    let fates = try journal.record().fates
    let due = listing.filter { fates[$0.id] == .delivered(removalIsDue: true) }
    if !due.isEmpty { try mailbox.remove(due) }
    removed = due.map(\.id)
  }

  /// Takes leave, after which what was removed is gone.
  ///
  /// - Returns: how many messages were removed.
  /// - Throws: `TransportError`, what the journal throws.
  package func close(_ mailbox: any RemoteMailbox) throws -> Int {
    do throws(TransportError) { try mailbox.close() } catch {
      // Everything was delivered and noted: only for removing it matters how the server takes leave.
      guard removed.isEmpty else { throw error }
      return 0
    }
    return try noteRemoved()
  }

  /// Notes what is gone from a server that removes at once.
  ///
  /// - Returns: how many messages were removed.
  /// - Throws: what the journal throws.
  package func noteRemoved() throws -> Int {
    try journal.noteRemoved(removed)
    defer { removed = [] }
    return removed.count
  }

  /// Messages that are complete and wait for the next note in the journal.
  private struct Batch {
    private(set) var messages: [FetchedMail] = []
    private var octets = 0
    private let start = ContinuousClock.now

    mutating func add(_ mail: FetchedMail, _ octets: Int) {
      messages.append(mail)
      self.octets += octets
    }

    func isFull(_ limit: Int) -> Bool {
      messages.count >= limit || octets >= FetchPass.batchOctets
        || ContinuousClock.now - start > FetchPass.batchTime
    }
  }
}
