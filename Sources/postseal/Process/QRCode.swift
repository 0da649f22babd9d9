import Subprocess
import SystemPackage

/// QR codes for the terminal, drawn by the program qrencode.
enum QRCode {
  private static let timeLimit = Duration.seconds(10)
  private static let outputLimit = 256 << 10

  /// The lines that show `text` as a QR code: light squares are drawn, so the terminal has to be a dark one unless it shows colours.
  ///
  /// Without UTF-8 it takes twice as many lines and columns.
  /// - Parameter text: goes to the program through a pipe.
  /// - Throws: `Failure` 69 when the program is missing or fails.
  static func lines(of text: String, style: Style) async throws(Failure) -> [String] {
    guard let program = FilePath.program(named: "qrencode") else {
      throw Failure(
        .unavailable, "cannot draw a QR code: the program qrencode is not installed",
        hint: "install it, on Debian and Ubuntu with `apt install qrencode`")
    }
    let (kind, signs) = style.hasUTF8 ? ("UTF8", " ▀▄█") : ("ASCIIi", " #")
    let drawing = await output(of: program, kind, on: text)
    let lines = drawing?.split(separator: "\n").map(String.init) ?? []
    // Nothing but squares reaches the terminal, whatever program has that name.
    guard !lines.isEmpty, lines.allSatisfy({ $0.allSatisfy(signs.contains) }) else {
      throw Failure(
        .unavailable, "cannot draw a QR code: \(program.string) failed", hint: "run it by itself to see why")
    }
    return lines.map(style.whiteOnBlack)
  }

  private static func output(of program: FilePath, _ kind: String, on text: String) async -> String? {
    let task = Task { await outputInTime(of: program, kind, on: text) }
    let registration = Interruption.register { task.cancel() }
    defer { _ = registration }
    return await task.value
  }

  private static func outputInTime(of program: FilePath, _ kind: String, on text: String) async -> String? {
    await withTaskGroup(of: String?.self) { group in
      group.addTask { await run(program, kind, on: text) }
      group.addTask {
        try? await Task.sleep(for: timeLimit)
        return nil
      }
      let first = await group.next() ?? nil
      group.cancelAll()
      return first
    }
  }

  private static func run(_ program: FilePath, _ kind: String, on text: String) async -> String? {
    let result = try? await Subprocess.run(
      .path(program), arguments: ["-t", kind, "-m", "2", "-l", "M"], input: .inputWriter,
      output: .string(limit: outputLimit), error: .discarded
    ) { execution in
      _ = try? await execution.standardInputWriter.write(text)
      try? await execution.standardInputWriter.finish()
    }
    guard let result, result.terminationStatus.isSuccess else { return nil }
    return result.standardOutput
  }
}
