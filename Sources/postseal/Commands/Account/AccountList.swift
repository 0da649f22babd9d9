import ArgumentParser

/// `postseal account list`.
struct AccountList: Command {
  static let configuration = CommandConfiguration(
    commandName: "list", abstract: "List the accounts of your configuration.",
    discussion: "One line for each: its name (* marks the default one), its first address, and where its mail goes.")

  static let examples = ["postseal account list", "postseal account list --json"]

  @OptionGroup(title: "Common Options") var options: GlobalOptions

  func perform() async throws -> ExitStatus {
    let session = try Session(options)
    let configuration = session.configuration
    let details = configuration.accounts.map {
      AccountDetails(account: $0, isDefault: $0.name == configuration.defaultAccount)
    }
    if session.console.format == .json {
      try session.console.report(.report(["accounts": .array(details.map(\.json))]))
      return .done
    }
    if details.isEmpty {
      session.console.note(
        "there is no account: `postseal account add NAME` makes one; mail goes to the system's sendmail")
    }
    try session.console.report(Table.lines(details.map(\.row), columns: session.console.terminal.outputColumns))
    return .done
  }
}
