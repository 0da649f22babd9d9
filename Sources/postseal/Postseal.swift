import ArgumentParser

/// The root command: it only names the others.
struct Postseal: ParsableCommand, Documented {
  /// The version of the tool, as `--version` prints it.
  static let version = "0.1.0"

  static let configuration = CommandConfiguration(
    commandName: "postseal",
    abstract: "OpenPGP mail for the terminal: seal, send, open and judge.",
    version: version,
    subcommands: [
      Encrypt.self,
      Sign.self,
      Send.self,
      OutboxCommand.self,
      Sendmail.self,
      Compose.self,
      Fetch.self,
      Decrypt.self,
      Verify.self,
      Read.self,
      Extract.self,
      Inspect.self,
      Filter.self,
      Reseal.self,
      KeyCommand.self,
      AutocryptCommand.self,
      FileCommand.self,
      AccountCommand.self,
      Doctor.self,
      ManualCommand.self,
    ])

  static let examples = ["postseal send letter.eml --dry-run", "postseal read mail.eml"]
}
