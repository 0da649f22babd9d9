/// A look at a mailbox on a server, without fetching from it.
package struct FetchSurvey {
  private let wishes: FetchWishes
  private let journal: any FetchJournal

  package init(_ wishes: FetchWishes, journal: any FetchJournal) {
    self.wishes = wishes
    self.journal = journal
  }

  /// What would be fetched now, and what would be left because of its size; nothing is changed.
  ///
  /// - Throws: `TransportError`, `FetchError`, what the journal throws.
  package func wanted(on mailbox: any RemoteMailbox) throws -> (wanted: [RemoteMessage], tooLarge: [RemoteMessage]) {
    let choice = try FetchChoice(try mailbox.messages(), wishes, journal, mailbox: mailbox.name, noting: false)
    return choice.messages(besides: [], atMost: wishes.count)
  }

  /// Notes everything that the mailbox has as not wanted.
  ///
  /// - Returns: how many messages were not known before.
  /// - Throws: as `wanted`.
  package func passEverything(on mailbox: any RemoteMailbox) throws -> Int {
    var wishes = wishes
    wishes.everything = true
    let listing = try mailbox.messages()
    _ = try FetchChoice(listing, wishes, journal, mailbox: mailbox.name, noting: true)
    let known = try journal.record().fates
    let unknown = listing.map(\.id).filter { known[$0] == nil }
    try journal.pass(unknown)
    return unknown.count
  }
}
