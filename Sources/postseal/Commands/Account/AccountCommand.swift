import ArgumentParser

/// `postseal account`: the accounts of the configuration.
struct AccountCommand: ParsableCommand, Documented {
  static let configuration = CommandConfiguration(
    commandName: "account",
    abstract: "List, show, check and add the accounts of your configuration.",
    subcommands: [AccountList.self, AccountShow.self, AccountCheck.self, AccountAdd.self])

  static let examples = ["postseal account list", "postseal account check --offline"]
}
