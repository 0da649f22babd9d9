import ArgumentParser
import GPGME

/// `postseal key subkey add`.
struct KeySubkeyAdd: Command {
  static let configuration = CommandConfiguration(
    commandName: "add", abstract: "Add a subkey to your own key.",
    discussion: """
      GnuPG takes the newest subkey for its use, so the new one is used from now on; the old ones stay, and what was encrypted \
      to them can still be read. It gets the passphrase of the key. Others use it once they have the new certificate, and a \
      backup made before does not hold it.
      """)

  static let examples = [
    "postseal key subkey add alice@example.org",
    "postseal key subkey add alice@example.org --for sign --expires 2y",
  ]

  @Argument(help: "The key: an address, or a whole fingerprint.")
  var name: KeyName

  @Option(
    name: .customLong("for"),
    help: ArgumentHelp("What it is for: encrypt, sign or auth (logging in with ssh).", valueName: "use"))
  var use = Use.encrypt

  @Option(help: "Its algorithm (default: RSA for an RSA key, else ed25519).")
  var algorithm: KeyNew.Algorithm?

  @Option(
    help: ArgumentHelp(
      "When it expires: a day (2031-06-30), a number of days (90d) or years (2y) from now, or never.",
      valueName: "time"))
  var expires = Expiry.lifetime(.years(3))

  @Flag(help: "Show what would be added, and change nothing.")
  var dryRun = false

  @OptionGroup var passphrase: PassphraseOptions
  @OptionGroup(title: "Common Options") var options: GlobalOptions

  /// What a subkey is for, in the words of the command line.
  enum Use: String, ExpressibleByArgument, CaseIterable {
    case encrypt, sign, auth

    fileprivate var keyUse: KeyUse {
      switch self {
      case .encrypt: .encryption
      case .sign: .signing
      case .auth: .authentication
      }
    }
  }

  func perform() async throws -> ExitStatus {
    let session = try Session(options, passphrase: passphrase)
    var gpg = try session.gpg()
    let end = try expires.time(from: session.now)
    let key = try name.ownKey(for: .certificate, with: &gpg)
    let use = use.keyUse
    if dryRun {
      session.console.explain(CertificateReport(certificate: key, now: session.now).lines())
      session.console.note("would add a subkey for \(use.rawValue), \(KeyExpire.words(end))")
      try session.listUnchanged([key])
      return .done
    }
    let request = SubkeyRequest(for: use, algorithm?.request ?? key.subkeyAlgorithm, expires: end)
    let (changed, subkey) = try gpg.addSubkey(request, to: key)
    try session.tellChange(
      of: changed,
      "added to key \(changed.fingerprint.short): \(subkey.words), \(subkey.algorithm), \(KeyExpire.words(subkey.expires))"
    )
    session.console.note("its fingerprint is \(subkey.fingerprint.hex)")
    if let last = changed.expires, subkey.expires.map({ $0 > last && calendarDate($0) != calendarDate(last) }) ?? true {
      session.console.note(
        "the key itself expires before, on \(calendarDate(last)): `postseal key expire \(changed.fingerprint.hex)` renews it"
      )
    }
    return .done
  }
}
