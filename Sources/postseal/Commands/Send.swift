import ArgumentParser
import GPGME
import MIME
import MailTransport
import SealedMail

/// `postseal send`: seal a message and submit it.
struct Send: Command {
  static let configuration = CommandConfiguration(
    abstract: "Seal a message and submit it.",
    discussion: """
      All copies are sealed before the first is handed over. The way is --via, else the account's, else the system's \
      sendmail:

      smtps://USER@HOST, smtp+starttls://USER@HOST, smtp://localhost, sendmail:/PATH, maildir:PATH

      The password comes from --password-fd, the account's password-command or token-command, the desktop's secret service, or \
      ~/.netrc, never from the command line. What could not be delivered stays in the outbox with its envelope: see \
      `postseal outbox`.

      Several files go one after the other, over one connection to a server, and each is sent or refused for itself: where only \
      some went, the status is 40. Where the server cannot be reached or does not let you in, no further one is tried.
      """)

  static let examples = [
    "postseal send letter.eml",
    "postseal send letter.eml --via maildir:/tmp/Maildir --dry-run",
  ]

  @Argument(
    help: "The messages, each in a file of its own; standard input when missing or \"-\".", completion: .file())
  var files: [String] = []

  @Option(help: ArgumentHelp("Submit through this server, program or folder.", valueName: "url"))
  var via: String?

  @Flag(help: "Show who would get what, and send nothing.")
  var dryRun = false

  @Flag(help: "Sign the message and send it readable by everybody.")
  var signOnly = false

  @Flag(help: "Send the message as it is: neither encrypted nor signed.")
  var clear = false

  @Option(
    help: ArgumentHelp(
      "Which word of the message's fate you want from the servers: never, or success, failure and delay with commas.",
      valueName: "events"))
  var dsn: DeliveryNotice?

  @OptionGroup(title: "Connection Options") var connection: ConnectionFlags
  @OptionGroup(title: "Keeping Options") var keeping: KeepingOptions
  @OptionGroup(title: "Header Options") var header: HeaderOptions
  @OptionGroup var signer: SignerOptions
  @OptionGroup var passphrase: PassphraseOptions
  @OptionGroup(title: "Common Options") var options: GlobalOptions

  mutating func validate() throws {
    try signer.check()
    try keeping.check()
    try connection.checkFiles()
    if signOnly && clear { throw ValidationError("--sign-only and --clear exclude each other.") }
  }

  func perform() async throws -> ExitStatus {
    let session = try Session(options, passphrase: passphrase)
    var gpg = try session.gpg()
    let way = try session.sendingWay(via: via, connection, keeping)
    guard files.count > 1 else {
      let result = try await send(files.first, way, nil, on: session, with: &gpg)
      return result.status
    }
    let results = try await sendAll(way, on: session, with: &gpg)
    let rest = files.dropFirst(results.count)
    if let next = rest.first {
      session.console.note(
        "\(rest.count) of \(files.count) messages were not tried, the first of them \(TerminalText.visible(next))")
    }
    return Interruption.isRequested ? .interrupted : Self.status(of: results)
  }

  /// Sends one file after the other, over one connection, as long as the way is open.
  private func sendAll(
    _ way: SendingWay, on session: Session, with gpg: inout Context
  ) async throws -> [ExitStatus] {
    var submitter: (any Submitter)?
    if !dryRun { submitter = try await session.submitter(to: way.target, way.choice).keptOpen() }
    var results: [ExitStatus] = []
    for file in files where !Interruption.isRequested {
      let result = try await attempt(file, way, submitter, on: session, with: &gpg)
      results.append(result.status)
      if result.isOfTheWay { break }
    }
    if let submitter { await submitter.close() }
    return results
  }

  /// The status of a run that sends many messages.
  static func status(of results: [ExitStatus]) -> ExitStatus {
    let failed = results.filter { $0 != .done }
    guard let first = failed.first else { return .done }
    return failed.count == results.count ? first : .partlyDelivered
  }

  /// How one message fared.
  private struct Result {
    var status: ExitStatus
    /// Whether the next one would meet the same obstacle.
    var isOfTheWay = false
  }

  /// Sends one of many; why it cannot is told at once.
  // QUIRK: Swift 6.3.1 crashes when it optimizes this as a part of `sendAll`.
  @inline(never) private func attempt(
    _ file: String, _ way: SendingWay, _ submitter: (any Submitter)?, on session: Session, with gpg: inout Context
  ) async throws -> Result {
    let name = TerminalText.visible(file)
    if session.console.format == .text, session.console.tellsSuccess { try session.console.report(["\(name):"]) }
    do {
      return try await send(file, way, submitter, on: session, with: &gpg)
    } catch {
      guard let failure = Failure(error) else { throw error }
      session.console.fail(
        Failure(failure.status, sentences: failure.sentences.map { "\(name): \($0)" }, hints: failure.hints))
      return Result(status: failure.status)
    }
  }

  private func send(
    _ file: String?, _ way: SendingWay, _ submitter: (any Submitter)?, on session: Session, with gpg: inout Context
  ) async throws -> Result {
    let prepared: Prepared
    do {
      let store = try Input.mail(at: file, console: session.console)
      prepared = try session.prepare(store, header.overrides(), signer: signer, protection: protection, with: &gpg)
    } catch let error as SealError {
      throw Failure(error).opened(by: "not sent")
    }
    session.warnOfExpiry(of: prepared.plan.signer)
    let named = files.count > 1 ? file : nil
    guard !dryRun else {
      try session.report(prepared, opening: "would be sent", file: named)
      return Result(status: .done)
    }
    let permission: ClearPermission? = clear ? .userAskedForClearText() : nil
    let outcome = try await session.send(
      prepared, way, clear: permission, notice: dsn, through: submitter, with: &gpg)
    var isOfTheWay = false
    if case .failure(let error) = outcome.result { isOfTheWay = error.isOfTheWay }
    return Result(status: session.report(outcome, of: prepared, file: named), isOfTheWay: isOfTheWay)
  }

  private var protection: ProtectionChoice {
    clear ? .chosen(.clear) : signOnly ? .chosen(.signed) : .rules
  }
}

extension DeliveryNotice: ExpressibleByArgument {
  package init?(argument: String) { self.init(parsing: argument) }
}

extension TransportError {
  /// Whether the next message would meet the same obstacle.
  fileprivate var isOfTheWay: Bool {
    switch self {
    case .curlMissing, .hostUnknown, .cannotConnect, .timedOut, .tls, .authenticationRefused, .authenticationNotOffered,
      .gsaslMissing, .cancelled:
      true
    default: false
    }
  }
}
