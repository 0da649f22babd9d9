import MailState

extension Failure {
  /// The failure of reading or keeping what lasts between runs.
  init(_ error: MailStateError) {
    switch error {
    case .file(let cause): self.init(cause)
    case .corrupted(let path):
      self.init(
        .malformedInput, "cannot use \(path): it is no database of postseal, or a broken one",
        hint: "move it away; a new one is made, and `postseal autocrypt collect` fills it from your mail")
    case .newer(let path):
      self.init(
        .configuration, "cannot use \(path): a newer postseal wrote it", hint: "use that version of postseal here too")
    case .busy(let path):
      self.init(
        .tryAgain, "cannot use \(path): another postseal is at work on it", hint: "try again when that has ended")
    case .failed(let path, let reason): self.init(.inputOutput, "cannot use \(path): \(reason)")
    }
  }
}
