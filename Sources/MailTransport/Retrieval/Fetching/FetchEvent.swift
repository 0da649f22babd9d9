package import ByteStreams

/// What happens while mail is fetched, in order.
package enum FetchEvent: Sendable {
  /// So many messages are wanted, of so many octets as far as the server tells.
  case found(count: Int, octets: Int)
  /// So many octets of all of them have come.
  case received(octets: Int)
  /// A message was delivered, for good.
  case delivered(FetchedMail)
  /// A message was not fetched, and stays on the server.
  case left(RemoteMessage, FetchObstacle)
}

/// A message that was delivered.
package struct FetchedMail: Sendable {
  package let message: RemoteMessage
  package let receipt: DeliveryReceipt
  /// What was delivered; readable wherever it is moved to.
  package let bytes: ByteStore
}

/// Why one message was not fetched while others are.
package enum FetchObstacle: Sendable, Equatable {
  case tooLarge(octets: Int, limit: Int)
  /// The server refused to give it, or broke off in the middle of it.
  case server(TransportError)
}
