import ArgumentParser
import GPGME

/// `postseal key expire`.
struct KeyExpire: Command {
  static let configuration = CommandConfiguration(
    commandName: "expire", abstract: "Set when your own key expires, or renew it.",
    discussion: """
      Sets the day of the primary key and of its subkeys; a key that has expired is good again. A subkey that a newer one \
      replaced stays expired. Others learn of it only from the new certificate: export it and give it to them.
      """)

  static let examples = [
    "postseal key expire alice@example.org",
    "postseal key expire alice@example.org 2031-06-30",
  ]

  @Argument(help: "An address, or a whole fingerprint.")
  var name: KeyName

  @Argument(help: "A day (2031-06-30), a number of days (90d) or years (2y) from now, or never.")
  var expiry = Expiry.lifetime(.years(3))

  @Flag(help: "Show what would be changed, and change nothing.")
  var dryRun = false

  @OptionGroup var passphrase: PassphraseOptions
  @OptionGroup(title: "Common Options") var options: GlobalOptions

  func perform() async throws -> ExitStatus {
    let session = try Session(options, passphrase: passphrase)
    var gpg = try session.gpg()
    let expires = try expiry.time(from: session.now)
    let key = try name.ownKey(for: .certificate, with: &gpg)
    if dryRun {
      session.console.explain(CertificateReport(certificate: key, now: session.now).lines())
      session.console.note("would set: \(Self.words(expires)), \(Self.extent(key.renewableSubkeys(at: session.now)))")
      try session.listUnchanged([key])
      return .done
    }
    let changed = try gpg.setExpiry(expires, of: key, at: session.now)
    let extent = Self.extent(key.renewableSubkeys(at: session.now))
    try session.tellChange(
      of: changed, "key \(changed.fingerprint.short) now \(Self.words(changed.expires)), \(extent)")
    return .done
  }

  static func words(_ expires: Int64?) -> String {
    expires.map { "expires on \(calendarDate($0))" } ?? "never expires"
  }

  private static func extent(_ subkeys: [Subkey]) -> String {
    switch subkeys.count {
    case 0: "no subkey with it"
    case 1: "its subkey too"
    default: "its \(subkeys.count) subkeys too"
    }
  }
}
