import ByteStreams
import GPGME
import MIME
import MailTransport
import SealedMail

/// One message that a program hands over: read, sealed and submitted, or refused and kept.
struct SendmailDelivery {
  let command: Sendmail
  let arguments: SendmailArguments
  let console: Console

  init(_ command: Sendmail, _ arguments: SendmailArguments) {
    self.command = command
    self.arguments = arguments
    let options = command.options
    // Programs take every word for trouble, so only a person who asks is told of success.
    let isTerse = !options.quiet && !options.verbose && !arguments.isVerbose
    console = Console(
      terminal: options.console.terminal, detail: isTerse ? .terse : options.console.detail,
      format: options.console.format)
  }

  /// Everything that is decided before the first byte is sealed.
  private struct Order {
    let session: Session
    let message: ByteStore
    let overrides: OutgoingMessage.Overrides
    let recipients: [AddrSpec]
    let reversePath: Envelope.ReversePath
    let request: HandedMessage.Request
  }

  /// - Throws: `Failure`, saying whether the message is kept.
  func run() async throws -> ExitStatus {
    let store = try Input.message(arguments.ending, console: console)
    var keeping = SendmailKeeping(command, store, arguments, console: console)
    do {
      let order = try order(store, &keeping)
      return try await send(order, &keeping)
    } catch let repetition as Dispatch.Repetition {
      throw repetition.failure
    } catch {
      guard let failure = Failure(sendmail: error, request: keeping.request) else { throw error }
      guard !command.dryRun, !Interruption.isRequested else { throw failure.opened(by: "not sent") }
      throw keeping.keep(because: failure)
    }
  }

  private func order(_ store: ByteStore, _ keeping: inout SendmailKeeping) throws -> Order {
    let loaded = Result { () throws(Failure) in try ConfigurationFile.load(named: command.options.config) }
    if case .success(let configuration) = loaded {
      keeping.configuration = configuration
      keeping.account = configuration.account(named: command.options.account) ?? configuration.account(named: nil)
    }
    // Whose it is has to be known, whatever is wrong with the rest, to keep it.
    let handed = try HandedMessage(store)
    keeping.author = try? handed.senders().first?.address
    let configuration = try loaded.get()
    let named = try command.options.account.map { try Self.account($0, in: configuration) }
    let names = try configuration.localNames()
    let sender = try SendmailSender(of: handed.senders(), arguments, named: named, in: configuration, names: names)
    keeping.account = sender.account
    keeping.sender = sender
    keeping.request = try handed.request()
    var beside: [Mailbox] = []
    for text in arguments.recipients {
      let list = try AddressList(text, localDomain: LocalNames.placeholder).mailboxes
      guard !list.isEmpty else { throw MIMEError.malformed(.mailboxList, text: text) }
      beside += list
    }
    var overrides = try handed.overrides(for: beside, and: arguments.recipientSource, names: names)
    overrides.from = sender.from
    keeping.recipients = (overrides.recipients?.shared ?? []) + (overrides.recipients?.blind ?? [])
    // What cannot be an envelope is refused before anything is sealed.
    if !keeping.recipients.isEmpty { _ = try Envelope(from: sender.reversePath, to: keeping.recipients) }
    let session = try Session(
      command.options, configuration: configuration, account: sender.account, passphrase: command.passphrase,
      console: console)
    keeping.session = session
    return Order(
      session: session, message: handed.store, overrides: overrides, recipients: keeping.recipients,
      reversePath: sender.reversePath, request: keeping.request)
  }

  /// Seals and submits; from the moment that the outbox has the copies, it is what keeps them.
  private func send(_ order: Order, _ keeping: inout SendmailKeeping) async throws -> ExitStatus {
    let session = order.session
    let (protection, permission) = try protection(of: order)
    var gpg = try session.gpg()
    let prepared = try session.prepare(
      order.message, order.overrides, signer: command.signer, protection: protection, with: &gpg)
    session.warnOfExpiry(of: prepared.plan.signer)
    guard !command.dryRun else {
      try session.report(prepared, opening: "would be sent")
      return .done
    }
    let way = try session.sendingWay(via: command.via, command.connection, command.keeping)
    let outbox = try session.outbox(way.keeping)
    let submitter: Result<any Submitter, any Error>
    do {
      submitter = .success(try await session.submitter(to: way.target, way.choice))
    } catch {
      // What only the way stops is sealed and waits, as when the server does not answer.
      guard outbox != nil, permission == nil, Failure(error) != nil else { throw error }
      submitter = .failure(error)
    }
    let copies = try session.seal(prepared, clear: permission, with: &gpg)
    let submissions = try session.submissions(copies, from: order.reversePath, notice: arguments.notice)
    let dispatch = try session.dispatch(of: prepared, way, into: outbox, with: &gpg)
    switch submitter {
    case .success(let submitter):
      let outcome = try await dispatch.run(submissions, through: submitter)
      let status = session.report(outcome, of: prepared)
      // Clear text does not wait in the outbox, and the program may have forgotten it already.
      if permission != nil, status != .interrupted { keeping.keepUndelivered(outcome) }
      return status
    case .failure(let error):
      guard let failure = Failure(error) else { throw error }
      let entries = try dispatch.keepWaiting(submissions, because: failure.sentences.joined(separator: "; "))
      console.fail(failure.opened(by: "not sent").keeping(entries))
      return failure.status
    }
  }

  /// What is done to the message: clear text only where the account and the program both say so, and no rule forbids it.
  private func protection(of order: Order) throws -> (ProtectionChoice, ClearPermission?) {
    let account = order.session.account
    guard order.request == .clear else { return (.policy(account?.sendmailPolicy ?? .sealed), nil) }
    guard let account, account.allowsClearHeader else {
      throw Failure(
        .wouldGoInClear,
        "the program asks for clear text, which \(account.map { "the account `\($0.name)` does not allow" } ?? "no account allows")",
        hint: "have the program leave its X-Postseal field out, or set `allow-clear-header = true` of the account")
    }
    try order.session.configuration.protectionRules().allowClear(for: order.recipients)
    return (.chosen(.clear), .programAskedAndAccountAllows())
  }

  private static func account(_ name: String, in configuration: Configuration) throws(Failure) -> Configuration.Account
  {
    if let account = configuration.account(named: name) { return account }
    throw Failure(
      .configuration, "there is no account `\(name)`",
      hint: "see `postseal account list`, or add it with `postseal account add`")
  }
}

extension Failure {
  /// The failure as it is for a program that has none of our other commands' options; nil for an error of the command line itself.
  fileprivate init?(sendmail error: any Error, request: HandedMessage.Request) {
    switch error {
    case SealError.noRecipients:
      self.init(
        .usage, "nobody is named to send it to",
        hint: "name the recipients after `--`, or add `-t` to take those of the message")
    case SealError.sender(count: 0):
      self.init(
        .usage, "the message has no From address", hint: "set `from` of an account in the configuration, or give `-f`")
    case SealError.sender(let count):
      self.init(
        .malformedInput, "the message has \(count) From addresses", hint: "have the program leave one of them")
    case SealError.wouldGoInClear(let addresses):
      let list = addresses.map(\.text).joined(separator: ", ")
      self.init(
        .wouldGoInClear,
        request == .clear
          ? "the program asks for clear text, and a rule says otherwise for \(list)"
          : "it would go in clear to \(list)",
        hint: request == .clear
          ? "have the program leave its X-Postseal field out, or change the [[rule]] of the configuration"
          : "change the [[rule]] of the configuration, or send it with `postseal send --clear`")
    default: self.init(error)
    }
  }
}
