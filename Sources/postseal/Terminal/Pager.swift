import Subprocess
import SystemPackage

/// Shows a long report page by page when standard output is a terminal.
enum Pager {
  /// Prints `lines` as a report, through `$PAGER` (else `less`) when they do not fit the terminal.
  ///
  /// `less` gets `-R` for our colours, no history, and its secure mode: from there no file can be written and no
  /// program started, so the message stays in memory.
  /// - Throws: `Failure` when the report cannot be written.
  static func show(_ lines: [String], on console: Console) async throws(Failure) {
    guard console.terminal.outputIsTerminal, lines.count >= console.terminal.rows, let command = command() else {
      return try console.report(lines)
    }
    let text = lines.map { console.terminal.outputStyle.fit($0) + "\n" }.joined()
    let shield = Interruption.shield()
    defer { _ = shield }
    do {
      _ = try await run(
        .path("/bin/sh"), arguments: ["-c", command],
        environment: .inherit.updating(["LESSSECURE": "1", "LESSHISTFILE": "-", "LESSCHARSET": nil]),
        input: .string(text), output: .currentStandardOutput, error: .currentStandardError)
    } catch {
      try console.report(lines)
    }
  }

  private static func command() -> String? {
    guard let pager = Environment.value("PAGER") else { return "less -R" }
    return pager == "cat" ? nil : pager == "less" ? "less -R" : pager
  }
}
