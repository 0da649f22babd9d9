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
}
