package import ByteStreams
package import SystemPackage

/// A mailbox of this machine into which messages are delivered: a Maildir or an mbox.
///
/// Every message has a name that says where it came from: a second run finds what is there already. Used by several threads at once.
package protocol MailboxWriter: Sendable {
  /// Where the mailbox is.
  var path: FilePath { get }
  /// A folder where large plaintext of its messages may lie without a name.
  var scratch: FilePath { get }

  /// Asks for a name; who gets it gives it back by `release` when the message does not come.
  func claim(_ base: String) -> MailboxClaim

  /// Gives a name back.
  func release(_ base: String)

  /// Where a message is collected; dropping it leaves nothing.
  ///
  /// - Throws: `exists`, `system`.
  func draft(for delivery: Delivery) throws(StreamError) -> any StoringSink

  /// Ends a draft. A Maildir delivers it, durable when this returns, and gives nil; an mbox, which has an order, gives what is delivered
  /// when its turn has come.
  ///
  /// - Parameter time: when the message was delivered first, in seconds since 1970; nil for now.
  /// - Throws: `exists` when a message of that name came meanwhile; `system`.
  func finish(_ draft: any StoringSink, as delivery: Delivery, at time: Int64?) throws(StreamError) -> Parcel?

  /// Delivers what `finish` gave; durable when this returns.
  ///
  /// - Throws: `exists` when a message of that name came meanwhile; `system`, with EAGAIN and the act "lock" when another program has the
  ///   mailbox locked for long.
  func deliver(_ parcel: Parcel) throws(StreamError)
}

/// A message that is complete and lies where nobody sees it until it is delivered.
package struct Parcel: Sendable {
  package let content: ByteStore
  package let delivery: Delivery
  /// When it was delivered first, in seconds since 1970; nil for now.
  package let time: Int64?

  package init(content: ByteStore, delivery: Delivery, time: Int64?) {
    self.content = content
    self.delivery = delivery
    self.time = time
  }
}

/// Whether a name is free in a mailbox.
package enum MailboxClaim: Sendable, Equatable {
  /// It is free, and nobody else of this run gets it.
  case free
  /// A message of that name was there when the run began.
  case isThere
  /// Another message of this run has it.
  case isTaken
}

/// Why a mailbox cannot be written.
package enum MailboxProblem: Error, Equatable, Sendable {
  /// The folder holds other things than a Maildir.
  case notMaildir
  /// The file holds other things than an mbox.
  case notMbox
  /// Another run writes into it.
  case inUse
  /// It cannot be made, locked or read.
  case stream(StreamError)

  /// Does what reads or makes files, its error as one of ours.
  static func streaming<Value>(_ act: () throws(StreamError) -> Value) throws(MailboxProblem) -> Value {
    do throws(StreamError) { return try act() } catch { throw .stream(error) }
  }
}
