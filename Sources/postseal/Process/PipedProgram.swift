import Subprocess
import SystemPackage

/// A small program that turns the bytes it is given into others: nothing of either touches a disk, and its time and output are bounded.
enum PipedProgram {
  private static let timeLimit = Duration.seconds(10)
  private static let wordsLimit = 64 << 10

  /// What a program that ended made and said.
  struct Result: Sendable {
    let output: [UInt8]
    /// What it said on standard error: foreign text.
    let words: String
    let isSuccess: Bool
  }

  /// Runs it; nil when it does not start, takes too long or makes more than `limit` bytes.
  static func run(
    _ program: FilePath, _ arguments: [String], on input: [UInt8], limit: Int
  ) async -> Result? {
    await Interruption.cancelling(after: timeLimit) { await result(of: program, arguments, on: input, limit: limit) }
  }

  private static func result(
    of program: FilePath, _ arguments: [String], on input: [UInt8], limit: Int
  ) async -> Result? {
    let result = try? await Subprocess.run(
      .path(program), arguments: Arguments(arguments), input: .inputWriter, output: .bytes(limit: limit),
      error: .string(limit: wordsLimit)
    ) { execution in
      // Subprocess ends the whole process when a program that does not read is given its input any other way.
      _ = try? await execution.standardInputWriter.write(input)
      try? await execution.standardInputWriter.finish()
    }
    guard let result else { return nil }
    return Result(
      output: result.standardOutput, words: result.standardError, isSuccess: result.terminationStatus.isSuccess)
  }
}
