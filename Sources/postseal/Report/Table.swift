/// Rows in columns that are as wide as their widest cell.
enum Table {
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
