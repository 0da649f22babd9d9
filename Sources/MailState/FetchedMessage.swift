/// What is kept of a message that was once on a server.
package struct FetchedMessage: Sendable, Equatable {
  /// How far it is.
  package enum State: String, Sendable, CaseIterable {
    /// It lies complete where nobody sees it, or has appeared since.
    case staged
    case delivered
    /// It is not wanted.
    case passed
  }

  /// Its UID or UIDL.
  package let id: String
  package let state: State
  /// The mailbox of this machine, its name there, and what else is needed to find it; empty where nobody asks.
  package let place: String
  package let name: String
  package let detail: String
  /// When that was noted, in seconds since 1970.
  package let time: Int64
  /// Whether it is still to be removed from the server.
  package let removalIsDue: Bool

  package init(
    id: String, state: State, place: String = "", name: String = "", detail: String = "", time: Int64,
    removalIsDue: Bool = false
  ) {
    self.id = id
    self.state = state
    self.place = place
    self.name = name
    self.detail = detail
    self.time = time
    self.removalIsDue = removalIsDue
  }
}
