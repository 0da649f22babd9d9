/// What is remembered between runs of one mailbox on a server; what a call noted outlasts `kill -9` and power cuts when it returns.
///
/// A message is delivered in three steps, so that whatever ends a run the next one knows what was done: it is complete where nobody
/// looks (`stage`), it appears (one step of the file system), and that is noted (`noteDelivered`). Only then it may be removed
/// from the server.
package protocol FetchJournal {
  /// All that is known.
  func record() throws -> FetchRecord

  /// Begins anew with another numbering of the server: all that was known is forgotten. Source: RFC 3501 §2.3.1.1
  func begin(validity: UInt32) throws

  /// Notes that these messages lie complete where their receipts say, and are about to appear.
  func stage(_ messages: [StagedMessage]) throws

  /// Notes that they appeared; `removalIsDue` for those that are to be removed from the server.
  func noteDelivered(_ ids: [RemoteMessage.ID], removalIsDue: Bool) throws

  /// Notes that these were not delivered and are to be fetched again.
  func forget(_ ids: [RemoteMessage.ID]) throws

  /// Notes that these are not wanted, without having been fetched.
  func pass(_ ids: [RemoteMessage.ID]) throws

  /// Notes that these are gone from the server.
  func noteRemoved(_ ids: [RemoteMessage.ID]) throws

  /// Notes which messages the server has, so that what it has not had for long may be forgotten.
  func noteListing(_ ids: [RemoteMessage.ID]) throws
}

/// What is known of the messages of one mailbox on a server.
package struct FetchRecord: Sendable, Equatable {
  /// The numbering that the UIDs belong to; nil for a POP3 maildrop, and where nothing is known.
  package var validity: UInt32?
  package var fates: [RemoteMessage.ID: FetchFate]

  package init(validity: UInt32? = nil, fates: [RemoteMessage.ID: FetchFate] = [:]) {
    self.validity = validity
    self.fates = fates
  }
}

/// How far a message is that was on the server.
package enum FetchFate: Sendable, Equatable {
  /// It was complete where the receipt says when that was noted; whether it appeared has to be looked up.
  case staged(DeliveryReceipt)
  /// It was delivered; and is perhaps still to be removed from the server.
  case delivered(removalIsDue: Bool)
  /// It is not wanted.
  case passed
}

/// A message that is complete and has not appeared yet.
package struct StagedMessage: Sendable, Equatable {
  package let id: RemoteMessage.ID
  package let receipt: DeliveryReceipt

  package init(id: RemoteMessage.ID, receipt: DeliveryReceipt) {
    self.id = id
    self.receipt = receipt
  }
}

/// Where a message lies until it appears, and as what it will.
package struct DeliveryReceipt: Sendable, Equatable {
  /// The mailbox of this machine: an absolute path.
  package let place: String
  /// Its name there.
  package let name: String
  /// What else the mailbox needs to know of it.
  package let detail: String
  /// When it was staged, in seconds since 1970.
  package let time: Int64

  package init(place: String, name: String, detail: String, time: Int64) {
    self.place = place
    self.name = name
    self.detail = detail
    self.time = time
  }
}
