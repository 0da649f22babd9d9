import ByteStreams
import GPGME
import SystemPackage

/// Secret keys as text that fits a sheet of paper, made and read by the program paperkey.
///
/// Only what the certificate does not hold is in it, as locked as it was; each line has a checksum. Clear or locked, nothing secret
/// touches a disk but the text itself, where the person wants it.
enum PaperKey {
  private static let sizeLimit = 1 << 20

  /// The text for a secret key, binary and alone.
  ///
  /// - Throws: `Failure` 69 when the program is missing or fails.
  static func text(of secretKey: [UInt8]) async throws(Failure) -> String {
    let bytes = try await run(["--output-width", "78", "--output-type", "base16"], on: secretKey) { words in
      Failure(.unavailable, "cannot make a paper backup: \(words)", hint: "run `paperkey` by itself to see why")
    }
    return String(decoding: bytes, as: UTF8.self)
  }

  /// The secret key that a text was made of.
  ///
  /// - Parameters:
  ///   - certificate: binary; without it there is nothing that the secret parts belong to.
  ///   - path: the file with the text.
  /// - Throws: `Failure` 69 when the program is missing, 65 for a text with a mistake, which is named.
  static func secretKey(from path: FilePath, certificate: [UInt8]) async throws -> [UInt8] {
    let whole = try Folders.resolved(path)
    return try await run(["--pubring", "/dev/stdin", "--secrets", whole.string], on: certificate) { words in
      Failure(
        .malformedInput, "cannot read the paper backup \(path): \(words)",
        hint: "compare that line with the paper; each ends with a checksum of its own")
    }
  }

  /// The fingerprint of the primary key that a text is about; nil when it is none of paperkey's.
  ///
  /// Source: what `paperkey --file-format` says.
  static func fingerprint(in text: some StringProtocol) -> Fingerprint? {
    let lines = text.split { $0.isNewline }.filter { !$0.hasPrefix("#") }
    let first = lines.first { !$0.allSatisfy(\.isWhitespace) }?.split(separator: " ") ?? []
    // Number of the line, format 0, version 4, fingerprint.
    guard first.count >= 23, first[0] == "1:", first[1] == "00", first[2] == "04" else { return nil }
    return Fingerprint(first[3..<23].joined())
  }

  /// The lines that paperkey reads again, without its explanations.
  static func essence(of text: String) -> String {
    text.split(separator: "\n").filter { !$0.hasPrefix("#") }.joined(separator: "\n") + "\n"
  }

  private static func run(
    _ arguments: [String], on input: [UInt8], failure: (String) -> Failure
  ) async throws(Failure) -> [UInt8] {
    guard let program = FilePath.program(named: "paperkey") else {
      throw Failure(
        .unavailable, "the program paperkey, which makes and reads paper backups, is not installed",
        hint: "install it, on Debian and Ubuntu with `apt install paperkey`")
    }
    guard let result = await PipedProgram.run(program, arguments, on: input, limit: sizeLimit) else {
      throw failure("\(program.string) failed")
    }
    guard result.isSuccess, !result.output.isEmpty else {
      throw failure(result.words.split(separator: "\n").first.map(String.init) ?? "\(program.string) failed")
    }
    return result.output
  }
}
