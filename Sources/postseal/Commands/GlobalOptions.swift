import ArgumentParser

/// The options every command takes.
struct GlobalOptions: ParsableArguments {
  @Option(help: ArgumentHelp("GnuPG home directory (default: $GNUPGHOME, else GnuPG's own).", valueName: "dir"))
  var home: String?

  @Option(help: ArgumentHelp("Account of the configuration to act for.", valueName: "name"))
  var account: String?

  @Option(help: ArgumentHelp("Configuration file to use.", valueName: "file"))
  var config: String?

  @Flag(help: "Print the report as JSON.")
  var json = false

  @Flag(name: .shortAndLong, help: "Tell only what went wrong.")
  var quiet = false

  @Flag(name: .shortAndLong, help: "Tell what gpg says while it works.")
  var verbose = false

  @Flag(help: "Never ask a question, not even by a graphical pinentry.")
  var batch = false

  @Option(help: ArgumentHelp("Colour the marks: auto, always or never.", valueName: "when"))
  var color = Terminal.ColourChoice.auto

  /// The console these options ask for.
  var console: Console {
    Console(
      terminal: Terminal(colour: color),
      detail: quiet ? .quiet : verbose ? .verbose : .normal,
      format: json ? .json : .text)
  }

  mutating func validate() throws {
    // What an unset variable of a script leaves must not mean the person's own keyring.
    try OptionValue.checkIsThere("--home", home)
    if quiet && verbose { throw ValidationError("--quiet and --verbose exclude each other.") }
  }
}
