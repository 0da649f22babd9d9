import ArgumentParser
import MailTransport
import SystemPackage

/// `postseal outbox show`.
struct OutboxShow: Command {
  static let configuration = CommandConfiguration(
    commandName: "show", abstract: "Show everything that is known of an entry, and where its file is.",
    discussion: """
      The file is a mail message, sealed as it goes out: `postseal read FILE` shows it, `postseal decrypt FILE` gives its text back. \
      --path prints nothing but the path of the file.
      """)

  static let examples = ["postseal outbox show k3f9x2ab-1", "postseal outbox show --path k3f9x2ab-1"]

  @Argument(help: "The ID of an entry, or of a message.")
  var name: String

  @Flag(help: "Print only the path of the file.")
  var path = false

  @OptionGroup(title: "Common Options") var options: GlobalOptions

  func perform() async throws -> ExitStatus {
    let console = try Session(options).console
    let listing = try Session.existingOutbox()?.list() ?? .empty
    let entries = try listing.selected([name])
    if path {
      // Shown as it is only where it cannot mean anything else to a terminal.
      try console.report(entries.map { TerminalText.visible($0.path.string) })
    } else if console.format == .json {
      try console.report(.report(["entries": .array(entries.map(\.json))]))
    } else {
      let columns = console.terminal.outputColumns
      try console.report(
        Array(entries.map { Table.details($0.values, columns: columns) }.joined(separator: [""])))
    }
    return .done
  }
}
