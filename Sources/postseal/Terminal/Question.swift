/// A question to the person at the terminal.
enum Question {
  /// Whether the person typed "yes".
  ///
  /// - Throws: `Failure` when nobody can be asked: `otherwise` says what to pass instead.
  static func confirm(_ question: String, on console: Console, options: GlobalOptions, otherwise: String)
    throws(Failure)
  {
    guard console.terminal.canAsk, !options.batch else {
      throw Failure(.badVerdict, "nobody can be asked: \(question)", hint: otherwise)
    }
    try? Console.write(console.terminal.errorStyle.fit("\(question) Type yes to go on: "), to: 2)
    guard readLine(strippingNewline: true) == "yes" else { throw Failure(.badVerdict, "declined, nothing was changed") }
  }

  /// Whether the person typed `word`, in either case and with blanks anywhere: for what no habit may confirm.
  ///
  /// - Parameter request: What is to be typed, in words.
  /// - Throws: as ``confirm(_:on:options:otherwise:)``.
  static func demand(
    _ word: String, _ request: String, to question: String, on console: Console, options: GlobalOptions,
    otherwise: String
  ) throws(Failure) {
    guard console.terminal.canAsk, !options.batch else {
      throw Failure(.badVerdict, "nobody can be asked: \(question)", hint: otherwise)
    }
    try? Console.write(console.terminal.errorStyle.fit("\(question) Type \(request): "), to: 2)
    let answer = (readLine(strippingNewline: true) ?? "").filter { $0 != " " }
    guard !word.isEmpty, answer.uppercased() == word.uppercased() else {
      throw Failure(.badVerdict, "declined, nothing was changed")
    }
  }
}
