import MailTransport
import SystemPackage

/// Which mailboxes of a listing are fetched from, and what becomes of the others.
///
/// A name is bytes: two that look alike are two. What only shows messages of other mailboxes once more (all mail, flagged,
/// important) is left out, and so are junk and trash, unless they were named.
struct FolderChoice {
  private(set) var errands: [FetchOrders.Errand] = []
  /// What is left out because of what it is for.
  private(set) var leftOut: [String] = []
  /// What cannot have a place here.
  private(set) var failures: [Failure] = []

  private let orders: FolderOrders
  private var seen: Set<[UInt8]> = []
  private var places: [FilePath: String] = [:]

  private static let besideThePoint: Set<String> = ["\\ALL", "\\FLAGGED", "\\IMPORTANT", "\\JUNK", "\\TRASH"]

  /// QUIRK: where no folder is marked for such a use, its usual names tell; FetchFoldersTranscripts.
  private static let usualNames: [String: Set<String>] = [
    "\\TRASH": ["trash", "deleted items", "deleted messages", "bin"],
    "\\JUNK": ["junk", "junk e-mail", "junk email", "spam", "bulk mail"], "\\ALL": ["all mail"],
  ]

  init(_ listing: FolderListing, _ orders: FolderOrders) {
    self.orders = orders
    let known = listing.folders.reduce(into: Set<String>()) { $0.formUnion($1.uses) }
    let named = Set(orders.named.map(Self.key))
    for folder in listing.folders where folder.isSelectable && seen.insert(Self.key(folder.name)).inserted {
      if !named.contains(Self.key(folder.name)), Self.isBesideThePoint(folder, known) {
        leftOut.append(folder.name)
      } else {
        take(folder.name, separator: folder.separator)
      }
    }
    for name in orders.named where seen.insert(Self.key(name)).inserted { take(name, separator: "/") }
  }

  private mutating func take(_ name: String, separator: Character?) {
    do throws(Failure) {
      let target = try orders.target.subfolder(named: name, separator: separator)
      if let other = places.updateValue(name, forKey: target.path) {
        places[target.path] = other
        failures.append(
          Failure(
            .cannotCreate, "not fetched: the mailboxes `\(other)` and `\(name)` would both come into \(target.path)",
            hint: "fetch the second one by itself, with `--folder` and another `--into`"))
        return
      }
      errands.append(FetchOrders.Errand(source: orders.source.with(mailbox: name), target: target))
    } catch {
      failures.append(Failure(.cannotCreate, sentences: error.sentences, hints: error.hints))
    }
  }

  private static func isBesideThePoint(_ folder: IMAPFolder, _ known: Set<String>) -> Bool {
    if !folder.uses.isDisjoint(with: besideThePoint) { return true }
    let last = folder.separator.flatMap { separator in folder.name.split(separator: separator).last.map { String($0) } }
    let name = (last ?? folder.name).lowercased()
    return folder.name != "INBOX" && usualNames.contains { use, names in !known.contains(use) && names.contains(name) }
  }

  private static func key(_ name: String) -> [UInt8] { Array(FolderOrders.canonical(name).utf8) }
}
