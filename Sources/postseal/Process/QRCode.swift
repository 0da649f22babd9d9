import SystemPackage

/// QR codes for the terminal, drawn by the program qrencode.
enum QRCode {
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
    let lines = await drawing(by: program, ["-t", kind, "-m", "2", "-l", "M"], of: text, signs)
    guard let lines else {
      throw Failure(
        .unavailable, "cannot draw a QR code: \(program.string) failed", hint: "run it by itself to see why")
    }
    return lines.map(style.whiteOnBlack)
  }

  /// The lines that show `text` as a QR code on paper, where dark squares are drawn; nil when it is too long for one, or the program is
  /// missing or fails.
  static func printableLines(of text: String) async -> [String]? {
    guard let program = FilePath.program(named: "qrencode") else { return nil }
    return await drawing(by: program, ["-t", "UTF8i", "-m", "4", "-l", "L"], of: text, " ▀▄█")
  }

  /// Nil when the program fails, or draws anything but `signs`: nothing but squares gets on, whatever program has that name.
  private static func drawing(
    by program: FilePath, _ arguments: [String], of text: String, _ signs: String
  ) async -> [String]? {
    let result = await PipedProgram.run(program, arguments, on: Array(text.utf8), limit: outputLimit)
    guard let result, result.isSuccess, let drawing = String(validating: result.output, as: UTF8.self) else {
      return nil
    }
    let lines = drawing.split(separator: "\n").map(String.init)
    return !lines.isEmpty && lines.allSatisfy { $0.allSatisfy(signs.contains) } ? lines : nil
  }
}
