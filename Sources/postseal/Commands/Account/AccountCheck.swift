import ArgumentParser

/// `postseal account check`.
struct AccountCheck: Command {
  static let configuration = CommandConfiguration(
    commandName: "check", abstract: "Check an account: its key, its folders, and a login at each of its servers.",
    discussion: """
      Connects and logs in where the account submits and fetches, without handing over or looking at any mail, and shows the \
      certificates and their pinned-key. With --offline nobody is asked. The exit status is 0 without a problem, else the highest \
      of the problems' own.
      """)

  static let examples = ["postseal account check home", "postseal account check --offline"]

  @Argument(help: "The account; the default one when missing.")
  var name: String?

  @Flag(help: "Ask no server.")
  var offline = false

  @OptionGroup(title: "Connection Options") var connection: ConnectionFlags
  @OptionGroup(title: "Common Options") var options: GlobalOptions

  func perform() async throws -> ExitStatus {
    let choice = try connection.choice
    var options = options
    if let name { options.account = name }
    let session = try Session(options)
    let account = try session.account(named: nil)
    let checkup = Checkup(session: session, configurationFailure: nil)
    var findings = checkup.account(account, isAsked: !offline)
    if !offline { findings += await checkup.network(choice) }
    return try session.tell(findings)
  }
}
