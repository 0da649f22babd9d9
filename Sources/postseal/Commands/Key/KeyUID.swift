import ArgumentParser
import GPGME

/// `postseal key uid`: the names and addresses of an own key.
struct KeyUID: ParsableCommand, Documented {
  static let configuration = CommandConfiguration(
    commandName: "uid", abstract: "Change the user IDs (names and addresses) of your own key.",
    subcommands: [KeyUIDAdd.self, KeyUIDRevoke.self, KeyUIDPrimary.self])

  static let examples = [
    "postseal key uid add alice@example.org \"Alice Example <alice@example.net>\"",
    "postseal key uid revoke alice@example.net alice@example.org",
  ]
}

extension Certificate {
  /// The one user ID in force that has this address, or this whole text.
  ///
  /// - Throws: `Failure` 30 when there is none and 64 when there are several.
  func userID(named name: String) throws(Failure) -> UserID {
    let usable = userIDs.filter(\.isUsable)
    let found = usable.filter { userID in
      userID.text == name || userID.address.map { UserID.address($0, equals: name) } == true
    }
    switch found.count {
    case 1: return found[0]
    case 0:
      let isRevoked = userIDs.contains { $0.isRevoked && ($0.text == name || $0.address == name) }
      throw Failure(
        .noCertificate,
        "key \(fingerprint.short) has no user ID for \(name)" + (isRevoked ? " any more: it is revoked already" : ""),
        hint: "see its user IDs with `postseal key show \(fingerprint.hex)`")
    default:
      if let exact = found.first(where: { $0.text == name }) { return exact }
      throw Failure(
        .usage, "several user IDs of key \(fingerprint.short) have the address \(name)",
        hint: "name one by its whole text: " + found.map { ShellWord.quoted($0.text) }.joined(separator: ", "))
    }
  }
}
