/// The class of a failed submission or retrieval, by which a caller chooses what to do next: correct, wait, or give up.
///
/// The first ten are those of sysexits; the last two tell how far the work came.
/// Source: sysexits(3)
package enum FailureKind: Sendable, Hashable, CaseIterable {
  /// The submission target could not be understood (64).
  case usage
  /// The message breaks a rule of the way it was to travel by (65).
  case malformedMessage
  /// The server has no such mailbox or message (66).
  case noInput
  /// The host has no address (68).
  case hostUnknown
  /// The server, or its certificate, or the program cannot be used (69).
  case unavailable
  /// A file could not be created (73).
  case cannotCreate
  /// Reading or writing failed (74).
  case inputOutput
  /// The same attempt may succeed later (75).
  case tryAgain
  /// The other side broke the protocol, or cannot do what the message needs (76).
  case protocolTrouble
  /// Authentication was refused, or could not be done safely (77).
  case authenticationRefused
  /// Something is missing on this machine (78).
  case configuration
  /// The user's own doing: a signal or a cancelled task (130).
  case cancelled
  /// Nobody got a copy: recipients were refused for good (67).
  case recipientsRefused
  /// Some recipients or copies were accepted, others were not (40).
  case partlyDelivered
}
