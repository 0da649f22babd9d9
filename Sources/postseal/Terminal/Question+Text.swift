extension Question {
  /// What the person typed, without blanks around it; `suggestion` for an empty line.
  ///
  /// Only where `Console.terminal.canAsk`.
  static func ask(_ question: String, suggestion: String = "", on console: Console) -> String {
    let ending = suggestion.isEmpty ? ": " : " [\(TerminalText.visible(suggestion))]: "
    try? Console.write(console.terminal.errorStyle.fit(TerminalText.visible(question) + ending), to: 2)
    let line = readLine(strippingNewline: true) ?? ""
    let start = line.drop(while: \.isWhitespace)
    let answer = String(start.reversed().drop(while: \.isWhitespace).reversed())
    return answer.isEmpty ? suggestion : answer
  }
}
