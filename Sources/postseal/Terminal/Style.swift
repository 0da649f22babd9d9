/// How one output stream shows marks: with colours or not, in UTF-8 or in ASCII.
struct Style: Sendable {
  /// A mark in front of a line.
  ///
  /// Only marks are coloured, so that a message's text can never wear their colours.
  enum Mark: Sendable {
    case good, nothing, unknown, warning, bad
  }

  let hasColour: Bool
  let hasUTF8: Bool

  /// The mark's sign, coloured where the stream shows colours.
  func mark(_ mark: Mark) -> String {
    let (sign, colour) =
      switch mark {
      case .good: ("✓", "32")
      case .nothing: ("–", "2")
      case .unknown: ("?", "33")
      case .warning: ("!", "33")
      case .bad: ("✗", "31")
      }
    return hasColour ? "\u{1B}[\(colour)m\(sign)\u{1B}[0m" : sign
  }

  /// A line of a drawing whose signs are light on dark, on a terminal of either kind where the stream shows colours.
  func whiteOnBlack(_ line: String) -> String {
    hasColour ? "\u{1B}[40;37;1m\(line)\u{1B}[0m" : line
  }

  /// The line as the stream's locale can show it.
  ///
  /// Without UTF-8 our own signs have ASCII twins and all else is spelled out.
  func fit(_ line: String) -> String {
    if hasUTF8 || line.utf8.allSatisfy({ $0 < 0x80 }) { return line }
    var result = ""
    for scalar in line.unicodeScalars {
      if scalar.isASCII {
        result.unicodeScalars.append(scalar)
      } else {
        result += Self.twins[scalar] ?? TerminalText.spelled(scalar)
      }
    }
    return result
  }

  /// Our own signs, and the blank of html, and what stands for each in ASCII; all of them take one column.
  static let twins: [Unicode.Scalar: String] = [
    "\u{A0}": " ", "✓": "+", "–": "-", "✗": "x", "╭": ",", "│": "|", "╰": "`", "·": "-", "…": "...", "█": "#", "░": ".",
  ]
}
