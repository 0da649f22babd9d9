package import ByteStreams

/// A mailbox of this machine into which mail is fetched, byte for byte as it came.
package protocol FetchDestination: AnyObject {
  /// So many messages at most are under way at a time.
  var batchLimit: Int { get }

  /// Begins a message, of which nobody sees anything yet.
  ///
  /// - Throws: `system`.
  func begin(_ message: RemoteMessage) throws(StreamError) -> any FetchDelivery

  /// Lets staged messages appear, each in one step, and brings that to the disk.
  ///
  /// - Throws: `system`; what has appeared then stays.
  func publish(_ receipts: [DeliveryReceipt]) throws(StreamError)

  /// Removes staged messages, none of which appeared.
  func discard(_ receipts: [DeliveryReceipt])

  /// What became of a message that an earlier run staged here.
  ///
  /// - Throws: `system`.
  func settle(_ receipt: DeliveryReceipt) throws(StreamError) -> DeliverySettlement

  /// Lets go of what tells that these appeared: that is noted elsewhere now.
  func release(_ receipts: [DeliveryReceipt])

  /// Removes what runs from the same source left that were ended before they could note it; none of them may be under way.
  ///
  /// - Throws: `system`.
  func tidy() throws(StreamError)
}

/// A message that is being written; letting go of it before it is staged leaves nothing.
package protocol FetchDelivery: AnyObject {
  func write(_ bytes: [UInt8]) throws(StreamError)

  /// Brings all of it to the disk, still unseen, where it outlasts the end of this process.
  ///
  /// - Throws: `system`; then nothing is left.
  func stage() throws(StreamError) -> DeliveryReceipt

  /// What was written, readable after it was staged, wherever it is moved to.
  ///
  /// - Throws: `system`.
  func store() throws(StreamError) -> ByteStore
}

/// What became of a message that was staged when a run ended early.
package enum DeliverySettlement: Sendable, Equatable {
  /// It is delivered: it had appeared, or has now.
  case delivered
  /// It never appeared, and nothing of it is left.
  case lost
  /// Nobody can tell: it may have appeared and been moved since, or have gone with a mailbox that was removed.
  case unknown
}
