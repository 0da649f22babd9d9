/// Where in the dialogue a session stands: what a time-out is measured for, and what an error names.
///
/// Source: RFC 5321 §4.5.3.2
package enum SMTPPhase: Sendable, Hashable, CaseIterable {
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
    }
  }
}

/// How long each phase may wait for the server.
package struct SMTPTimeouts: Sendable, Equatable {
  /// The whole of resolving, connecting, securing and logging in.
  package var connecting: Duration = .seconds(60)
  package var greeting: Duration = .seconds(300)
  package var sender: Duration = .seconds(300)
  package var recipients: Duration = .seconds(300)
  package var dataCommand: Duration = .seconds(120)
  /// For each piece of the message, not for the whole.
  package var content: Duration = .seconds(180)
  package var endOfContent: Duration = .seconds(600)
  /// Everything is decided by then, so nobody should wait for it.
  package var quitting: Duration = .seconds(5)

  /// The times that the standard asks a client to allow, except for connecting and quitting, which are shorter.
  package init() {}

  package subscript(_ phase: SMTPPhase) -> Duration {
    switch phase {
    case .connecting: connecting
    case .greeting: greeting
    case .sender: sender
    case .recipients: recipients
    case .dataCommand: dataCommand
    case .content: content
    case .endOfContent: endOfContent
    case .quitting: quitting
    }
  }
}
