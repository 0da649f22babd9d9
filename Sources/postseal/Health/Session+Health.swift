extension Session {
  /// Tells what was found; the status is the highest of theirs.
  ///
  /// - Throws: what writing it throws.
  func tell(_ findings: [HealthFinding]) throws -> ExitStatus {
    let status = findings.map(\.status).max { $0.rawValue < $1.rawValue } ?? .done
    switch console.format {
    case .json:
      try console.report(
        .report(["checks": .array(findings.map(\.json)), "status": .number(Int(status.rawValue))]))
    case .text:
      let (style, columns) = (console.terminal.outputStyle, console.terminal.outputColumns)
      try console.report(findings.flatMap { $0.lines(style: style, columns: columns) })
      let count = findings.filter { $0.state == .problem }.count
      let notes = findings.filter { $0.state == .note }.count
      let well = notes == 0 ? "all is well" : "no problem, \(notes) thing\(notes == 1 ? "" : "s") worth knowing"
      console.note(count == 0 ? well : count == 1 ? "1 problem" : "\(count) problems")
    }
    return status
  }
}
