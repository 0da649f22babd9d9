/// A message on a server as a list shows it.
package struct RemoteHead: Sendable {
  package let message: RemoteMessage
  package let uid: UInt32
  /// Its Date, From, Subject and Content-Type fields, as far as they fit into some kilobytes; what anybody may have written.
  package let header: [UInt8]
}

/// Some messages of a mailbox, and what is the same for all of them.
package struct RemoteHeads: Sendable {
  package let heads: [RemoteHead]
  /// The highest UID of the whole list.
  package let lastUID: UInt32
  package let validity: UInt32
}

extension IMAPMailbox {
  /// Passes the messages on, some at a time, in the order of their UIDs; none becomes seen.
  ///
  /// - Throws: `TransportError`, what `take` throws.
  func heads(_ take: (RemoteHeads) throws -> Void) throws {
    let uids = try search(.all)
    guard let last = uids.uids.last else { return }
    var count = 0
    for set in uids.texts(count: IMAPCommand.headCount) {
      let heads = try told(of: set, by: .heads(set)).map { uid, facts in
        count += 1
        return RemoteHead(message: message(uid, facts, number: count), uid: uid, header: facts.head ?? [])
      }
      try take(RemoteHeads(heads: heads, lastUID: last, validity: validity))
    }
  }
}
