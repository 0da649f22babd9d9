/// Rows in columns that are as wide as their widest cell.
enum Table {
  /// One line for each row, or two where one is wider than the terminal: the last cell stands below then, behind the mark.
  ///
  /// - Parameter columns: of the terminal; nil for no limit. A row's first cell must be its mark then.
  static func lines(_ rows: [[String]], columns: Int?) -> [String] {
    let lines = Self.lines(rows)
    // Measured without the marks, which may be coloured.
    let width = Self.lines(rows.map { Array($0.dropFirst()) }).map(TerminalText.width).max() ?? 0
    guard let columns, width + 3 > columns else { return lines }
    return zip(Self.lines(rows.map { Array($0.dropLast()) }), rows).flatMap { [$0, "   \($1.last ?? "")"] }
  }

  /// Names and what is said of each, one below the other: what is longer than the terminal is wide goes on below itself.
  ///
  /// - Parameter columns: of the terminal; nil for no limit.
  static func details(_ rows: [[String]], columns: Int?) -> [String] {
    let indent = (rows.map { TerminalText.width($0.first ?? "") }.max() ?? 0) + 2
    return rows.flatMap { row in
      broken(row.last ?? "", columns: columns, indent: indent).enumerated().map { index, line in
        TerminalText.padded(index == 0 ? row.first ?? "" : "", to: indent) + line
      }
    }
  }

  /// A text in pieces that fit behind `indent`, broken at blanks alone: what is to be copied stays in one piece, a command in backticks
  /// too where it fits into a line.
  static func broken(_ text: String, columns: Int?, indent: Int) -> [String] {
    guard let columns else { return [text] }
    let room = max(columns - indent, 20)
    var lines: [String] = []
    var line = ""
    for word in words(of: text, room: room) {
      if !line.isEmpty, TerminalText.width(line) + 1 + TerminalText.width(word) > room {
        lines.append(line)
        line = word
      } else {
        line += line.isEmpty ? word : " \(word)"
      }
    }
    return lines + [line]
  }

  private static func words(of text: String, room: Int) -> [String] {
    var result: [String] = []
    for (index, part) in text.split(separator: "`", omittingEmptySubsequences: false).enumerated() {
      let isCommand = index % 2 == 1
      let words =
        isCommand && TerminalText.width(String(part)) + 3 <= room
        ? [String(part)] : part.split(separator: " ", omittingEmptySubsequences: false).map(String.init)
      guard index > 0 else {
        result = words
        continue
      }
      // The mark belongs to the words on both of its sides.
      result[result.count - 1] += "`" + words[0]
      result += words.dropFirst()
    }
    return result
  }

  /// One line for each row, in columns only where all rows fit: blanks that are broken help nobody.
  static func lines(_ rows: [[String]], orPlainPast columns: Int?) -> [String] {
    let lines = Self.lines(rows)
    guard let columns, lines.contains(where: { TerminalText.width($0) > columns }) else { return lines }
    return rows.map { $0.joined(separator: "  ") }
  }

  /// One line for each row; cells must have passed `TerminalText.visible`.
  static func lines(_ rows: [[String]]) -> [String] {
    var widths: [Int] = []
    for row in rows {
      for (column, cell) in row.enumerated() {
        if column == widths.count { widths.append(0) }
        widths[column] = max(widths[column], TerminalText.width(cell))
      }
    }
    return rows.map { row in
      row.enumerated().map { column, cell in
        column == row.count - 1 ? cell : TerminalText.padded(cell, to: widths[column])
      }.joined(separator: "  ")
    }
  }
}
