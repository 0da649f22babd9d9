import ArgumentParser
import GPGME

/// `postseal key uid revoke`.
struct KeyUIDRevoke: Command {
  static let configuration = CommandConfiguration(
    commandName: "revoke", abstract: "Revoke an address of your own key, for ever.",
    discussion: """
      For an address that is yours no longer. The key stays, and old mail can still be read. Nobody can take the revocation \
      back, and the last address cannot be revoked.
      """)

  static let examples = [
    "postseal key uid revoke alice@example.org alice@example.net",
    "postseal key uid revoke --yes alice@example.org \"Alice Example <alice@example.net>\"",
  ]

  @Argument(help: "The key: an address, or a whole fingerprint.")
  var name: KeyName

  @Argument(help: "The address, or the whole text of the user ID.")
  var address: String

  @Flag(help: "Revoke without asking.")
  var yes = false

  @Flag(help: "Show what would be changed, and change nothing.")
  var dryRun = false

  @OptionGroup var passphrase: PassphraseOptions
  @OptionGroup(title: "Common Options") var options: GlobalOptions

  func perform() async throws -> ExitStatus {
    let session = try Session(options, passphrase: passphrase)
    var gpg = try session.gpg()
    let key = try name.ownKey(for: .certificate, with: &gpg)
    let userID = try key.userID(named: address)
    guard key.userIDs.count(where: \.isUsable) > 1 else {
      throw Failure(
        .usage, "cannot revoke \(userID.text): it is the last user ID of key \(key.fingerprint.short)",
        hint: "add another first: `postseal key uid add \(key.fingerprint.hex) \"Name <address>\"`")
    }
    session.console.explain(CertificateReport(certificate: key, now: session.now).lines())
    if dryRun {
      session.console.note("would revoke \(userID.text)")
      try session.listUnchanged([key])
      return .done
    }
    if !yes {
      try Question.confirm(
        "Revoke \(TerminalText.visible(userID.text)) for ever?", on: session.console, options: options,
        otherwise: "add `--yes`")
    }
    let changed = try gpg.revokeUserID(userID.text, of: key)
    try session.tellChange(of: changed, "revoked in key \(changed.fingerprint.short): \(userID.text)")
    return .done
  }
}
