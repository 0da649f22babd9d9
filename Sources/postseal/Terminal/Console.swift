/// Where a run's words go: reports to standard output or error, everything else to standard error.
///
/// Every line written passes the stream's style; foreign text in it must have passed `TerminalText.visible`.
struct Console: Sendable {
  /// How much is told.
  enum Detail: Sendable {
    case quiet
    /// No reports, but whatever is worth knowing.
    case terse
    case normal, verbose
  }

  /// How a report is written.
  enum Format: Sendable {
    case text, json
  }

  let terminal: Terminal
  let detail: Detail
  let format: Format

  /// The console before any option is known.
  static var plain: Console { Console(terminal: Terminal(colour: .auto), detail: .normal, format: .text) }

  /// The same for a command line that asks for JSON.
  static var plainJSON: Console { Console(terminal: Terminal(colour: .never), detail: .normal, format: .json) }

  /// Whether a person is told that all went well.
  var tellsSuccess: Bool { detail != .quiet && detail != .terse }

  /// Lines of a report for standard output.
  ///
  /// - Throws: `Failure` when they cannot be written.
  func report(_ lines: [String]) throws(Failure) {
    let text = lines.map { terminal.outputStyle.fit($0) + "\n" }.joined()
    try Self.write(text, to: 1)
  }

  /// A JSON document for standard output.
  ///
  /// - Throws: `Failure` when it cannot be written.
  func report(_ json: JSONValue) throws(Failure) {
    try Self.write(json.text + "\n", to: 1)
  }

  /// Lines of a report for standard error: where the message itself is on standard output.
  ///
  /// Neither in `--quiet` nor in `--json`.
  func explain(_ lines: [String]) {
    guard detail != .quiet, format == .text else { return }
    for line in lines { writeError(line) }
  }

  /// A JSON document for standard error.
  func explain(_ json: JSONValue) {
    writeError(json.text)
  }

  /// Something worth knowing that changes nothing: `postseal: …` on standard error, neither in `--quiet` nor in `--json`.
  func note(_ sentence: String) {
    guard detail != .quiet, format == .text else { return }
    tell("postseal: \(sentence)")
  }

  /// The failure that ends the run, in the format asked for.
  func fail(_ failure: Failure) {
    switch format {
    case .json:
      writeError(failure.json.text)
    case .text:
      for sentence in failure.sentences { tell("postseal: \(sentence)") }
      for hint in failure.hints { tell("hint: \(hint)") }
    }
  }

  /// One sentence on standard error; on a terminal its lines are indented from the second on, so that no foreign text starts one.
  private func tell(_ sentence: String) {
    let text = terminal.errorStyle.fit(TerminalText.visible(sentence))
    for (index, line) in TerminalText.wrapped(text, to: terminal.errorColumns.map { $0 - 5 }).enumerated() {
      writeError(index == 0 ? line : "    \(line)")
    }
  }

  /// Nobody is left to tell when standard error cannot be written, so its errors are not looked at.
  private func writeError(_ line: String) {
    try? Self.write(terminal.errorStyle.fit(line) + "\n", to: 2)
  }
}
