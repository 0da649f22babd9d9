import ArgumentParser
import GPGME

/// `postseal key disable`.
struct KeyDisable: Command {
  static let configuration = CommandConfiguration(
    commandName: "disable", abstract: "Take a certificate out of use without deleting it.",
    discussion: """
      Nothing is sealed to it any more, and nothing is signed with a key of your own that is disabled. Nothing is lost: old mail \
      can be read, and signatures are checked as before. It is a note in your keyring, of which others learn nothing. `postseal \
      key enable` takes it back.
      """)

  static let examples = [
    "postseal key disable bob@example.org",
    "postseal key disable 4FE1D2B8AAD4D0ADFDE6B6764B045AAC5CF92FA2",
  ]

  @Argument(help: "An address, or a whole fingerprint.")
  var name: KeyName

  @Flag(help: "Show what would be taken out of use, and change nothing.")
  var dryRun = false

  @OptionGroup(title: "Common Options") var options: GlobalOptions

  func perform() async throws -> ExitStatus {
    let session = try Session(options)
    var gpg = try session.gpg()
    let certificate = try name.certificate(with: &gpg) { !$0.flags.contains(.disabled) }
    let short = certificate.fingerprint.short
    if dryRun {
      session.console.explain(CertificateReport(certificate: certificate, now: session.now).lines())
      session.console.note("would take certificate \(short) out of use")
      try session.listUnchanged([certificate])
      return .done
    }
    guard !certificate.flags.contains(.disabled) else {
      try session.list([certificate])
      session.console.note("certificate \(short) is disabled already, nothing was changed")
      return .done
    }
    let changed = try gpg.disable(certificate)
    try session.list([changed])
    session.console.note(
      certificate.hasSecret
        ? "key \(short) is out of use: it signs nothing and nothing is sealed to it, but it opens old mail"
        : "certificate \(short) is out of use: nothing is sealed to it, but signatures by it are checked as before")
    try session.tellChoices(for: changed, with: &gpg)
    session.console.note("to take that back: `postseal key enable \(changed.fingerprint.hex)`")
    return .done
  }
}
