import MailState

extension Failure {
  /// The failure of reading or keeping what lasts between runs.
  init(_ error: MailStateError) {
    switch error {
    case .file(let cause): self.init(cause)
    case .corrupted(let path):
      self.init(
        .malformedInput, "\(path) is no database of postseal's, or a broken one", hint: "move it away; it is made anew")
    case .newer(let path):
      self.init(.configuration, "a newer postseal wrote \(path)", hint: "use that postseal, or move the file away")
    case .busy(let path): self.init(.tryAgain, "another run holds \(path)", hint: "run it again")
    case .failed(let path, let reason): self.init(.inputOutput, "cannot use \(path): \(reason)")
    }
  }
}
