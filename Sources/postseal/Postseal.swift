import ArgumentParser

/// The root command: it only names the others.
struct Postseal: ParsableCommand {
  /// The version of the tool, as `--version` prints it.
  static let version = "0.1.0"

  static let configuration = CommandConfiguration(
    commandName: "postseal",
    abstract: "OpenPGP mail for the terminal: seal, send, open and judge.",
    discussion: examples(
      "postseal encrypt letter.eml -o sealed.eml",
      "postseal read mail.eml"),
    version: version,
    subcommands: [])

  /// How a command's help ends: two calls that work as they stand.
  static func examples(_ first: String, _ second: String) -> String {
    "Examples:\n  \(first)\n  \(second)"
  }
}
