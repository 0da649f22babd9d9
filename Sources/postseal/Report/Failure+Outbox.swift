import ByteStreams
import MailTransport

extension Failure {
  /// The failure of writing mail ahead: nothing was sent.
  static func notSent(_ error: OutboxError) -> Failure {
    let failure = Failure(error).opened(by: "not sent")
    guard case .stream(let cause) = error else { return failure }
    // Its own hint says all.
    if case .exposed = cause { return failure }
    return Failure(
      failure.status, sentences: failure.sentences,
      hints: failure.hints + [
        "let XDG_STATE_HOME name a folder that you can write to, or add `--no-outbox` to keep nothing of what cannot be delivered"
      ])
  }

  /// The failure of reading or changing the outbox.
  init(_ error: OutboxError) {
    switch error {
    case .stream(let cause):
      let failure = Failure(cause)
      self.init(
        failure.status == .noInput ? .inputOutput : failure.status,
        sentences: failure.sentences.map { "cannot use the outbox: \($0)" }, hints: failure.hints)
    case .inUse:
      self.init(
        .tryAgain, "cannot use the outbox: another postseal is sending or dropping entries of it",
        hint: "try again when that has ended")
    case .taken(let id):
      self.init(
        .tryAgain, "entry \(id) is being sent by another postseal",
        hint: "see `postseal outbox list` when that has ended")
    case .damaged(let name, let reason):
      self.init(
        .malformedInput, "\(name) in the outbox is damaged, and is not sent: \(reason)",
        hint: "look at it with an editor, and remove it with `postseal outbox drop`")
    }
  }
}
