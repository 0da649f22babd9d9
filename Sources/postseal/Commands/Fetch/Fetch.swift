import ArgumentParser
import MailTransport

/// `postseal fetch`: bring mail from a server.
struct Fetch: Command {
  static let configuration = CommandConfiguration(
    abstract: "Bring new mail from an IMAP or POP3 server into a Maildir or mbox.",
    discussion: """
      Messages are written as they come: what was sealed stays sealed. What was fetched before is known by the server's own \
      numbers, kept in $XDG_STATE_HOME/postseal, and does not come a second time, however a run ends. On the server nothing is \
      marked, and nothing removed unless that is asked for.

      The server is --from, else `fetch` of the account: imaps://USER@HOST/MAILBOX, imap+starttls://USER@HOST, \
      pop3s://USER@HOST, pop3+starttls://USER@HOST. The mailbox here is --into, else `into` of the account: maildir:PATH, \
      mbox:PATH, or a path.
      """)

  static let examples = [
    "postseal fetch --from imaps://alice@mail.example.org --into ~/Mail --dry-run",
    "postseal fetch home --quiet --watch",
  ]

  @Argument(help: "The account of the configuration; the default account when missing.")
  var name: String?

  @Option(help: ArgumentHelp("Fetch from this server instead of the account's.", valueName: "url"))
  var from: String?

  @Option(help: ArgumentHelp("Deliver into this mailbox instead of the account's.", valueName: "mailbox"))
  var into: String?

  @Option(
    help: ArgumentHelp(
      "Fetch this mailbox of the IMAP server; several go into subfolders of the Maildir, and INBOX into itself.",
      valueName: "name"))
  var folder: [String] = []

  @Flag(
    help:
      "Fetch all mailboxes of the IMAP server, without junk, trash, and those that show other mail once more (name one by --folder to have it)."
  )
  var allFolders = false

  @Option(
    help: ArgumentHelp(
      "Only what the IMAP server took in since this day (2026-11-22) or in so many days (7).", valueName: "day"))
  var since: FetchStart?

  @Flag(help: "Fetch everything again, whatever was fetched before.")
  var all = false

  @Option(help: ArgumentHelp("Fetch so many messages at most.", valueName: "n"))
  var limit: Int?

  @Option(
    help: ArgumentHelp(
      "Leave larger messages on the server (default: 256M); k, M and G are understood.", valueName: "size"))
  var maxSize: SizeLimit?

  @Flag(help: "Remove from the server what this run delivers, once it is safe on the disk.")
  var deleteAfterFetch = false

  @Flag(help: "Remove nothing, whatever the account says.")
  var keep = false

  @Flag(help: "Take note of what is on the server as if it had been fetched, and fetch nothing.")
  var catchUp = false

  @Flag(
    help: "Open each new message, and show one line for it: number, mark of the verdict, date, From address, Subject.")
  var summary = false

  @Flag(help: "Stay, and fetch new mail as it comes, until interrupted.")
  var watch = false

  @Option(
    help: ArgumentHelp(
      "With --watch, ask at least this often; an IMAP server tells of new mail by itself.", valueName: "seconds"))
  var interval = 60

  @Flag(help: "Show what would be fetched, and change nothing.")
  var dryRun = false

  @OptionGroup(title: "Connection Options") var connection: ConnectionFlags
  @OptionGroup var passphrase: PassphraseOptions
  @OptionGroup(title: "Common Options") var options: GlobalOptions

  func validate() throws {
    try connection.checkFiles()
    if let name, RetrievalSource.isURL(name) {
      throw ValidationError("\(name) is no account: a server is named with --from.")
    }
    if let name, let other = options.account, name != other {
      throw ValidationError("The account is named twice: \(name) and \(other).")
    }
    if deleteAfterFetch && keep { throw ValidationError("--delete-after-fetch and --keep exclude each other.") }
    if catchUp && (all || watch || summary || dryRun || deleteAfterFetch || since != nil || limit != nil) {
      throw ValidationError("--catch-up fetches nothing, so options about fetching make no sense with it.")
    }
    if watch && dryRun { throw ValidationError("--watch and --dry-run exclude each other.") }
    if let limit, limit < 1 { throw ValidationError("--limit takes a number from 1 on.") }
    if !(1...86_400).contains(interval) { throw ValidationError("--interval takes 1 to 86400 seconds.") }
  }

  func perform() async throws -> ExitStatus {
    var chosen = options
    chosen.account = name ?? options.account
    let session = try Session(chosen, passphrase: passphrase)
    let orders = try FetchOrders(self, session)
    let run = FetchRun(session, orders)
    return try await Interruption.cancelling { try await run.perform() }
  }
}

/// From when on messages are wanted, as the command line says it.
enum FetchStart: ExpressibleByArgument {
  /// The first moment of a day by the reader's clock, in seconds since 1970.
  case day(Int64)
  case daysAgo(Int64)

  init?(argument: String) {
    if let days = Int64(argument), (0...36_500).contains(days) {
      self = .daysAgo(days)
    } else if let start = LocalTime.start(ofDay: argument) {
      self = .day(start)
    } else {
      return nil
    }
  }

  /// In seconds since 1970.
  func time(from now: Int64) -> Int64 {
    switch self {
    case .day(let start): start
    case .daysAgo(let days): now - days * 86_400
    }
  }
}

/// A number of bytes, with a unit perhaps.
struct SizeLimit: ExpressibleByArgument {
  let bytes: Int

  init?(argument: String) {
    let units: [Character: Int] = ["k": 1000, "K": 1000, "M": 1_000_000, "G": 1_000_000_000]
    let unit = argument.last.flatMap { units[$0] }
    let digits = unit == nil ? argument[...] : argument.dropLast()
    guard let number = Int(digits), (1...1_000_000_000_000).contains(number) else { return nil }
    bytes = number * (unit ?? 1)
  }
}
