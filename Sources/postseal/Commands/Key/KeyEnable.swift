import ArgumentParser
import GPGME

/// `postseal key enable`.
struct KeyEnable: Command {
  static let configuration = CommandConfiguration(
    commandName: "enable", abstract: "Take a certificate that was disabled into use again.",
    discussion: """
      Takes back `postseal key disable`. Whether mail is then sealed to the certificate depends on what it depended on before: \
      that it is accepted or verified, and neither expired nor revoked.
      """)

  static let examples = [
    "postseal key enable bob@example.org",
    "postseal key enable 4FE1D2B8AAD4D0ADFDE6B6764B045AAC5CF92FA2",
  ]

  @Argument(help: "An address, or a whole fingerprint.")
  var name: KeyName

  @Flag(help: "Show what would be taken into use, and change nothing.")
  var dryRun = false

  @OptionGroup(title: "Common Options") var options: GlobalOptions

  func perform() async throws -> ExitStatus {
    let session = try Session(options)
    var gpg = try session.gpg()
    let certificate = try name.certificate(with: &gpg) { $0.flags.contains(.disabled) }
    let short = certificate.fingerprint.short
    if dryRun {
      session.console.explain(CertificateReport(certificate: certificate, now: session.now).lines())
      session.console.note("would take certificate \(short) into use again")
      try session.listUnchanged([certificate])
      return .done
    }
    guard certificate.flags.contains(.disabled) else {
      try session.list([certificate])
      session.console.note("certificate \(short) is not disabled, nothing was changed")
      return .done
    }
    let changed = try gpg.enable(certificate)
    try session.list([try gpg.certificate(with: changed.fingerprint, detail: .certifications)])
    session.console.note("certificate \(short) is in use again")
    try session.tellChoices(for: changed, with: &gpg)
    return .done
  }
}
