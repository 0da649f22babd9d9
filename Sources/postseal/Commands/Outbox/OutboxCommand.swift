import ArgumentParser
import MIME
import MailTransport
import SystemPackage

/// `postseal outbox`: mail that is on its way.
struct OutboxCommand: ParsableCommand, Documented {
  static let configuration = CommandConfiguration(
    commandName: "outbox",
    abstract: "List, send or drop mail that could not be delivered yet.",
    discussion: """
      Every copy of a message lies in the outbox, encrypted as it goes out, from before it is handed over until it is delivered. What \
      stays there is waiting (it can be sent again), unknown (it was handed over, and nobody knows whether it was taken), or held (it \
      was refused for good). Nothing is sent from here by itself.
      """,
    subcommands: [OutboxList.self, OutboxShow.self, OutboxSend.self, OutboxDrop.self])

  static let examples = ["postseal outbox list", "postseal outbox send --dry-run"]
}

extension Session {
  /// The outbox; nil where nothing was ever kept.
  ///
  /// - Throws: `OutboxError`, `Failure` 78.
  static func existingOutbox() throws -> Outbox? { try Outbox.existing(in: try stateFolder()) }

  /// The outbox, locked and put in order; what was removed for that is told.
  func locked(_ outbox: Outbox) throws(OutboxError) -> LockedOutbox {
    let locked = try LockedOutbox(outbox, now: now)
    for message in locked.removed { console.note("removed from the outbox, \(message.story)") }
    return locked
  }
}

extension IncompleteMessage {
  /// What became of it, in a sentence.
  var story: String {
    let addresses = recipients.map(\.text).joined(separator: ", ")
    return "a message"
      + (addresses.isEmpty ? "" : " to \(TerminalText.visible(addresses))")
      + " whose run was ended before all its copies were written: nothing of it was sent"
  }

  /// The members of its JSON object.
  var json: JSONValue {
    .members(["message": .string(group), "recipients": .strings(recipients.map(\.text))])
  }
}

extension OutboxListing {
  /// What a person calls by the ID of an entry, or by that of a message for all of its entries; everything without a name.
  ///
  /// - Throws: `Failure` 66 for a name that nothing has.
  func selected(_ names: [String]) throws(Failure) -> [OutboxEntry] {
    for name in names where !entries.contains(where: { $0.isCalled(name) }) {
      let isDamaged = damaged.contains { $0.isCalled(name) }
      throw Failure(
        .noInput,
        isDamaged ? "entry \(name) of the outbox is damaged" : "there is no entry \(name) in the outbox",
        hint: "see `postseal outbox list`")
    }
    return names.isEmpty ? entries : entries.filter { entry in names.contains { entry.isCalled($0) } }
  }
}

extension OutboxEntry {
  /// Whether a name is the entry's, or its message's.
  func isCalled(_ name: String) -> Bool { name == id.description || name == id.group }
}

extension OutboxDamage {
  /// Whether a name is that of the file, with or without its extension.
  func isCalled(_ name: String) -> Bool { path.lastComponent?.string == name || path.lastComponent?.stem == name }
}
