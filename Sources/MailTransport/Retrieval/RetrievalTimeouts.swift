/// How long each phase of fetching mail may wait for the server.
package struct RetrievalTimeouts: Sendable, Equatable {
  /// The whole of resolving, connecting, securing and logging in.
  package var connecting: Duration = .seconds(60)
  /// For the next bytes of an answer; servers that open a large mailbox are silent for long.
  package var answers: Duration = .seconds(180)
  /// For the next bytes of a message.
  package var content: Duration = .seconds(180)
  /// From the end of a message that is filed to the server's word on it.
  package var endOfContent: Duration = .seconds(600)
  /// Nothing is at stake by then.
  package var quitting: Duration = .seconds(5)

  package init() {}

  /// The same time for each phase, except for quitting, which is never longer than a few seconds.
  package init(each patience: Duration) {
    (connecting, answers, content, endOfContent) = (patience, patience, patience, patience)
    quitting = min(quitting, patience)
  }

  package subscript(_ phase: DialoguePhase) -> Duration {
    switch phase {
    case .connecting: connecting
    case .fetching, .content: content
    case .endOfContent: endOfContent
    case .quitting: quitting
    default: answers
    }
  }
}
