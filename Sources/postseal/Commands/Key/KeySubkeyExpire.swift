import ArgumentParser
import GPGME

/// `postseal key subkey expire`.
struct KeySubkeyExpire: Command {
  static let configuration = CommandConfiguration(
    commandName: "expire", abstract: "Set when a subkey of your own key expires.",
    discussion: """
      The primary key and the other subkeys stay as they are. Nobody encrypts to a subkey after its end, once they have the \
      new certificate; with it you still read what was encrypted to it. `postseal key show` shows the fingerprints of subkeys.
      """)

  static let examples = [
    "postseal key subkey expire alice@example.org 93ED987343284F4CF463844AF8F52B01FE963AA1 2031-06-30",
    "postseal key subkey expire alice@example.org 93ED987343284F4CF463844AF8F52B01FE963AA1 now",
  ]

  @Argument(help: "The key: an address, or a whole fingerprint.")
  var name: KeyName

  @Argument(help: "The whole fingerprint of the subkey.")
  var subkey: SubkeyName

  @Argument(help: "A day (2031-06-30), a number of days (90d) or years (2y) from now, never, or now.")
  var end: End

  @Flag(help: "Show what would be changed, and change nothing.")
  var dryRun = false

  @OptionGroup var passphrase: PassphraseOptions
  @OptionGroup(title: "Common Options") var options: GlobalOptions

  /// When it ends, as the command line says it.
  enum End: ExpressibleByArgument {
    case now
    case later(Expiry)

    init?(argument: String) {
      if argument == "now" {
        self = .now
      } else if let expiry = Expiry(argument: argument) {
        self = .later(expiry)
      } else {
        return nil
      }
    }
  }

  func perform() async throws -> ExitStatus {
    let session = try Session(options, passphrase: passphrase)
    var gpg = try session.gpg()
    let expires: Int64? =
      switch end {
      case .now: session.now
      case .later(let expiry): try expiry.time(from: session.now)
      }
    let key = try name.ownKey(for: .certificate, with: &gpg)
    let old = try subkey.subkey(of: key, whole: "postseal key expire \(key.fingerprint.hex)")
    if dryRun {
      session.console.explain(CertificateReport(certificate: key, now: session.now).lines())
      session.console.note("would set: \(old.words) \(words(expires))")
      try session.listUnchanged([key])
      return .done
    }
    let changed = try gpg.setExpiry(expires, ofSubkeys: [old.fingerprint], of: key)
    try session.tellSubkeyChange(
      of: changed, before: key, "\(old.words) of key \(changed.fingerprint.short) \(words(expires))")
    if let last = changed.expires, expires.map({ $0 > last && calendarDate($0) != calendarDate(last) }) ?? true {
      session.console.note(
        "the key itself expires before, on \(calendarDate(last)): `postseal key expire \(changed.fingerprint.hex)` renews it"
      )
    }
    return .done
  }

  private func words(_ expires: Int64?) -> String {
    if case .now = end { return "has expired now" }
    return "now \(KeyExpire.words(expires))"
  }
}
