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
