/// How far an entry of the outbox is: the folder that it lies in.
package enum OutboxState: String, Sendable, Hashable, CaseIterable {
  /// It can be sent, as it is.
  case waiting
  /// A run is at work on it.
  case sending
  /// It was handed over, and nobody knows whether it was taken: it is sent again only by somebody who says so.
  case unknown
  /// It is not sent by itself: it was refused for good, or the mail of a program could not be sealed.
  case held
}

/// Why an entry is in the outbox.
package enum OutboxPurpose: String, Sendable, Hashable, CaseIterable {
  /// A copy for recipients, ready to be handed over.
  case delivery
  /// The sender's own copy, sealed to them alone, to be put where they keep sent mail.
  case keeping
  /// Mail that a program wanted sent and that was refused, sealed to its owner alone; it cannot be sent.
  case refused
}
