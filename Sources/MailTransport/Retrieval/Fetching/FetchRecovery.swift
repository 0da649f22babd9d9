/// Finds out what became of the messages that were under way when an earlier run ended.
package enum FetchRecovery {
  /// Looks each of them up, and notes it.
  ///
  /// - Parameter destination: opens the mailbox of this machine where a message was staged; nil when it is there no more.
  /// - Returns: how many may have been delivered and will come again, because nobody can tell.
  /// - Throws: `StreamError`, what the journal and `destination` throw.
  package static func settle(
    _ journal: any FetchJournal, _ wishes: FetchWishes, destination: (String) throws -> (any FetchDestination)?
  ) throws -> Int {
    var unknown = 0
    // In one order always, which is the order of names.
    let staged = try journal.record().fates.compactMap { id, fate -> StagedMessage? in
      guard case .staged(let receipt) = fate else { return nil }
      return StagedMessage(id: id, receipt: receipt)
    }.sorted { $0.receipt.name < $1.receipt.name }
    for message in staged {
      let place = try destination(message.receipt.place)
      switch try place?.settle(message.receipt) {
      case .delivered: try journal.noteDelivered([message.id], removalIsDue: wishes.removes)
      case .lost: try journal.forget([message.id])
      case .unknown, nil:
        unknown += 1
        try journal.forget([message.id])
      }
      place?.release([message.receipt])
    }
    return unknown
  }
}
