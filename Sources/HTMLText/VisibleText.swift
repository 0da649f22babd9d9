/// Text of html without what is no text.
enum VisibleText {
  /// `text` without NULs, and without the soft hyphens, joiners and zero-width blanks that fill the hidden lines of newsletters and
  /// split words; line ends become LF.
  static func stripped(_ text: String) -> String {
    if text.utf8.allSatisfy({ $0 != 0 && $0 != 0x0D && $0 < 0x80 }) { return text }
    var result = String.UnicodeScalarView()
    var afterReturn = false
    for scalar in text.unicodeScalars {
      if scalar == "\r" {
        result.append("\n")
      } else if !(scalar == "\n" && afterReturn), !isNothing(scalar) {
        result.append(scalar)
      }
      afterReturn = scalar == "\r"
    }
    return String(result)
  }

  /// `text` in one line, with single blanks.
  static func collapsed(_ text: String) -> String {
    text.unicodeScalars.split { $0.properties.isWhitespace }.map { String(Substring($0)) }.joined(separator: " ")
  }

  private static func isNothing(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar {
    case "\0", "\u{AD}", "\u{34F}", "\u{200B}"..."\u{200D}", "\u{2060}", "\u{FEFF}": true
    default: false
    }
  }
}
