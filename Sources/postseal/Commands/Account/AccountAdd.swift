import ArgumentParser
import ByteStreams
import MIME
import MailTransport
import SystemPackage

/// `postseal account add`.
struct AccountAdd: Command {
  static let configuration = CommandConfiguration(
    commandName: "add", abstract: "Add an account to your configuration.",
    discussion: """
      What the options leave open is asked for at a terminal. The file is made where there is none, for your eyes alone; what \
      stands in one already stays as it is. Nobody is asked on a network unless --discover is given: it asks the DNS of the \
      address's domain for its servers (RFC 6186), else tries names that are usual, and shows what it found before it is used.

      With --secret-service the password goes to your desktop's secret service, asked for by that or read from --password-fd.
      """)

  static let examples = [
    "postseal account add home --from \"Alice Example <alice@example.org>\" --submit smtps://alice@mail.example.org --password-command \"pass show mail/home\" --dry-run",
    "postseal account add lists --from alice@example.net --submit sendmail: --dry-run",
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

  @Option(help: ArgumentHelp("Where sent mail is kept, such as maildir:~/Mail/Sent.", valueName: "url"))
  var sent: String?

  @Option(help: ArgumentHelp("A program that prints its password.", valueName: "command"))
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
    let places = [passwordCommand != nil, tokenCommand != nil, secretService]
    if places.count(where: \.self) > 1 {
      throw ValidationError("--password-command, --token-command and --secret-service exclude each other.")
    }
    // What is read from a descriptor is gone after this run.
    if connection.passwordFD != nil, !secretService {
      throw ValidationError("--password-fd goes with --secret-service: the file holds no password.")
    }
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

  private func tell(_ draft: AccountDraft, _ added: Configuration, _ path: String, on session: Session) throws {
    let console = session.console
    if console.format == .json, let account = added.account(named: draft.name) {
      let details = AccountDetails(account: account, isDefault: added.defaultAccount == draft.name)
      return try console.report(
        .report(["account": details.json, "file": .string(path), "written": .bool(!dryRun)]))
    }
    try console.report(draft.toml.split(separator: "\n").map { TerminalText.visible(String($0)) })
    console.note(
      dryRun
        ? "would be added to \(path)"
        : "added to \(path); `postseal account check \(ShellWord.quoted(draft.name))` tries it")
  }

  /// What the options say, completed by the person and by what was found.
  private func draft(on session: Session) async throws -> AccountDraft {
    let canAsk = session.console.terminal.canAsk && !options.batch
    func ask(_ question: String, _ suggestion: String = "") -> String? {
      guard canAsk else { return nil }
      let answer = Question.ask(question, suggestion: suggestion, on: session.console)
      return answer.isEmpty ? nil : answer
    }
    /// The same until the answer is one that can be used.
    func ask(_ question: String, until check: (String) throws -> Void) -> String? {
      while let answer = ask(question) {
        do {
          try check(answer)
          return answer
        } catch {
          session.console.note("that cannot be used: \(Failure(error)?.sentences.first ?? "\(error)")")
        }
      }
      return nil
    }
    var draft = AccountDraft(name: name ?? "")
    draft.from =
      from.isEmpty
      ? [ask("Your address, such as Alice Example <alice@example.org>") { _ = try Mailbox($0) }].compactMap(\.self)
      : from
    guard let first = draft.from.first else {
      throw Failure(.usage, "the account needs an address", hint: "name it with `--from ADDRESS`")
    }
    guard let address = (try? Mailbox(first))?.address else {
      throw Failure(.usage, "`\(first)` is no address", hint: "write it as \"Name <address>\", or the address alone")
    }
    if draft.name.isEmpty {
      draft.name = ask("Name of the account", Self.shortName(address)) ?? Self.shortName(address)
    }
    draft.key = key
    draft.connection = connection.words
    let found = discover ? try await discovered(address, on: session) : (submit: nil, fetch: nil)
    draft.submit =
      submit ?? found.submit
      ?? ask("Submit mail to, such as smtps://\(address.text)@HOST (empty: sendmail)") {
        _ = try SubmissionTarget(parsing: $0, home: "/", plaintext: .anyHost)
      }
    draft.fetch =
      fetch ?? found.fetch
      ?? ask("Fetch mail from, such as imaps://\(address.text)@HOST (empty: nowhere)") {
        _ = try RetrievalSource(parsing: $0, plaintext: .anyHost)
      }
    draft.sent = sent
    draft.credential =
      passwordCommand.map { .passwordCommand(AccountDraft.command($0)) }
      ?? tokenCommand.map { .tokenCommand(AccountDraft.command($0)) } ?? (secretService ? .secretService : nil)
    if draft.credential == nil, draft.wantsSecret, connection.clientCertificate == nil {
      draft.credential = ask("Program that prints the password, such as pass show mail (empty: ~/.netrc)")
        .map { .passwordCommand(AccountDraft.command($0)) }
    }
    return draft
  }

  /// The first label of the domain.
  private static func shortName(_ address: AddrSpec) -> String {
    address.domain.split(separator: ".").first.map(String.init) ?? "home"
  }

  /// The servers that the domain of an address seems to have, as far as they are wanted.
  ///
  /// - Throws: `Failure` 68 when there are none, 1 when nobody can be asked whether they are right.
  private func discovered(_ address: AddrSpec, on session: Session) async throws -> (submit: String?, fetch: String?) {
    var options = ConnectionOptions(trust: connection.caFile.map { .file($0) } ?? .system)
    options.proxy = try connection.choice.proxy ?? .environment
    options.patience = connection.timeout.map { .seconds($0) }
    let discovery = ServerDiscovery(address.domain, options: options)
    let submission = submit == nil ? try await discovery.submission(as: address.text) : nil
    let retrieval = fetch == nil ? try await discovery.retrieval(as: address.text) : nil
    var urls: [String?] = []
    for finding in [submission, retrieval] {
      urls.append(try finding.flatMap { try use($0, on: session) })
    }
    if submission == nil, retrieval == nil, submit == nil || fetch == nil {
      throw Failure(
        .hostUnknown, "no mail server of \(address.domain) was found",
        hint: "name them with `--submit URL` and `--fetch URL`")
    }
    return (urls[0], urls[1])
  }

  private func use(_ finding: ServerDiscovery.Finding, on session: Session) throws -> String? {
    let url = finding.server.url(finding.spoken)
    let words = "\(url), \(finding.isAnnounced ? "which the domain's DNS names" : "which is a guess that answers")"
    if let problem = finding.problem {
      session.console.note("not used: \(words): \(problem)")
      return nil
    }
    session.console.note("found \(words)")
    guard !yes, !dryRun else { return url }
    try Question.confirm(
      "Use it?", on: session.console, options: self.options, otherwise: "add `--yes`, or name servers yourself")
    return url
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
  fileprivate var wantsSecret: Bool { servers.contains { $0.user != nil } }
}
