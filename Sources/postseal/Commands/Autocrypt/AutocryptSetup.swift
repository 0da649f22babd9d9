import ArgumentParser

/// `postseal autocrypt setup`: one's own key for another program.
struct AutocryptSetup: ParsableCommand, Documented {
  static let configuration = CommandConfiguration(
    commandName: "setup",
    abstract: "Move your own key between mail programs by a message to yourself.",
    discussion: """
      The message carries the secret key, encrypted with a setup code of 36 digits that is shown once. Every program with Autocrypt reads it.
      """,
    subcommands: [AutocryptSetupExport.self, AutocryptSetupImport.self])

  static let examples = [
    "postseal autocrypt setup export alice@example.org -o setup.eml", "postseal autocrypt setup import setup.eml",
  ]
}
