/// A word of a command line that a person is shown, quoted where a shell would read it as something else.
enum ShellWord {
  /// The word as it can be typed; what is not visible in it is spelled out, and then it cannot.
  static func quoted(_ word: String) -> String {
    let isPlain = !word.isEmpty && word.utf8.allSatisfy { plain.contains($0) }
    if isPlain { return word }
    return "'\(TerminalText.visible(word).replacing("'", with: #"'\''"#))'"
  }

  private static let plain = Set("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_./@%+=:,-".utf8)
}
