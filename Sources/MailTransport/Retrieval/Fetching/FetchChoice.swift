/// Which messages of a listing are wanted, by what is known of them.
struct FetchChoice {
  private let listing: [RemoteMessage]
  private let wishes: FetchWishes
  private let fates: [RemoteMessage.ID: FetchFate]

  /// - Parameters:
  ///   - mailbox: what errors call it.
  ///   - noting: whether the journal takes note of the listing and its numbering.
  /// - Throws: `FetchError`, what the journal throws.
  init(
    _ listing: [RemoteMessage], _ wishes: FetchWishes, _ journal: any FetchJournal, mailbox: String, noting: Bool
  ) throws {
    self.listing = listing
    self.wishes = wishes
    var record = try journal.record()
    if let validity = try Self.validity(of: listing), record.validity != validity {
      let isRenumbered = record.validity != nil
      guard !isRenumbered || wishes.everything || wishes.since != nil else {
        throw FetchError.renumbered(mailbox: mailbox)
      }
      record = FetchRecord(validity: validity)
      if noting { try journal.begin(validity: validity) }
      // Of another numbering everything is unknown: what is not wanted now must not come in silence the next time.
      let older = isRenumbered && !wishes.everything ? listing.filter { !$0.isWanted(by: wishes) }.map(\.id) : []
      if noting { try journal.pass(older) }
    }
    fates = record.fates
    if noting { try journal.noteListing(listing.map(\.id)) }
  }

  /// Those to be fetched, and those that are too large for it.
  ///
  /// - Parameter limit: so many at most; nil for all.
  func messages(
    besides others: Set<RemoteMessage.ID>, atMost limit: Int?
  ) -> (wanted: [RemoteMessage], tooLarge: [RemoteMessage]) {
    let new = listing.filter { message in
      message.isWanted(by: wishes) && !others.contains(message.id) && (wishes.everything || fates[message.id] == nil)
    }
    let wanted = new.filter { $0.octets ?? 0 <= wishes.octets }
    return (
      limit.map { Array(wanted.prefix(max(0, $0))) } ?? wanted, new.filter { $0.octets ?? 0 > wishes.octets }
    )
  }

  /// The one numbering of all messages; nil where there is none.
  private static func validity(of listing: [RemoteMessage]) throws(FetchError) -> UInt32? {
    var found: UInt32?
    for message in listing {
      guard case .uid(_, let validity) = message.id else { return nil }
      guard found == nil || found == validity else { throw .severalNumberings }
      found = validity
    }
    return found
  }
}

extension RemoteMessage {
  /// Whether it is recent enough, as far as the server tells.
  fileprivate func isWanted(by wishes: FetchWishes) -> Bool {
    guard let since = wishes.since, let delivered else { return true }
    return delivered >= since
  }
}
