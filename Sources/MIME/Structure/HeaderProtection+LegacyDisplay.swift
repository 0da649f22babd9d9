extension HeaderProtection {
  /// The class of the element that repeats header fields at the start of html of `legacyDisplayParts`.
  ///
  /// Source: RFC 9788 §4.5.3.3
  package static let legacyDisplayClass = "header-protection-legacy-display"

  /// Splits the text of a part of `legacyDisplayParts` behind its first empty line: the repeated header fields, and the text to be shown.
  ///
  /// Text without an empty line is all to be shown.
  ///
  /// Source: RFC 9788 §4.5.3.2
  package static func splitLegacyDisplay(_ text: String) -> (display: Substring, rest: Substring) {
    var lineStart = text.utf8.startIndex
    while let lineEnd = text.utf8[lineStart...].firstIndex(of: ASCII.lineFeed) {
      let next = text.utf8.index(after: lineEnd)
      if text.utf8[lineStart..<lineEnd].allSatisfy({ $0 == ASCII.carriageReturn }) {
        return (text[..<lineStart], text[next...])
      }
      lineStart = next
    }
    return ("", text[...])
  }

  /// Whether `text` says nothing but what protected fields say, each line one of them; only then is it no loss to leave it out.
  package func repeats(_ text: some StringProtocol) -> Bool {
    let known = Set(fields.map { "\($0.name.asciiLowercased):\(Self.words(EncodedWord.decode($0.value)))" })
    var lines: [String] = []
    for line in text.split(whereSeparator: \.isNewline) {
      if line.first == " " || line.first == "\t", !lines.isEmpty {
        lines[lines.count - 1] += " " + line
      } else {
        lines.append(String(line))
      }
    }
    return lines.allSatisfy { line in
      guard let colon = line.firstIndex(of: ":") else { return Self.words(line).isEmpty }
      let value = EncodedWord.decode(Array(line[line.index(after: colon)...].utf8))
      return known.contains("\(String(line[..<colon]).asciiLowercased):\(Self.words(value))")
    }
  }

  /// The words of a text, however many blanks are between them.
  private static func words(_ text: String) -> String {
    text.split(whereSeparator: \.isWhitespace).joined(separator: " ")
  }
}
