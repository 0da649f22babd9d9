import ArgumentParser
import MIME

/// The file a command works on.
struct FileInputOptions: ParsableArguments {
  @Argument(help: "The file; standard input when missing or \"-\".", completion: .file())
  var file: String?
}

/// Where a command's file goes.
struct FileOutputOptions: ParsableArguments {
  @Option(
    name: .shortAndLong,
    help: ArgumentHelp(
      "Write to this file, or to standard output for \"-\" (default: beside the input; of standard input to standard output).",
      valueName: "file"),
    completion: .file())
  var output: String?

  @Flag(help: "Replace an existing output file.")
  var force = false
}

/// Whose signature a file must have for the command to succeed.
struct FileRequirementOptions: ParsableArguments {
  @Flag(help: "End with 1, and write nothing, unless there is a good signature by a verified certificate.")
  var requireSignature = false

  @Option(
    help: ArgumentHelp(
      "End with 1, and write nothing, unless there is a good signature by this address.", valueName: "address"))
  var requireSigner: String?

  mutating func validate() throws {
    guard let requireSigner, (try? AddrSpec(requireSigner)) == nil else { return }
    throw ValidationError("--require-signer wants one bare address.")
  }

  /// The address whose signature is required; nil for anybody's, or none.
  var signer: AddrSpec? { requireSigner.flatMap { try? AddrSpec($0) } }
}
