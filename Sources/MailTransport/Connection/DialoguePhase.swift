/// Where in the dialogue a session stands: what a time-out is measured for, and what an error names.
///
/// Source: RFC 5321 §4.5.3.2
package enum DialoguePhase: Sendable, Hashable, CaseIterable {
  /// Resolving, connecting, TLS, greeting and login together.
  case connecting
  /// EHLO and RSET.
  case greeting
  case sender
  case recipients
  /// DATA until the server says go on.
  case dataCommand
  /// While the message travels.
  case content
  /// From the end of the message to the server's word on it.
  case endOfContent
  case quitting
  /// Opening a mailbox of a server, or counting what is in a maildrop.
  case selecting
  case listing
  case fetching
  case removing
  /// Filing a message into a mailbox of a server.
  case appending
  /// For new mail.
  case waiting

  /// What a sentence calls it.
  package var name: String {
    switch self {
    case .connecting: "connecting"
    case .greeting: "greeting"
    case .sender: "naming the sender"
    case .recipients: "naming the recipients"
    case .dataCommand: "announcing the message"
    case .content: "sending the message"
    case .endOfContent: "waiting for the message to be taken"
    case .quitting: "saying goodbye"
    case .selecting: "opening the mailbox"
    case .listing: "listing the messages"
    case .fetching: "fetching a message"
    case .removing: "removing messages"
    case .appending: "filing a message"
    case .waiting: "waiting for new mail"
    }
  }
}
