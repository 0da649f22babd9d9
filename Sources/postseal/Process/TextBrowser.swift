import Subprocess
import SystemPackage

/// A text browser of the system that lays out html: w3m, else lynx.
///
/// What it gets has no attributes, so it knows no address and can neither fetch nor run anything. It reads no settings of the
/// user and has no home; it can write no file, so that no plaintext reaches a disk; its time, memory and output are bounded. When it
/// fails in any way there is a rendering of our own.
enum TextBrowser {
  private static let timeLimit = Duration.seconds(5)
  private static let outputLimit = 16 << 20
  /// Larger html takes them longer than a person waits.
  private static let inputLimit = 1 << 20
  private static let memoryLimitInKiB = 512 << 10

  /// The lines of `markup`, safe for a terminal; nil when no browser is there, or it failed.
  static func lines(of markup: String, columns: Int) async -> [TextLine]? {
    guard markup.utf8.count <= inputLimit, let command = command(columns: columns) else { return nil }
    guard let output = await run(command, on: markup) else { return nil }
    var lines = output.split(omittingEmptySubsequences: false) { $0 == "\n" || $0 == "\r\n" }.map { line in
      TextLine(text: TerminalText.visible(String(line), .textLine))
    }
    lines = withoutMargin(lines)
    while lines.last?.text.allSatisfy(\.isWhitespace) == true { lines.removeLast() }
    return lines.isEmpty ? nil : lines
  }

  /// Without the blanks that every line starts with.
  private static func withoutMargin(_ lines: [TextLine]) -> [TextLine] {
    let margins = lines.compactMap { line in line.text.utf8.firstIndex { $0 != 0x20 }?.utf16Offset(in: line.text) }
    guard let margin = margins.min(), margin > 0 else { return lines }
    return lines.map { TextLine(text: String($0.text.dropFirst(margin))) }
  }

  /// Program and arguments.
  private static func command(columns: Int) -> [String]? {
    if let w3m = FilePath.program(named: "w3m") {
      return [
        w3m.string, "-dump", "-T", "text/html", "-I", "UTF-8", "-O", "UTF-8", "-cols", String(columns), "-config",
        "/dev/null",
        "-o", "use_cookie=0", "-o", "display_image=0", "-o", "use_proxy=0",
      ]
    }
    // From standard input it would make a copy on the disk; from a file of that name it does not.
    return FilePath.program(named: "lynx").map {
      [
        $0.string, "-dump", "-force_html", "-nolist", "-cfg=/dev/null", "-lss=/dev/null",
        "-assume_charset=UTF-8", "-display_charset=UTF-8", "-width=\(columns)", "/dev/stdin",
      ]
    }
  }

  /// What the program prints; nil when it fails, takes too long, or prints too much.
  private static func run(_ command: [String], on markup: String) async -> String? {
    // Being cancelled ends the program with all that it started.
    await Interruption.cancelling(after: timeLimit) { await output(of: command, markup) }
  }

  private static func output(of command: [String], _ markup: String) async -> String? {
    // A file size of nothing is for files alone, not for the pipe; the signal about it would end the program.
    let limits = "trap '' XFSZ; ulimit -c 0; ulimit -f 0; ulimit -t 5; ulimit -v \(memoryLimitInKiB)"
    var platform = PlatformOptions()
    platform.createSession = true
    platform.teardownSequence = [
      .send(signal: .kill, toProcessGroup: true, allowedDurationToNextStep: .milliseconds(100))
    ]
    // lynx wants a folder for what it will not write; w3m writes a copy unless it has none.
    let environment: [Subprocess.Environment.Key: String] = [
      "LC_ALL": "C.UTF-8", "HOME": "/dev/null", "TMPDIR": "/dev/null", "LYNX_TEMP_SPACE": "/tmp", "TERM": "dumb",
    ]
    let result = try? await Subprocess.run(
      .path("/bin/sh"), arguments: Arguments(["-c", "{ \(limits); } 2> /dev/null; exec \"$0\" \"$@\""] + command),
      environment: .custom(environment), platformOptions: platform, input: .inputWriter,
      output: .string(limit: outputLimit), error: .discarded
    ) { execution in
      // Subprocess ends the whole process when a program that does not read is given its input any other way.
      _ = try? await execution.standardInputWriter.write(markup)
      try? await execution.standardInputWriter.finish()
    }
    guard let result, result.terminationStatus.isSuccess else { return nil }
    return result.standardOutput
  }
}
