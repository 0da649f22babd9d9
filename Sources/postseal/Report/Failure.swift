/// Why a run ends without having done its work: one sentence, what to do about it, and the exit status.
///
/// Sentences are lower case without a full stop, act and object first, then the cause. Foreign text in them is made
/// visible when they are printed.
struct Failure: Error, Equatable {
  let status: ExitStatus
  /// The sentences; several when several things are missing at once, the first being the one that decides the status.
  let sentences: [String]
  /// What the person can do, one action each.
  let hints: [String]

  init(_ status: ExitStatus, _ sentence: String, hint: String...) {
    self.init(status, sentences: [sentence], hints: hint)
  }

  init(_ status: ExitStatus, sentences: [String], hints: [String]) {
    self.status = status
    self.sentences = sentences
    self.hints = hints
  }

  /// The same failure, each sentence after these words, `not sent: …`, which none has twice.
  func opened(by words: String) -> Failure {
    Failure(
      status, sentences: sentences.map { $0.hasPrefix("\(words): ") ? $0 : "\(words): \($0)" }, hints: hints)
  }

  /// The failure as `--json` prints it.
  var json: JSONValue {
    .report([
      "error": .members([
        "status": .number(Int(status.rawValue)),
        "messages": .strings(sentences),
        "hints": .strings(hints),
      ])
    ])
  }
}
