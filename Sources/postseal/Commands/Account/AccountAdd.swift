import ArgumentParser
import ByteStreams
import GPGME
import MIME
import MailTransport
import SystemPackage

/// `postseal account add`.
struct AccountAdd: Command {
  static let configuration = CommandConfiguration(
    commandName: "add", abstract: "Add an account to your configuration.",
    discussion: """
      What the options leave open is asked for at a terminal; elsewhere it stays open. The file is made where there is none, for \
      your eyes alone; what stands in one already stays as it is. Nobody is asked on a network unless --discover is given: it asks the DNS of the \
      address's domain for its servers (RFC 6186), else tries names that are usual, and shows what it found before it is used.

      A server without TLS is taken only with --insecure, and then every run has to say so again. Where you have no key for an \
      address, the command that makes one is shown.

      With --secret-service the password goes to your desktop's secret service, asked for by that or read from --password-fd.
      """)

  static let examples = [
    "postseal account add home --from \"Alice Example <alice@example.org>\" --dry-run",
    "postseal account add lists --from alice@example.net --submit sendmail:",
  ]

  @Argument(help: "The account's name.")
  var name: String?

  @Option(help: ArgumentHelp("An address that it writes as; may be repeated.", valueName: "address"))
  var from: [String] = []

  @Option(help: ArgumentHelp("The fingerprint of its key (default: the one with the address).", valueName: "key"))
  var key: String?

  @Option(
    help: ArgumentHelp(
      "Where its mail is submitted, such as smtps://USER@HOST (default: the system's sendmail).", valueName: "url"))
  var submit: String?

  @Option(help: ArgumentHelp("Where its mail is fetched, such as imaps://USER@HOST.", valueName: "url"))
  var fetch: String?

  @Option(
    help: ArgumentHelp("Where fetched mail is delivered, such as maildir:~/Mail/Inbox.", valueName: "mailbox"))
  var into: String?

  @Option(
    help: ArgumentHelp(
      "Where sent mail is kept, sealed to yourself: maildir:~/Mail/Sent, or imaps://USER@HOST/Sent.", valueName: "url"))
  var sent: String?

  @Option(
    help: ArgumentHelp("A program that prints its password, such as \"pass show mail/home\".", valueName: "command"))
  var passwordCommand: String?

  @Option(help: ArgumentHelp("A program that prints an OAuth 2.0 access token.", valueName: "command"))
  var tokenCommand: String?

  @Flag(help: "Keep its password in the desktop's secret service.")
  var secretService = false

  @Flag(help: "Look for the servers of the address's domain.")
  var discover = false

  @Flag(name: .customLong("default"), help: "Make it the default account; the first one is anyway.")
  var makesDefault = false

  @Flag(help: "Use the servers that were found without asking.")
  var yes = false

  @Flag(help: "Show what would be added, and change nothing.")
  var dryRun = false

  @OptionGroup(title: "Connection Options") var connection: ConnectionFlags
  @OptionGroup(title: "Common Options") var options: GlobalOptions

  mutating func validate() throws {
    try connection.checkFiles()
    let places = [passwordCommand != nil, tokenCommand != nil, secretService]
    if places.count(where: \.self) > 1 {
      throw ValidationError("--password-command, --token-command and --secret-service exclude each other.")
    }
    // What is read from a descriptor is gone after this run.
    if connection.passwordFD != nil, !secretService {
      throw ValidationError("--password-fd goes with --secret-service: the file holds no password.")
    }
    try OptionValue.checkIsThere("the account's name", name)
    for (option, isThere) in [
      ("--token-fd", connection.tokenFD != nil), ("--client-key-fd", connection.clientKeyFD != nil),
    ] where isThere {
      throw ValidationError("\(option) is for one run, and an account is for many.")
    }
  }

  func perform() async throws -> ExitStatus {
    let session = try Session(options)
    guard let path = ConfigurationFile.path(named: options.config) else {
      throw Failure(
        .configuration, "no place for the configuration: HOME is not set", hint: "name a file with `--config FILE`")
    }
    let file = try AccountFile(path)
    let draft = try await draft(on: session)
    let isFirst = session.configuration.accounts.isEmpty && session.configuration.defaultAccount == nil
    let text = try file.adding(draft, asDefault: makesDefault || isFirst)
    if !dryRun {
      try await keepSecret(of: draft, on: session)
      try file.write(text)
    }
    let added = try ConfigurationFile.parse(text, file: path)
    try tell(draft, added, path, on: session)
    return .done
  }

  /// What is still missing before the account can be used as it is.
  private func gaps(of account: Configuration.Account, on session: Session) -> [HealthFinding] {
    let checkup = Checkup(session: session, configurationFailure: nil)
    do throws(GPGMEError) {
      var gpg = try session.gpg()
      return checkup.keys(of: account, own: try gpg.certificates(in: .secretKeys))
    } catch {
      return [Checkup.engineFailure(error)]
    }
  }

  private func tell(_ draft: AccountDraft, _ added: Configuration, _ path: String, on session: Session) throws {
    let console = session.console
    guard let account = added.account(named: draft.name) else { return }
    let gaps = gaps(of: account, on: session)
    if console.format == .json {
      let details = AccountDetails(account: account, isDefault: added.defaultAccount == draft.name)
      return try console.report(
        .report([
          "account": details.json, "file": .string(path), "written": .bool(!dryRun),
          "missing": .array(gaps.map(\.json)),
        ]))
    }
    try console.report(draft.toml.split(separator: "\n").map { TerminalText.visible(String($0)) })
    console.note(
      dryRun
        ? "would be added to \(path)"
        : "added to \(path); `postseal account check \(ShellWord.quoted(draft.name))` tries it")
    for gap in gaps {
      console.note(gap.text)
      if let mend = gap.mend { console.note("to mend that: \(mend)") }
    }
    for server in account.servers where server.security == .plaintext && !server.isLoopback {
      console.note("\(server.host) is reached without TLS: every run that uses it has to say `--insecure`")
    }
  }

  /// Files the password for each server of the account.
  private func keepSecret(of draft: AccountDraft, on session: Session) async throws {
    guard draft.credential == .secretService else { return }
    let secret = try connection.passwordFD.map { try SecretMemory.firstLine(of: $0, "the password") }
    if secret == nil, !session.console.terminal.canAsk || options.batch {
      throw Failure(.usage, "nobody can be asked for the password", hint: "give it with `--password-fd N`")
    }
    var seen: Set<String> = []
    for server in draft.servers {
      guard let user = server.user, seen.insert("\(user) \(server.host)").inserted else { continue }
      session.console.note("the password of \(user) at \(server.host) goes to your desktop's secret service")
      try await SecretService.store(secret, for: user, at: server)
    }
  }
}

extension AccountDraft {
  /// The servers that its URLs name.
  fileprivate var servers: [MailServer] {
    var account = Configuration.Account(name: name)
    (account.submit, account.fetch, account.sent) = (submit, fetch, sent)
    return account.servers
  }

  /// Whether one of them wants a login.
  var wantsSecret: Bool { servers.contains { $0.user != nil } }
}
