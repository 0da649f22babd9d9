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
      """)

  static let examples = [
    "postseal send letter.eml",
    "postseal send letter.eml --via maildir:/tmp/Maildir --dry-run",
  ]

  @OptionGroup var input: InputOptions

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
    if signOnly && clear { throw ValidationError("--sign-only and --clear exclude each other.") }
  }

  func perform() async throws -> ExitStatus {
    let session = try Session(options, passphrase: passphrase)
    var gpg = try session.gpg()
    let way = try session.sendingWay(via: via, connection, keeping)
    let prepared: Prepared
    do {
      prepared = try session.prepare(input, header, signer: signer, protection: protection, with: &gpg)
    } catch let error as SealError {
      throw Failure(error).opened(by: "not sent")
    }
    session.warnOfExpiry(of: prepared.plan.signer)
    guard !dryRun else {
      try session.report(prepared, opening: "would be sent")
      return .done
    }
    let permission: ClearPermission? = clear ? .userAskedForClearText() : nil
    let outcome = try await session.send(prepared, way, clear: permission, notice: dsn, with: &gpg)
    return session.report(outcome, of: prepared)
  }

  private var protection: ProtectionChoice {
    clear ? .chosen(.clear) : signOnly ? .chosen(.signed) : .rules
  }
}

extension DeliveryNotice: ExpressibleByArgument {
  package init?(argument: String) { self.init(parsing: argument) }
}
