import ArgumentParser
import GPGME

/// `postseal key passwd`.
struct KeyPasswd: Command {
  static let configuration = CommandConfiguration(
    commandName: "passwd", abstract: "Change the passphrase of your own key.",
    discussion: """
      GnuPG's pinentry asks for the old passphrase and for the new one, never this program. Your certificate stays as it is: \
      there is nothing to give to others. Copies of the key elsewhere keep the old passphrase.
      """)

  static let examples = [
    "postseal key passwd alice@example.org",
    "postseal key passwd AEA2617202EC1A3C97B675EAD68883EC768221D1",
  ]

  @Argument(help: "An address, or a whole fingerprint.")
  var name: KeyName

  @Flag(help: "Show whose passphrase would be changed, and change nothing.")
  var dryRun = false

  @OptionGroup(title: "Common Options") var options: GlobalOptions

  func perform() async throws -> ExitStatus {
    if options.batch, !dryRun {
      throw Failure(
        .usage, "pinentry has to ask for the new passphrase, which `--batch` forbids", hint: "leave out `--batch`")
    }
    let session = try Session(options)
    var gpg = try session.gpg()
    let key = try name.ownKey(for: .passphrase, with: &gpg)
    if dryRun {
      session.console.explain(CertificateReport(certificate: key, now: session.now).lines())
      try session.listUnchanged([key])
      return .done
    }
    if case .neverAsk = session.engine.passphrases {
      throw Failure(
        .passphrase,
        "cannot change the passphrase of \(key.fingerprint.hex): nobody can be asked for the new one",
        hint: "run it at a terminal")
    }
    let protection = try gpg.changePassphrase(of: key)
    try session.list([key])
    session.console.note("the passphrase of key \(key.fingerprint.short) was changed")
    if protection == .none {
      session.console.note("the key has no passphrase now: whoever reads its files has the key")
    }
    return .done
  }
}
