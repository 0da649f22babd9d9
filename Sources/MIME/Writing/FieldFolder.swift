/// Finds the places where a field's body may be folded.
///
/// A fold goes before a run of blanks that a visible character follows, so no line is blank or ends with one.
///
/// Source: RFC 5322 §2.2.3
enum FieldFolder {
  /// Where lines should end, and where they must.
  ///
  /// Source: RFC 5322 §2.1.1
  static let softLimit = 78
  static let hardLimit = 998

  /// The body of free text that can stand as it is; nil when it needs encoded words: it is not ASCII, starts or ends
  /// with a blank, holds what would read as an encoded word, or has a word too long for a line.
  static func foldPlain(_ text: String, name: String) -> [UInt8]? {
    let octets = Array(text.utf8)
    guard octets.allSatisfy({ $0 < 0x80 }), !text.contains("=?") else { return nil }
    guard let first = octets.first, let last = octets.last else { return [0x0D, 0x0A] }
    guard !first.isBlank, !last.isBlank else { return nil }
    return fold(octets, nameLength: name.utf8.count, limit: softLimit, place: { _ in .anywhere })
  }

  /// The body of a structured value, or nil when a line would pass the hard limit.
  static func foldStructured(_ value: String, name: String) -> [UInt8]? {
    let octets = Array(value.utf8.drop { $0.isBlank }).trimmingTail()
    guard !octets.isEmpty else { return [0x0D, 0x0A] }
    var quoting = Quoting()
    let inside = octets.map { quoting.isInside(after: $0) }
    let limit = value.contains("=?") ? EncodedWord.lineLimit : softLimit
    return fold(Array(octets), nameLength: name.utf8.count, limit: limit) { inside[$0] ? .onlyIfForced : .anywhere }
  }

  private enum Place { case anywhere, onlyIfForced }

  private static func fold(
    _ octets: [UInt8], nameLength: Int, limit: Int, place: (Int) -> Place
  ) -> [UInt8]? {
    var body: [UInt8] = [ASCII.space]
    var column = nameLength + 2
    // Where in `body` the current line may end: the last blank between words, and the last inside of quotes.
    var (good, forced): (Int?, Int?) = (nil, nil)
    for (position, octet) in octets.enumerated() {
      // The first blank of a run starts the new line, so the old one has none at its end.
      if octet.isBlank, position > 0, !octets[position - 1].isBlank {
        switch place(position) {
        case .anywhere: good = body.count
        case .onlyIfForced: forced = body.count
        }
      }
      body.append(octet)
      column += 1
      guard column > limit, let start = good ?? (column > hardLimit ? forced : nil) else {
        if column > hardLimit { return nil }
        continue
      }
      column = body.count - start
      body.insert(contentsOf: [0x0D, 0x0A], at: start)
      (good, forced) = (nil, nil)
    }
    return body + [0x0D, 0x0A]
  }

  /// Follows quoted strings and comments through a structured value.
  private struct Quoting {
    private var isQuoted = false
    private var depth = 0
    private var isEscaped = false

    /// Whether the place of `octet` is inside of quotes or parentheses.
    mutating func isInside(after octet: UInt8) -> Bool {
      let wasInside = isQuoted || depth > 0
      if isEscaped {
        isEscaped = false
      } else if octet == ASCII.backslash, wasInside {
        isEscaped = true
      } else if octet == ASCII.quote, depth == 0 {
        isQuoted.toggle()
      } else if octet == ASCII.openParenthesis, !isQuoted {
        depth += 1
      } else if octet == ASCII.closeParenthesis, !isQuoted, depth > 0 {
        depth -= 1
      }
      return wasInside
    }
  }
}
