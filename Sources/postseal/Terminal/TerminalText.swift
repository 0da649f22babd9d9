import CProcess

/// Text that may come from anybody, made fit for a terminal.
///
/// Everything foreign that is shown passes here: message text, header fields, user IDs, file names, a server's words.
enum TerminalText {
  /// Which white space may stay as it is.
  enum Spacing: Sendable {
    /// One line: a tab or a line break is made visible too.
    case oneLine
    /// One line of a text: tabs stay.
    case textLine
  }

  /// `text` with everything made visible that could move the cursor, reorder, hide or imitate.
  ///
  /// Control characters (C0, DEL, C1), bidirectional controls, zero-width and other invisible characters become
  /// `<U+XXXX>`, and so does the ninth mark on one letter. Emoji variation selectors stay.
  static func visible(_ text: String, _ spacing: Spacing = .oneLine) -> String {
    if text.utf8.allSatisfy({ $0 >= 0x20 && $0 < 0x7F }) { return text }
    var result = ""
    var marks = 0
    for scalar in text.unicodeScalars {
      marks = !scalar.isASCII && isMark(scalar) ? marks + 1 : 0
      if marks <= markLimit, isHarmless(scalar, spacing) {
        result.unicodeScalars.append(scalar)
      } else {
        result += spelled(scalar)
      }
    }
    return result
  }

  /// The number of a character in place of itself.
  static func spelled(_ scalar: Unicode.Scalar) -> String { "<U+\(hex(scalar.value, digits: 4))>" }

  /// More marks than any script puts on one letter; heaps of them are drawn over the lines above.
  private static let markLimit = 8

  /// `text` without what `visible` would spell out, for names of files.
  static func withoutHidden(_ text: String) -> String {
    String(String.UnicodeScalarView(text.unicodeScalars.filter { isHarmless($0, .oneLine) }))
  }

  /// `visible` for bytes that should be UTF-8: what is not becomes `<0xXX>`, byte by byte.
  static func visible(bytes: [UInt8], _ spacing: Spacing = .oneLine) -> String {
    if let text = String(validating: bytes, as: UTF8.self) { return visible(text, spacing) }
    var result = ""
    var parser = UTF8.ForwardParser()
    var rest = bytes.makeIterator()
    var position = 0
    while true {
      switch parser.parseScalar(from: &rest) {
      case .valid(let encoded):
        result += visible(String(UTF8.decode(encoded)), spacing)
        position += encoded.count
      case .error(let length):
        for byte in bytes[position..<position + length] { result += "<0x\(hex(UInt32(byte), digits: 2))>" }
        position += length
      case .emptyInput:
        return result
      }
    }
  }

  /// The columns `text` takes; it must have passed `visible`.
  static func width(_ text: String) -> Int {
    text.unicodeScalars.reduce(0) { $0 + width(of: $1) }
  }

  /// The most columns that a terminal may give to `scalar`: what the C library does not know may be wide, and what it calls
  /// nothing may be drawn unless it is a mark on the letter before it.
  private static func width(of scalar: Unicode.Scalar) -> Int {
    if scalar.isASCII { return 1 }
    // It makes some signs twice as wide on some terminals.
    if scalar == "\u{FE0F}" { return 1 }
    switch process_column_width(scalar.value) {
    case 0: return isMark(scalar) ? 0 : 1
    case let columns where columns > 0: return Int(columns)
    default: return Style.twins[scalar] == nil ? 2 : 1
    }
  }

  private static func isMark(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.properties.generalCategory {
    case .nonspacingMark, .enclosingMark: true
    default: false
    }
  }

  /// `text` with blanks after it up to `columns`.
  static func padded(_ text: String, to columns: Int) -> String {
    text + String(repeating: " ", count: max(0, columns - width(text)))
  }

  /// `text` in at most `columns`, an ellipsis in place of what was cut.
  static func truncated(_ text: String, to columns: Int) -> String {
    guard width(text) > columns else { return text }
    var kept = ""
    var used = 0
    for character in text {
      used += width(String(character))
      if used >= columns { break }
      kept.append(character)
    }
    return kept + "…"
  }

  /// The same with the ellipsis before the last columns, `end` at most, which stay: of an address they say whose it is, of a file what it is.
  static func shortened(_ text: String, to columns: Int, keeping end: Int) -> String {
    guard width(text) > columns else { return text }
    var tail: [Character] = []
    var used = 0
    for character in text.reversed() {
      let width = width(String(character))
      if used + width > end { break }
      used += width
      tail.append(character)
    }
    return truncated(text, to: columns - used) + String(tail.reversed())
  }

  /// An address in a table; its end says whose it is.
  static func address(_ text: String, to columns: Int) -> String { shortened(text, to: columns, keeping: columns / 2) }

  /// A user ID in a table; its end is the address.
  static func userID(_ text: String?) -> String {
    shortened(visible(text ?? "no user ID"), to: 40, keeping: 30)
  }

  /// `visible` text in at most `columns`; of a text of megabytes no more than its start is looked at.
  static func start(of text: String, columns: Int) -> String {
    truncated(visible(String(text.unicodeScalars.prefix(4 * columns))), to: columns)
  }

  /// `text` in lines of at most `columns`, broken at blanks where there are any; nil columns break nowhere.
  ///
  /// Never empty: an empty text is one empty line. Tabs become four blanks.
  static func wrapped(_ text: String, to columns: Int?) -> [String] {
    guard let columns else { return [text] }
    let room = max(columns, 10)
    if text.utf8.allSatisfy({ $0 < 0x80 && $0 != 0x0D }) { return wrappedASCII(text.utf8, to: room) }
    var lines: [String] = []
    var line: [Character] = []
    var used = 0
    for character in text.replacing("\t", with: "    ").lazy.flatMap({ pieces(of: $0, room: room) }) {
      let width = self.width(String(character))
      if used + width > room {
        let blank = line.lastIndex(of: " ") ?? line.endIndex
        lines.append(String(line[..<blank]))
        line = Array(line[blank...].dropFirst())
        used = self.width(String(line))
      }
      line.append(character)
      used += width
    }
    return lines + [String(line)]
  }

  /// The same for text of which each octet is a character of one column, without arrays of characters: there may be megabytes of it.
  private static func wrappedASCII(_ text: String.UTF8View, to room: Int) -> [String] {
    var lines: [String] = []
    var line: [UInt8] = []
    for octet in text {
      for _ in 0..<(octet == 0x09 ? 4 : 1) {
        if line.count == room {
          let blank = line.lastIndex(of: 0x20) ?? line.endIndex
          lines.append(String(decoding: line[..<blank], as: UTF8.self))
          line.removeFirst(min(blank + 1, line.count))
        }
        line.append(octet == 0x09 ? 0x20 : octet)
      }
    }
    return lines + [String(decoding: line, as: UTF8.self)]
  }

  /// A character that is wider than a line comes in pieces.
  private static func pieces(of character: Character, room: Int) -> [Character] {
    guard character.utf8.count > room, width(String(character)) > room else { return [character] }
    return character.unicodeScalars.map(Character.init)
  }

  private static func isHarmless(_ scalar: Unicode.Scalar, _ spacing: Spacing) -> Bool {
    if scalar == "\t" { return spacing == .textLine }
    if scalar.isASCII { return scalar.value >= 0x20 && scalar.value < 0x7F }
    if scalar == "\u{FE0E}" || scalar == "\u{FE0F}" { return true }
    switch scalar.properties.generalCategory {
    case .control, .format, .lineSeparator, .paragraphSeparator, .surrogate, .unassigned, .privateUse: return false
    default: return !scalar.properties.isDefaultIgnorableCodePoint
    }
  }

  private static func hex(_ value: UInt32, digits: Int) -> String {
    let text = String(value, radix: 16, uppercase: true)
    return String(repeating: "0", count: max(0, digits - text.count)) + text
  }
}
