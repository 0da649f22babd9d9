import ArgumentParser
import GPGME

/// `postseal key uid add`.
struct KeyUIDAdd: Command {
  static let configuration = CommandConfiguration(
    commandName: "add", abstract: "Add a name and address to your own key.",
    discussion:
      "Others seal mail for the address to your key once they have the new certificate and accepted it for it.")

  static let examples = [
    "postseal key uid add alice@example.org \"Alice Example <alice@example.net>\"",
    "postseal key uid add --dry-run alice@example.org \"Alice Example <alice@example.net>\"",
  ]

  @Argument(help: "The key: an address, or a whole fingerprint.")
  var name: KeyName

  @Argument(help: "The user ID: \"Name <address>\".")
  var userID: String

  @Flag(help: "Show what would be changed, and change nothing.")
  var dryRun = false

  @OptionGroup var passphrase: PassphraseOptions
  @OptionGroup(title: "Common Options") var options: GlobalOptions

  func perform() async throws -> ExitStatus {
    guard UserID.address(in: userID) != nil else {
      throw Failure(
        .usage, "the user ID `\(userID)` does not end with one address", hint: "write it as \"Name <address>\"")
    }
    let session = try Session(options, passphrase: passphrase)
    var gpg = try session.gpg()
    let key = try name.ownKey(for: .certificate, with: &gpg)
    if key.userIDs.contains(where: { $0.text == userID && $0.isRevoked }) {
      throw Failure(
        .cannotCreate, "key \(key.fingerprint.short) had the user ID \(userID), which was revoked for ever",
        hint: "write it in another way, such as another name before the address")
    }
    if key.userIDs.contains(where: { $0.text == userID }) {
      throw Failure(
        .cannotCreate, "key \(key.fingerprint.short) has the user ID \(userID) already, nothing was changed",
        hint: "see its user IDs with `postseal key show \(key.fingerprint.hex)`")
    }
    if dryRun {
      session.console.explain(CertificateReport(certificate: key, now: session.now).lines())
      session.console.note("would add \(userID)")
      try session.listUnchanged([key])
      return .done
    }
    let changed = try gpg.addUserID(userID, to: key)
    try session.tellChange(of: changed, "added to key \(changed.fingerprint.short): \(userID)")
    if let former = key.userIDs.first, let first = changed.userIDs.first, former.text != first.text {
      session.console.note(
        "programs show it first now; to have \(former.text) there: "
          + "`postseal key uid primary \(key.fingerprint.hex) \(ShellWord.quoted(former.text))`")
    }
    return .done
  }
}
