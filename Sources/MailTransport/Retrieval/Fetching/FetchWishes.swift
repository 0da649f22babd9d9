/// What is wanted from a mailbox on a server.
package struct FetchWishes: Sendable, Equatable {
  /// Everything again, whatever was fetched before.
  package var everything = false
  /// Nothing that the server took in before this time, in seconds since 1970.
  package var since: Int64?
  /// So many messages at most.
  package var count: Int?
  /// No message of more octets.
  package var octets = 256_000_000
  /// Whether what was delivered is removed from the server.
  package var removes = false

  package init() {}
}

/// What one run knows beyond its journal, from one connection to the next.
package struct FetchMemory: Sendable {
  /// What was delivered.
  package internal(set) var delivered: Set<RemoteMessage.ID> = []
  /// What is left alone: the server refused it, or it broke a connection.
  package var avoided: Set<RemoteMessage.ID> = []
  /// What was named as too large.
  var named: Set<RemoteMessage.ID> = []
  /// The message that was under way when an error ended the last pass; nil when it was none's fault.
  package internal(set) var current: RemoteMessage?

  package init() {}
}

/// Why a mailbox cannot be fetched from.
package enum FetchError: Error, Equatable, Sendable {
  /// The server numbered its messages anew, so that nobody knows which were fetched before.
  case renumbered(mailbox: String)
  /// One listing has several numberings.
  case severalNumberings
  /// A message became larger than the limit, though the server had said a smaller size.
  case largerThanSaid(limit: Int)
}
