package import ByteStreams
package import SystemPackage

/// An mbox into which mail is fetched.
///
/// A message that is there is known by its mark. One that is not may never have come, or may have been moved by a mail reader since:
/// nobody can tell, so only one at a time is under way.
package final class MboxInbox: FetchDestination {
  private let archive: MboxArchive
  private let now: Int64
  /// What is complete and not there yet, by its name.
  private var parcels: [String: Parcel] = [:]

  package let batchLimit = 1

  /// Opens an mbox, or makes one for its owner alone, with the folders above it that are missing.
  ///
  /// - Parameters:
  ///   - path: absolute, so that another run from another place understands it.
  ///   - now: the time of the delivery, in seconds since 1970.
  /// - Throws: `MailboxProblem`.
  package init(_ path: FilePath, now: Int64) throws(MailboxProblem) {
    try MailboxProblem.streaming { () throws(StreamError) in try Folders.createWhole(path.removingLastComponent()) }
    archive = try MboxArchive(path)
    self.now = now
  }

  package func begin(_ message: RemoteMessage) throws(StreamError) -> any FetchDelivery {
    let base = MaildirName.next(at: Int(now))
    let delivery = Delivery(
      base: base, flags: message.flags.isEmpty ? nil : message.flags, isNamedByContent: false, isQuoted: false)
    let receipt = DeliveryReceipt(place: archive.path.string, name: base, detail: "", time: now)
    return Draft(
      inbox: self, sink: try archive.draft(for: delivery), delivery: delivery, receipt: receipt,
      time: message.delivered)
  }

  package func publish(_ receipts: [DeliveryReceipt]) throws(StreamError) {
    for receipt in receipts {
      guard let parcel = parcels.removeValue(forKey: receipt.name) else { continue }
      try archive.deliver(parcel)
    }
  }

  package func discard(_ receipts: [DeliveryReceipt]) {
    for receipt in receipts { parcels[receipt.name] = nil }
  }

  package func settle(_ receipt: DeliveryReceipt) -> DeliverySettlement {
    guard archive.claim(receipt.name) == .isThere else {
      archive.release(receipt.name)
      return .unknown
    }
    return .delivered
  }

  /// The mark in the mbox is the message's own, and stays.
  package func release(_ receipts: [DeliveryReceipt]) {}

  /// What was begun has no name, and went away with its run.
  package func tidy() {}

  /// A message on its way.
  private final class Draft: FetchDelivery {
    private let inbox: MboxInbox
    private let sink: any StoringSink
    private let delivery: Delivery
    private let receipt: DeliveryReceipt
    private let time: Int64?

    init(
      inbox: MboxInbox, sink: any StoringSink, delivery: Delivery, receipt: DeliveryReceipt, time: Int64?
    ) {
      (self.inbox, self.sink, self.delivery, self.receipt, self.time) = (inbox, sink, delivery, receipt, time)
    }

    func write(_ bytes: [UInt8]) throws(StreamError) { try sink.write(bytes) }

    func stage() throws(StreamError) -> DeliveryReceipt {
      inbox.parcels[receipt.name] = try inbox.archive.finish(sink, as: delivery, at: time)
      return receipt
    }

    func store() throws(StreamError) -> ByteStore { try sink.store() }
  }
}
