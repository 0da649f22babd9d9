import SealedMail

extension Session {
  /// Tells on standard error what was sealed, because the message itself is on standard output.
  func explain(_ prepared: Prepared, opening: String) {
    let report = SealReport(prepared: prepared)
    switch console.format {
    case .json: console.explain(.report(report.json))
    case .text:
      console.explain(
        report.lines(style: console.terminal.errorStyle, columns: console.terminal.errorColumns, opening: opening))
    }
  }
}
