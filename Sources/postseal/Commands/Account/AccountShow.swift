import ArgumentParser

/// `postseal account show`.
struct AccountShow: Command {
  static let configuration = CommandConfiguration(
    commandName: "show", abstract: "Show what holds for an account, default values included.",
    discussion: "Where its passwords come from is shown, never a password; no program is run for one.")

  static let examples = ["postseal account show home", "postseal account show --json"]

  @Argument(help: "The account; the default one when missing.")
  var name: String?

  @OptionGroup(title: "Common Options") var options: GlobalOptions

  func perform() async throws -> ExitStatus {
    let session = try Session(options)
    let account = try session.account(named: name)
    let details = AccountDetails(account: account, isDefault: account.name == session.configuration.defaultAccount)
    switch session.console.format {
    case .json: try session.console.report(.report(["account": details.json]))
    case .text:
      try session.console.report(Table.details(details.values, columns: session.console.terminal.outputColumns))
    }
    return .done
  }
}

extension Session {
  /// The account of that name, else the one of `--account`, else the default one.
  ///
  /// - Throws: `Failure` 78.
  func account(named name: String?) throws(Failure) -> Configuration.Account {
    if let name {
      guard let account = configuration.account(named: name) else {
        throw Failure(
          .configuration, "there is no account `\(name)`",
          hint: "see `postseal account list`, or add it with `postseal account add`")
      }
      return account
    }
    guard let account else {
      throw Failure(
        .configuration, "no account is named, and there is no default account",
        hint: "name one of `postseal account list`, or set `default-account` in the configuration")
    }
    return account
  }
}
