import ArgumentParser
import GPGME
import MIME
import MailState

/// `postseal autocrypt list`.
struct AutocryptList: Command {
  static let configuration = CommandConfiguration(
    commandName: "list", abstract: "List the addresses whose keys came with mail.",
    discussion: """
      One line for each address: what its own mail said (mutual: encrypt when we both can), or gossip where only others told of its \
      key; of which day the key is; when mail of theirs was last seen.
      """)

  static let examples = ["postseal autocrypt list", "postseal autocrypt list --json"]

  @OptionGroup(title: "Common Options") var options: GlobalOptions

  func perform() async throws -> ExitStatus {
    let session = try Session(options)
    let peers = try Session.state()?.peers() ?? []
    switch session.console.format {
    case .json: try session.console.report(.report(["peers": .array(peers.map(\.json))]))
    case .text:
      let known = peers.filter { $0.publicKey != nil || $0.gossipKey != nil }
      try session.console.report(Table.lines(known.map(\.row)))
      let others = peers.count - known.count
      if others > 0 { session.console.note("\(others == 1 ? "1 other" : "\(others) others") wrote without a key") }
      if peers.isEmpty { session.console.note("nothing was collected yet") }
    }
    return .done
  }
}

extension AutocryptPeer {
  /// The cells of one line of the list.
  fileprivate var row: [String] {
    let (state, date) =
      publicKey == nil ? ("gossip", gossipTimestamp) : (preference.rawValue, autocryptTimestamp)
    return [
      TerminalText.visible(address.text), state, date.map { "key of \(calendarDate($0))" } ?? "",
      lastSeen.map { "seen \(calendarDate($0))" } ?? "never seen",
    ]
  }

  /// The members of its JSON object; the keys themselves are left out.
  var json: JSONValue {
    .members([
      "address": .string(address.text), "lastSeen": .optional(lastSeen),
      "autocryptTimestamp": .optional(autocryptTimestamp), "hasKey": .bool(publicKey != nil),
      "preferEncrypt": .string(preference.rawValue), "gossipTimestamp": .optional(gossipTimestamp),
      "hasGossipKey": .bool(gossipKey != nil),
    ])
  }
}
