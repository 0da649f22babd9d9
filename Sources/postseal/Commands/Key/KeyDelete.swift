import ArgumentParser
import GPGME

/// `postseal key delete`.
struct KeyDelete: Command {
  static let configuration = CommandConfiguration(
    commandName: "delete", abstract: "Delete a certificate from your keyring.",
    discussion: "Without the secret key, what was encrypted to it can never be read again.")

  static let examples = [
    "postseal key delete bob@example.org",
    "postseal key delete --dry-run bob@example.org",
  ]

  @Argument(help: "An address, or a whole fingerprint.")
  var name: KeyName

  @Flag(help: "Delete the secret key too, for ever.")
  var secret = false

  @Flag(help: "Delete without asking.")
  var yes = false

  @Flag(help: "Show what would be deleted, and delete nothing.")
  var dryRun = false

  @OptionGroup(title: "Common Options") var options: GlobalOptions

  func perform() async throws -> ExitStatus {
    let session = try Session(options)
    var gpg = try session.gpg()
    let certificate = try name.certificate(in: .certificates, with: &gpg)
    session.console.explain(CertificateReport(certificate: certificate, now: session.now).lines())
    if dryRun { return .done }
    if !yes {
      try Question.confirm(
        secret ? "Delete this certificate and its secret key for ever?" : "Delete this certificate?",
        on: session.console, options: options, otherwise: "add `--yes`")
    }
    try gpg.delete(certificate, secret ? .secretKeyToo : .certificate)
    if session.console.format == .json {
      try session.console.report(.report(["deleted": .string(certificate.fingerprint.hex)]))
    }
    session.console.note("deleted \(certificate.fingerprint.hex)")
    return .done
  }
}
