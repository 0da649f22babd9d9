import MIME
import MailTransport
import SystemPackage

extension AccountAdd {
  /// What the options say, completed by the person and by what was found.
  func draft(on session: Session) async throws -> AccountDraft {
    let canAsk = session.console.terminal.canAsk && !options.batch
    func ask(_ question: String, _ suggestion: String = "") -> String? {
      guard canAsk else { return nil }
      let answer = Question.ask(question, suggestion: suggestion, on: session.console)
      return answer.isEmpty ? nil : answer
    }
    /// The same until the answer is one that can be used; nil for none.
    func ask(_ question: String, _ suggestion: String = "", until check: (String) throws -> Void) -> String? {
      while let answer = ask(question, suggestion) {
        if answer == "none" { return nil }
        do {
          try check(answer)
          return answer
        } catch {
          session.console.note("that cannot be used: \(OptionValue.words(of: error))")
        }
      }
      return nil
    }
    let plaintext = try connection.choice.plaintext
    func submission(_ text: String) throws(TransportError) {
      _ = try SubmissionTarget(parsing: text, home: "/", plaintext: plaintext)
    }
    func retrieval(_ text: String) throws(TransportError) {
      _ = try RetrievalSource(parsing: text, plaintext: plaintext)
    }
    func keeper(_ text: String) throws(TransportError) { _ = try SentPlace(parsing: text, home: "/") }
    try Self.check("--submit", submit, by: submission) { Failure($0) }
    try Self.check("--fetch", fetch, by: retrieval) { Failure(fetching: $0) }
    try Self.check("--sent", sent, by: keeper) { Failure(fetching: $0) }
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
      ?? ask("Submit mail to, such as smtps://\(address.text)@HOST (empty: sendmail)") { try submission($0) }
    draft.fetch =
      fetch ?? found.fetch
      ?? ask("Fetch mail from, such as imaps://\(address.text)@HOST (empty: nowhere)") { try retrieval($0) }
    draft.into = into
    if draft.into == nil, draft.fetch != nil {
      draft.into = ask("Deliver fetched mail into (none: say it each time)", "maildir:~/Mail/Inbox") { text in
        if !FetchTarget.isSound(text) { throw Failure(.usage, FetchTarget.unsound) }
      }
    }
    draft.sent =
      sent
      ?? ask("Keep sent mail in, sealed to yourself (none: nowhere)", "maildir:~/Mail/Sent") { try keeper($0) }
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

  /// Refuses the value of an option that no run could use.
  ///
  /// - Throws: `Failure` 64.
  private static func check(
    _ option: String, _ text: String?, by read: (String) throws(TransportError) -> Void,
    hints: (TransportError) -> Failure
  ) throws(Failure) {
    // That a value is empty is found when the file is read.
    guard let text, !text.isEmpty else { return }
    do throws(TransportError) {
      try read(text)
    } catch {
      throw Failure(
        .usage, sentences: ["\(option): \(error)"],
        hints: hints(error).hints + ["nothing was added; see `postseal account add --help`"])
    }
  }
}
