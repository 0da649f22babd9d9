import ArgumentParser
import MailTransport
import SystemPackage

/// `postseal outbox list`.
struct OutboxList: Command {
  static let configuration = CommandConfiguration(
    commandName: "list", abstract: "List what is in the outbox.",
    discussion: """
      For each entry: its ID, how far it is, how old, how large, for whom, by which way, and why it is here. An ID without its \
      number names all entries of one message.
      """)

  static let examples = ["postseal outbox list", "postseal outbox list --json"]

  @OptionGroup(title: "Common Options") var options: GlobalOptions

  func perform() async throws -> ExitStatus {
    let session = try Session(options)
    let listing = try Session.existingOutbox()?.list() ?? .empty
    let console = session.console
    switch console.format {
    case .json:
      try console.report(
        .report([
          "entries": .array(listing.entries.map(\.json)), "damaged": .array(listing.damaged.map(\.json)),
          "incomplete": .array(listing.incomplete.map(\.json)),
        ]))
    case .text:
      let terminal = console.terminal
      let rows = listing.entries.map { $0.row(terminal.outputStyle, now: session.now) }
      try console.report(Table.entries(rows, columns: terminal.outputColumns))
      for damage in listing.damaged { console.note("\(damage.path.string) is damaged: \(damage.reason)") }
      for message in listing.incomplete { console.note("\(message.story); send it again") }
      if listing.entries.isEmpty, listing.damaged.isEmpty, listing.incomplete.isEmpty {
        console.note("the outbox is empty")
      }
    }
    return .done
  }
}
