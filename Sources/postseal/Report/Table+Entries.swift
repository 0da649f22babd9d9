extension Table {
  /// One line for each row, or more where one is wider than the terminal: the last cell stands below then, broken where it has to be, and
  /// the one before it is cut to fit.
  ///
  /// - Parameter columns: of the terminal; nil for no limit. A row's first cell must be its mark then.
  static func entries(_ rows: [[String]], columns: Int?) -> [String] {
    // Measured without the marks, which may be coloured.
    func width(_ rows: [[String]]) -> Int { lines(rows).map(TerminalText.width).max() ?? 0 }
    let margin = 3
    guard let columns, width(rows.map { Array($0.dropFirst()) }) + margin > columns else { return lines(rows) }
    // What follows in a line stands two columns apart.
    let room = columns - margin - width(rows.map { Array($0.dropFirst().dropLast(2)) + [""] })
    let heads = rows.map { row in
      Array(row.dropLast(2)) + row.suffix(2).prefix(1).map { TerminalText.truncated($0, to: max(room, 10)) }
    }
    return zip(lines(heads), rows).flatMap { head, row in
      [head]
        + TerminalText.wrapped(row.last ?? "", to: columns - margin).map { String(repeating: " ", count: margin) + $0 }
    }
  }
}
