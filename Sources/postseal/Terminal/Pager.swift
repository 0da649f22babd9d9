import Subprocess
import SystemPackage

/// Shows a long report page by page when standard output is a terminal.
enum Pager {
  /// Prints `lines` as a report, through `$PAGER` (else `less`) when they do not fit the terminal.
  ///
  /// `less` gets `-R` for our colours and `-S`, so that in a window made narrower no line leaves its gutter; no history, and
  /// its secure mode: from there no file can be written and no program started, so the message stays in memory. Whoever leaves the
  /// pager early has seen enough.
  /// - Parameter asks: whether somebody may be waited for.
  /// - Throws: `Failure` when the report cannot be written.
  static func show(_ lines: [String], on console: Console, asks: Bool = true) async throws(Failure) {
    let terminal = console.terminal
    guard asks, terminal.outputIsTerminal, lines.count >= terminal.rows, let command = command() else {
      return try console.report(lines)
    }
    let text = lines.map { terminal.outputStyle.fit($0) + "\n" }.joined()
    if await !run(command, on: text) { try console.report(lines) }
  }

  /// Runs the pager to its end; false when there is none of that name, so that nothing was shown.
  private static func run(_ command: String, on text: String) async -> Bool {
    let shield = Interruption.shield()
    defer { _ = shield }
    var environment: [Subprocess.Environment.Key: String?] = [
      "LESSSECURE": "1", "LESSHISTFILE": "-", "LESSCHARSET": nil, "LESSOPEN": nil, "LESSCLOSE": nil,
    ]
    // For a `less` that the person names with options of their own.
    if postseal.Environment.value("LESS") == nil { environment["LESS"] = "RS" }
    // What git tells other pagers.
    if postseal.Environment.value("LV") == nil { environment["LV"] = "-c" }
    do {
      let result = try await Subprocess.run(
        .path("/bin/sh"), arguments: ["-c", command], environment: .inherit.updating(environment),
        input: .inputWriter, output: .currentStandardOutput, error: .currentStandardError
      ) { execution in
        // A pager that was left reads no more.
        _ = try? await execution.standardInputWriter.write(text)
        try? await execution.standardInputWriter.finish()
      }
      // The shell's words for a program that cannot be run.
      return result.terminationStatus != .exited(127) && result.terminationStatus != .exited(126)
    } catch {
      return false
    }
  }

  private static func command() -> String? {
    guard let pager = postseal.Environment.value("PAGER") else { return "less -RS" }
    return pager == "cat" ? nil : pager == "less" ? "less -RS" : pager
  }
}
