import ArgumentParser
import GPGME

/// `postseal key subkey revoke`.
struct KeySubkeyRevoke: Command {
  static let configuration = CommandConfiguration(
    commandName: "revoke", abstract: "Revoke a subkey of your own key, for ever.",
    discussion: """
      For a subkey that somebody else may have. Nobody encrypts to it or believes its signatures once they have the new \
      certificate; with it you still read what was encrypted to it. For one that is merely old, `postseal key subkey expire` \
      is enough. `postseal key show` shows the fingerprints of subkeys.
      """)

  static let examples = [
    "postseal key subkey revoke alice@example.org 93ED987343284F4CF463844AF8F52B01FE963AA1 --reason compromised",
    "postseal key subkey revoke alice@example.org 93ED987343284F4CF463844AF8F52B01FE963AA1 --yes",
  ]

  @Argument(help: "The key: an address, or a whole fingerprint.")
  var name: KeyName

  @Argument(help: "The whole fingerprint of the subkey.")
  var subkey: SubkeyName

  @Option(help: ArgumentHelp("Why: compromised, superseded, retired or none.", valueName: "reason"))
  var reason = RevocationReason.unspecified

  @OptionGroup var revocation: RevocationOptions

  @Flag(help: "Revoke without asking.")
  var yes = false

  @Flag(help: "Show what would be revoked, and change nothing.")
  var dryRun = false

  @OptionGroup var passphrase: PassphraseOptions
  @OptionGroup(title: "Common Options") var options: GlobalOptions

  func perform() async throws -> ExitStatus {
    let statement = try revocation.statement(reason)
    let session = try Session(options, passphrase: passphrase)
    var gpg = try session.gpg()
    let key = try name.ownKey(for: .certificate, with: &gpg)
    let old = try subkey.subkey(
      of: key, whole: "postseal key revoke \(key.fingerprint.hex) --reason \(reason.rawValue)")
    session.console.explain(CertificateReport(certificate: key, now: session.now).lines())
    if dryRun {
      session.console.note("\(old.words) would be \(reason.words)")
      try session.listUnchanged([key])
      return .done
    }
    if !yes {
      try Question.confirm(
        "Revoke the \(old.words) for ever?", on: session.console, options: options, otherwise: "add `--yes`")
    }
    let changed = try gpg.revokeSubkeys([old.fingerprint], of: key, saying: statement)
    try session.tellSubkeyChange(
      of: changed, before: key, "\(old.words) of key \(changed.fingerprint.short) is \(reason.words)")
    return .done
  }
}
