import HTMLText
import MIME

/// One line or paragraph of a message's text, safe for a terminal, to be broken where there is no more room.
struct TextLine: Equatable {
  /// What stands before its first line: marks of quotes and lists.
  var first = ""
  /// What stands before the others.
  var rest = ""
  let text: String
  /// Whether its sender broke it, so that it is only broken again where a terminal ends.
  var isFixed = true

  /// More marks of quotes than this leave no room for text.
  private static let quoteLimit = 20
  /// How wide paragraphs are made where there is no terminal: 80 columns with the gutter.
  static let paragraphColumns = 77

  /// The lines of plain text as they stand.
  static func fixed(_ text: String) -> [TextLine] {
    // QUIRK: line ends that are a lone CR all along. ReadingTranscripts.swift
    let end: Character = text.utf8.contains(0x0A) ? "\n" : "\r"
    // A CR LF is one character of Swift's, and a line end.
    return text.split(omittingEmptySubsequences: false) { $0 == end || $0 == "\r\n" }
      .map { fixed(line: TerminalText.visible(String($0), .textLine)) }
  }

  /// A line as it stands; where it is broken, what is quoted stays behind its marks, so that it does not pass for the sender's own words.
  private static func fixed(line: String) -> TextLine {
    let marks = line.utf8.prefix { $0 == UInt8(ascii: ">") || $0 == UInt8(ascii: " ") }
    guard marks.first == UInt8(ascii: ">"), marks.count < line.utf8.count, marks.count <= 2 * quoteLimit else {
      return TextLine(text: line)
    }
    let first = String(Substring(marks))
    return TextLine(first: first, rest: first, text: String(line.dropFirst(first.count)))
  }

  /// The paragraphs of text of format=flowed.
  static func flowed(_ text: String, _ trailingSpace: FlowedText.TrailingSpace) -> [TextLine] {
    let lines = text.split(omittingEmptySubsequences: false) { $0 == "\n" || $0 == "\r\n" }.lazy.map(String.init)
    return FlowedText.unfold(lines, trailingSpace: trailingSpace).map { paragraph in
      let marks = String(repeating: "> ", count: min(paragraph.quoteDepth, quoteLimit))
      return TextLine(
        first: marks, rest: marks, text: TerminalText.visible(paragraph.text, .textLine), isFixed: false)
    }
  }

  init(first: String = "", rest: String = "", text: String, isFixed: Bool = true) {
    (self.first, self.rest, self.text, self.isFixed) = (first, rest, text, isFixed)
  }

  init(_ paragraph: HTMLParagraph) {
    self.init(
      first: paragraph.first, rest: paragraph.rest, text: TerminalText.visible(paragraph.text, .textLine),
      isFixed: paragraph.isPreformatted)
  }

  /// The whole in one line.
  var joined: String { text.isEmpty ? String(first.reversed().drop { $0 == " " }.reversed()) : first + text }

  /// The lines that fit in `columns`; nil for where no terminal is, and only paragraphs are broken.
  func wrapped(to columns: Int?, style: Style) -> [String] {
    guard let room = columns ?? (isFixed ? nil : Self.paragraphColumns), !text.isEmpty else { return [joined] }
    // Half of the room is the text's, however deep it is quoted.
    let (first, rest) = (String(first.suffix(room / 2)), String(rest.suffix(room / 2)))
    return TerminalText.wrapped(style.fit(text), to: room - rest.utf8.count).enumerated().map { index, line in
      (index == 0 ? first : rest) + line
    }
  }
}
