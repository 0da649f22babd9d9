import ArgumentParser
import GPGME

/// `postseal key delete`.
struct KeyDelete: Command {
  static let configuration = CommandConfiguration(
    commandName: "delete", abstract: "Delete a certificate, a secret key, or both from your keyring.",
    discussion: """
      Another person's certificate can be imported again. A secret key is gone for ever: what was encrypted to it can never be \
      read again without a copy. What would be lost, and what refers to the key, is shown before you type the end of its \
      fingerprint. To keep a certificate but not use it: `postseal key disable`.
      """)

  static let examples = [
    "postseal key delete bob@example.org",
    "postseal key delete --dry-run --secret alice@example.org",
  ]

  @Argument(help: "An address, or a whole fingerprint.")
  var name: KeyName

  @Flag(help: "Delete the secret key too, for ever.")
  var secret = false

  @Flag(help: "Delete the secret key for ever, and keep the certificate.")
  var secretOnly = false

  @Flag(help: "Delete without asking, what is named by its whole fingerprint.")
  var yes = false

  @Flag(help: "Show what would be deleted and lost, and delete nothing.")
  var dryRun = false

  @OptionGroup(title: "Common Options") var options: GlobalOptions

  func perform() async throws -> ExitStatus {
    let session = try Session(options)
    var gpg = try session.gpg()
    let certificate = try name.certificate(in: .certificates, detail: .certifications, with: &gpg)
    session.console.explain(CertificateReport(certificate: certificate, now: session.now).lines())
    try check(certificate)
    let loss = try DeletionLoss.of(certificate, deletion, on: session, with: &gpg)
    session.console.explain(loss.lines())
    if dryRun {
      if session.console.format == .json { try session.console.report(.report(loss.json(deleted: nil))) }
      session.console.note("nothing was deleted")
      return .done
    }
    try confirm(certificate, on: session.console)
    try gpg.delete(certificate, deletion)
    if session.console.format == .json {
      try session.console.report(.report(loss.json(deleted: certificate.fingerprint)))
    }
    session.console.note("deleted \(deletion.words(certificate.hasSecret)) \(certificate.fingerprint.hex)")
    try session.tellChoices(for: certificate, with: &gpg)
    return .done
  }

  func validate() throws {
    if secret, secretOnly { throw ValidationError("--secret and --secret-only exclude each other.") }
  }

  private var deletion: Deletion { secretOnly ? .secretKey : secret ? .secretKeyToo : .certificate }

  /// Checks that what is to be deleted is there, and nothing beside that.
  private func check(_ certificate: Certificate) throws(Failure) {
    let short = certificate.fingerprint.short
    switch deletion {
    case .certificate where certificate.hasSecret:
      throw Failure(
        .badVerdict, "cannot delete certificate \(short): its secret key is here",
        hint: "add `--secret` to delete both for ever, or `--secret-only` to keep the certificate")
    case .secretKey where !certificate.hasSecret:
      throw Failure(
        .noSecretKey, "cannot delete the secret key of \(short): it is not here",
        hint: "see your own keys with `postseal key list --secret`")
    default: return
    }
  }

  /// A slip of the finger deletes nothing: the end of the fingerprint has to be typed, or all of it named.
  private func confirm(_ certificate: Certificate, on console: Console) throws(Failure) {
    let fingerprint = certificate.fingerprint
    let command =
      "postseal key delete \(deletion.option)--yes \(fingerprint.hex)"
    if yes {
      if case .fingerprint = name { return }
      throw Failure(.usage, "`--yes` deletes only what is named by its whole fingerprint", hint: "`\(command)`")
    }
    let userID = certificate.userIDs.first(where: \.isUsable) ?? certificate.userIDs.first
    let name = TerminalText.userID(userID?.text)
    try Question.demand(
      String(fingerprint.hex.suffix(8)),
      "the last eight digits of the fingerprint", to: "Delete \(deletion.words(certificate.hasSecret)) of \(name)?",
      on: console, options: options, otherwise: "`\(command)`")
  }
}

extension Deletion {
  /// What is deleted, ready for a name behind it.
  fileprivate func words(_ isOwn: Bool) -> String {
    switch self {
    case .certificate: "the certificate"
    case .secretKey: "the secret key"
    case .secretKeyToo: isOwn ? "the certificate and the secret key" : "the certificate"
    }
  }

  /// The option that asks for it, with a blank behind.
  fileprivate var option: String {
    switch self {
    case .certificate: ""
    case .secretKey: "--secret-only "
    case .secretKeyToo: "--secret "
    }
  }
}
