import ArgumentParser

/// `postseal doctor`.
struct Doctor: Command {
  static let configuration = CommandConfiguration(
    abstract: "Check GnuPG, your keys and the configuration, and say what mends each problem.",
    discussion: """
      One line for each thing: ✓ well, ! worth knowing, ✗ a problem, with what mends it under it. Nothing is changed; \
      gpg-agent is started if it does not run. Nobody is asked on a network unless --network is given. The exit status is 0 \
      without a problem, else the highest of the problems' own: 78 for configuration, 71 for the system, 34 where you cannot \
      sign, 32 for other keys and certificates, 30 for one that is missing, 21 for passphrases.
      """)

  static let examples = ["postseal doctor", "postseal doctor --json"]

  @Flag(help: "Also connect and log in to the account's servers, without handing over or looking at any mail.")
  var network = false

  @OptionGroup(title: "Connection Options") var connection: ConnectionFlags
  @OptionGroup(title: "Common Options") var options: GlobalOptions

  func perform() async throws -> ExitStatus {
    var configuration = Configuration()
    var failure: Failure?
    do throws(Failure) {
      configuration = try ConfigurationFile.load(named: options.config)
    } catch {
      failure = error
    }
    let session = try Session(options, configuration: configuration)
    let checkup = Checkup(session: session, configurationFailure: failure)
    var findings = checkup.findings()
    if network { findings += await checkup.network(try connection.choice) }
    return try session.tell(findings)
  }
}
