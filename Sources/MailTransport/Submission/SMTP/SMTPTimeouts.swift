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

  /// The same time for each phase, except for quitting.
  package init(each patience: Duration) {
    (connecting, greeting, sender, recipients) = (patience, patience, patience, patience)
    (dataCommand, content, endOfContent) = (patience, patience, patience)
  }

  package subscript(_ phase: DialoguePhase) -> Duration {
    switch phase {
    case .connecting: connecting
    case .greeting: greeting
    case .sender: sender
    case .recipients: recipients
    case .dataCommand: dataCommand
    case .content: content
    case .endOfContent: endOfContent
    case .quitting: quitting
    // Not of this dialogue.
    case .selecting, .listing, .fetching, .removing, .appending, .waiting: greeting
    }
  }
}
