import ArgumentParser
import GPGME

/// `postseal key uid primary`.
struct KeyUIDPrimary: Command {
  static let configuration = CommandConfiguration(
    commandName: "primary", abstract: "Choose the address of your own key that programs show first.")

  static let examples = [
    "postseal key uid primary alice@example.org alice@example.org",
    "postseal key uid primary alice@example.org \"Alice Example <alice@example.net>\"",
  ]

  @Argument(help: "The key: an address, or a whole fingerprint.")
  var name: KeyName

  @Argument(help: "The address, or the whole text of the user ID.")
  var address: String

  @Flag(help: "Show what would be changed, and change nothing.")
  var dryRun = false

  @OptionGroup var passphrase: PassphraseOptions
  @OptionGroup(title: "Common Options") var options: GlobalOptions

  func perform() async throws -> ExitStatus {
    let session = try Session(options, passphrase: passphrase)
    var gpg = try session.gpg()
    let key = try name.ownKey(for: .certificate, with: &gpg)
    let userID = try key.userID(named: address)
    if dryRun {
      session.console.explain(CertificateReport(certificate: key, now: session.now).lines())
      session.console.note("would make \(userID.text) the primary user ID")
      try session.listUnchanged([key])
      return .done
    }
    let changed = try gpg.setPrimaryUserID(userID.text, of: key)
    try session.tellChange(of: changed, "primary user ID of key \(changed.fingerprint.short): \(userID.text)")
    return .done
  }
}
