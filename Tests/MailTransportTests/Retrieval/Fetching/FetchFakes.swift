import ByteStreams
import SystemPackage
import TestSupport

@testable import MailTransport

/// Ends a run at one of its steps, before or after what the step does; from then on nothing works any more, as after `kill -9`.
final class Killer {
  struct Killed: Error {}

  private(set) var steps = 0
  private let last: Int
  private(set) var isOver = false

  /// - Parameter last: the half step that is the last one; even ones are before an act, odd ones after it.
  init(after last: Int = .max) { self.last = last }

  func act<Value>(_ body: () throws -> Value) throws -> Value {
    try step()
    let value = try body()
    try step()
    return value
  }

  private func step() throws {
    if steps == last { isOver = true }
    guard !isOver else { throw Killed() }
    steps += 1
  }
}

/// A mailbox on a server that is a list.
final class ListedMailbox: RemoteMailbox {
  let name = "mail.example.org"
  var texts: [(message: RemoteMessage, text: String)]
  /// Marked, and gone when leave is taken.
  private var marked: Set<RemoteMessage.ID> = []
  private let killer: Killer
  /// How many octets come at once.
  var piece = 10
  var fetched: [RemoteMessage.ID] = []
  /// What a fetch does instead.
  var fault: (RemoteMessage) throws -> Void = { _ in }
  /// Whether the connection is gone before leave is taken.
  var losesLeave = false

  init(_ count: Int, validity: UInt32? = nil, killer: Killer = Killer()) {
    self.killer = killer
    texts = (1...max(count, 1)).prefix(count).map { number in
      let text = "Subject: message \(number)\r\n\r\nThe text of it.\r\n"
      let id: RemoteMessage.ID = validity.map { .uid(UInt32(number), validity: $0) } ?? .uidl("id \(number)")
      return (RemoteMessage(id: id, number: number, octets: text.utf8.count, delivered: Int64(number) * 1000), text)
    }
  }

  func messages() throws(TransportError) -> [RemoteMessage] { texts.map(\.message) }

  func fetch(_ message: RemoteMessage, _ take: ([UInt8]) throws -> Void) throws {
    fetched.append(message.id)
    try fault(message)
    guard let text = texts.first(where: { $0.message.id == message.id })?.text else { return }
    var rest = Array(text.utf8)[...]
    while !rest.isEmpty {
      try killer.act { try take(Array(rest.prefix(piece))) }
      rest = rest.dropFirst(piece)
    }
  }

  func remove(_ messages: [RemoteMessage]) throws(TransportError) { marked.formUnion(messages.map(\.id)) }

  func waitForNews(atMost limit: Duration) -> Bool { false }

  func close() throws(TransportError) {
    if losesLeave { throw .connectionLost(host: name, phase: .quitting) }
    do { try killer.act { texts.removeAll { marked.contains($0.message.id) } } } catch {
      throw .connectionLost(host: name, phase: .quitting)
    }
  }
}

/// A journal in memory.
final class ListedJournal: FetchJournal {
  var known = FetchRecord()
  var listings = 0
  var killer = Killer()

  func record() -> FetchRecord { known }
  func begin(validity: UInt32) throws { try killer.act { known = FetchRecord(validity: validity) } }
  func stage(_ messages: [StagedMessage]) throws {
    try killer.act { for message in messages { known.fates[message.id] = .staged(message.receipt) } }
  }
  func noteDelivered(_ ids: [RemoteMessage.ID], removalIsDue: Bool) throws {
    try killer.act { for id in ids { known.fates[id] = .delivered(removalIsDue: removalIsDue) } }
  }
  func forget(_ ids: [RemoteMessage.ID]) throws { try killer.act { for id in ids { known.fates[id] = nil } } }
  func pass(_ ids: [RemoteMessage.ID]) throws { for id in ids { known.fates[id] = .passed } }
  func noteRemoved(_ ids: [RemoteMessage.ID]) throws {
    try killer.act { for id in ids { known.fates[id] = .delivered(removalIsDue: false) } }
  }
  func noteListing(_ ids: [RemoteMessage.ID]) throws { listings += 1 }
}

/// A real mailbox of this machine, each call to which may be the last.
final class MortalDestination: FetchDestination {
  private let other: any FetchDestination
  private let killer: Killer
  var batchLimit: Int { other.batchLimit }

  init(_ other: any FetchDestination, _ killer: Killer) {
    self.other = other
    self.killer = killer
  }

  private func act<Value>(_ body: () throws -> Value) throws(StreamError) -> Value {
    do { return try killer.act(body) } catch { throw error as? StreamError ?? .cancelled }
  }

  func begin(_ message: RemoteMessage) throws(StreamError) -> any FetchDelivery {
    Delivery(other: try act { try other.begin(message) }, destination: self)
  }
  func publish(_ receipts: [DeliveryReceipt]) throws(StreamError) {
    // One after the other, so that each can be the last.
    for receipt in receipts { try act { try other.publish([receipt]) } }
  }
  func tidy() throws(StreamError) { try other.tidy() }
  func discard(_ receipts: [DeliveryReceipt]) { if !killer.isOver { other.discard(receipts) } }
  func settle(_ receipt: DeliveryReceipt) throws(StreamError) -> DeliverySettlement {
    try act { try other.settle(receipt) }
  }
  func release(_ receipts: [DeliveryReceipt]) { if !killer.isOver { other.release(receipts) } }

  private final class Delivery: FetchDelivery {
    let other: any FetchDelivery
    let destination: MortalDestination

    init(other: any FetchDelivery, destination: MortalDestination) {
      self.other = other
      self.destination = destination
    }

    func write(_ bytes: [UInt8]) throws(StreamError) { try other.write(bytes) }
    func stage() throws(StreamError) -> DeliveryReceipt { try destination.act { try other.stage() } }
    func store() throws(StreamError) -> ByteStore { try other.store() }
  }
}

extension FetchWishes {
  /// What is delivered goes from the server.
  static var removing: FetchWishes {
    var wishes = FetchWishes()
    wishes.removes = true
    return wishes
  }
}

extension TemporaryFolder {
  /// The text of every message that somebody may see in the Maildir `box`, sorted.
  func visible() throws -> [String] {
    try contents().filter { $0.hasPrefix("box/new/") || $0.hasPrefix("box/cur/") }.map {
      String(decoding: try read($0), as: UTF8.self)
    }.sorted()
  }
}
