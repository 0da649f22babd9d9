/// What a line of a header block is.
///
/// Source: RFC 5322 §2.2, §4.5
package enum HeaderLine: Equatable {
  /// The empty line after the header.
  case end
  /// The first line of a field; the colon's offset in the line.
  case field(colon: Int)
  /// A byte order mark and then a field; the colon's offset behind the mark.
  case markedField(colon: Int)
  /// A line that starts with a blank and continues the field before it.
  case continuation
  /// `From ` as an mbox file puts before each message.
  case mbox
  /// `>From `: an mbox line that somebody quoted.
  case quotedMbox
  /// No header line at all.
  case other

  /// U+FEFF in UTF-8.
  static let byteOrderMark: [UInt8] = [0xEF, 0xBB, 0xBF]

  /// Tells what `line` is; its line end may be missing.
  package init(_ line: [UInt8]) {
    guard let first = line.first(where: { $0 != ASCII.carriageReturn }), first != ASCII.lineFeed else {
      // QUIRK: an "empty" line of CR CR LF, as text-mode copies leave it. MessageParserTests.swift
      self = line.isEmpty ? .other : .end
      return
    }
    if line[0].isBlank {
      self = .continuation
    } else if let colon = HeaderLine.colon(of: line) {
      self = .field(colon: colon)
    } else if line.starts(with: HeaderLine.byteOrderMark),
      let colon = HeaderLine.colon(of: Array(line.dropFirst(HeaderLine.byteOrderMark.count)))
    {
      self = .markedField(colon: colon)
    } else if line.starts(with: "From ".utf8) {
      self = .mbox
    } else if line.starts(with: ">From ".utf8) {
      // QUIRK: delivery agents that quote an mbox line which was part of the header. MessageParserTests.swift
      self = .quotedMbox
    } else {
      self = .other
    }
  }

  /// Where the colon of a field stands; nil when the line does not start with a field name.
  private static func colon(of line: [UInt8]) -> Int? {
    var index = 0
    while index < line.count, (0x21...0x7E).contains(line[index]), line[index] != ASCII.colon { index += 1 }
    guard index > 0 else { return nil }
    // Blanks before the colon are obsolete, but a field that mail servers read and we did not would be worse.
    while index < line.count, line[index].isBlank { index += 1 }
    return index < line.count && line[index] == ASCII.colon ? index : nil
  }
}
