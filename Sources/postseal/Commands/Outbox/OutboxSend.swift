import ArgumentParser
import MailTransport
import SystemPackage

/// `postseal outbox send`.
struct OutboxSend: Command {
  static let configuration = CommandConfiguration(
    commandName: "send", abstract: "Send what waits in the outbox, as it was sealed.",
    discussion: """
      Before anything is sent, every recipient's certificate, and your own, is looked at again: where it was revoked, has \
      expired or is no longer accepted since, you are asked; without a terminal the entry stays. An entry whose fate is unknown \
      may have been delivered: it is sent only with --resend. Each entry goes the way it was to go first, unless --via or \
      --account names another.
      """)

  static let examples = ["postseal outbox send --dry-run", "postseal outbox send --resend k3f9x2ab-1"]

  @Argument(help: "IDs of entries or of messages; all that wait when missing.")
  var names: [String] = []

  @Flag(help: "Send what may have been delivered already, too.")
  var resend = false

  @Option(help: ArgumentHelp("Submit through this server, program or folder.", valueName: "url"))
  var via: String?

  @Flag(help: "Show what would be sent, and send nothing.")
  var dryRun = false

  @OptionGroup(title: "Connection Options") var connection: ConnectionFlags
  @OptionGroup(title: "Common Options") var options: GlobalOptions

  func perform() async throws -> ExitStatus {
    let session = try Session(options)
    let console = session.console
    let outbox = try Session.existingOutbox()
    let locked = try dryRun ? nil : outbox.map { try session.locked($0) }
    let listing = try outbox?.list() ?? .empty
    let damaged = listing.damaged.map { Failure(OutboxError.damaged(name: $0.path.string, $0.reason)) }
    if console.format == .text { for failure in damaged { console.fail(failure) } }
    let entries = try chosen(in: listing, console)
    var run = OutboxRun(session: session, locked: locked, via: via, connection: try connection.choice)
    let messages = Self.messages(entries)
    try run.requireOneServer(for: messages, options)
    for group in messages where !Interruption.isRequested { try await run.send(group, options) }
    await run.finish()
    if let outbox { try await run.keepCopies(in: try outbox.list(), options) }
    if run.results.isEmpty { console.note("nothing waits in the outbox") }
    let status = try run.report()
    if Interruption.isRequested { return .interrupted }
    return status == .done ? damaged.first?.status ?? .done : status
  }

  /// The entries to send: those that are named, else those that wait.
  ///
  /// - Throws: `Failure` 66 for a name that nothing has, 64 for an entry that is not sent so.
  private func chosen(in listing: OutboxListing, _ console: Console) throws(Failure) -> [OutboxEntry] {
    let entries = try listing.selected(names).filter { $0.record.purpose != .keeping }
    if !names.isEmpty {
      if let refused = entries.first(where: { $0.record.purpose == .refused }) { throw Self.cannotSend(refused) }
      if !resend, let unknown = entries.first(where: { $0.state == .unknown }) {
        throw Failure(
          .usage, "entry \(unknown.id) may have been delivered already", hint: "ask a recipient, or add `--resend`")
      }
      return entries.filter { $0.state != .sending }
    }
    let unknown = entries.filter { $0.state == .unknown }
    if !resend, !unknown.isEmpty {
      console.note(
        "not sent, because they may have been delivered already: "
          + unknown.map(\.id.description).joined(separator: ", ") + "; `--resend` sends them")
    }
    return entries.filter { $0.state == .waiting || (resend && $0.state == .unknown) }
  }

  /// Mail of a program is sealed to its owner alone: nobody else could read it.
  private static func cannotSend(_ entry: OutboxEntry) -> Failure {
    let path = ShellWord.quoted(entry.path.string)
    return Failure(
      .usage, "entry \(entry.id) cannot be sent as it is: \(entry.record.reason ?? "it was refused")",
      hint: "`postseal read \(path)` shows it, `postseal extract \(path)` saves what the program wanted sent",
      "mend what it was refused for, send it anew, then `postseal outbox drop \(entry.id)`")
  }

  /// The entries of each message together, in the order of the first.
  private static func messages(_ entries: [OutboxEntry]) -> [[OutboxEntry]] {
    var order: [String] = []
    var groups: [String: [OutboxEntry]] = [:]
    for entry in entries {
      if groups[entry.id.group] == nil { order.append(entry.id.group) }
      groups[entry.id.group, default: []].append(entry)
    }
    return order.compactMap { groups[$0] }
  }
}
