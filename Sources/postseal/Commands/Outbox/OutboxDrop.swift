import ArgumentParser
import MailTransport
import SystemPackage

/// `postseal outbox drop`.
struct OutboxDrop: Command {
  static let configuration = CommandConfiguration(
    commandName: "drop", abstract: "Remove entries from the outbox for ever.",
    discussion: """
      Nobody gets what is dropped. With the last copy of a message that nobody got, the copy that was to be kept for you goes too.
      """)

  static let examples = ["postseal outbox drop k3f9x2ab", "postseal outbox drop --dry-run k3f9x2ab-1"]

  @Argument(help: "IDs of entries or of messages; of a damaged file its name.")
  var names: [String]

  @Flag(help: "Drop without asking.")
  var yes = false

  @Flag(help: "Show what would be dropped, and drop nothing.")
  var dryRun = false

  @OptionGroup(title: "Common Options") var options: GlobalOptions

  func perform() async throws -> ExitStatus {
    let session = try Session(options)
    let console = session.console
    let outbox = try Session.existingOutbox()
    let locked = try dryRun ? nil : outbox.map { try session.locked($0) }
    let listing = try outbox?.list() ?? .empty
    let damaged = listing.damaged.filter { damage in names.contains { damage.isCalled($0) } }
    let plain = names.filter { name in !damaged.contains { $0.isCalled(name) } }
    var entries = plain.isEmpty ? [] : try listing.selected(plain)
    entries += Self.orphans(of: entries, in: listing)
    let rows = entries.map { $0.row(console.terminal.errorStyle, now: session.now) }
    console.explain(Table.entries(rows, columns: console.terminal.errorColumns))
    let count = entries.count + damaged.count
    let words = count == 1 ? "1 entry" : "\(count) entries"
    if let locked {
      if !yes {
        try Question.confirm(
          "Drop \(words) of the outbox for ever?", on: console, options: options, otherwise: "add `--yes`")
      }
      for entry in entries { try locked.drop(entry) }
      for damage in damaged { try locked.drop(damage) }
    }
    if console.format == .json {
      try console.report(
        .report([
          "dropped": .bool(locked != nil), "entries": .array(entries.map(\.json)),
          "damaged": .array(damaged.map(\.json)),
        ]))
    }
    console.note(locked == nil ? "nothing was dropped" : "dropped \(words)")
    return .done
  }

  /// The copies for their sender of which no message is left that anybody got or may get.
  private static func orphans(of dropped: [OutboxEntry], in listing: OutboxListing) -> [OutboxEntry] {
    listing.entries.filter { entry in
      guard entry.record.purpose == .keeping, !dropped.contains(where: { $0.id == entry.id }) else { return false }
      let copies = listing.entries.filter { $0.id.group == entry.id.group && $0.record.purpose == .delivery }
      return !copies.isEmpty
        && copies.allSatisfy { copy in dropped.contains { $0.id == copy.id } && !copy.isOut }
    }
  }
}
