import ArgumentParser
import ByteStreams
import GPGME
import SealedMail

/// `postseal key import`.
struct KeyImport: Command {
  static let configuration = CommandConfiguration(
    commandName: "import", abstract: "Take certificates or keys into your keyring.",
    discussion: """
      Reads key files, folders of key files, and messages that carry keys. Shows of each key what is new or would change, and \
      asks. Certifications by others are left out. Nothing becomes trusted by it: compare the fingerprint with its owner, then use \
      `postseal key accept`. A second certificate for an address that has one already is taken only after a question of its own, \
      or by its fingerprint; a secret key only after a question, or with --secret.
      """)

  static let examples = [
    "postseal key import bob.asc",
    "postseal key import bob.asc --fingerprint 4FE1D2B8AAD4D0ADFDE6B6764B045AAC5CF92FA2",
  ]

  @Argument(help: "Key files, folders or messages; standard input when missing or \"-\".", completion: .file())
  var files: [String] = []

  @Option(
    help: ArgumentHelp("Import only if this is the certificate, without asking; may be repeated.", valueName: "hex"))
  var fingerprint: [String] = []

  @Flag(help: "Import without asking, but for a second certificate of an address.")
  var yes = false

  @Flag(help: "Import secret keys as your own, too.")
  var secret = false

  @Flag(help: "Show what would be imported, and import nothing.")
  var dryRun = false

  @OptionGroup var passphrase: PassphraseOptions
  @OptionGroup(title: "Common Options") var options: GlobalOptions

  func perform() async throws -> ExitStatus {
    let session = try Session(options, passphrase: passphrase)
    var gpg = try session.gpg()
    let plan = try ImportPlan(KeyInput(files, console: session.console).material, with: &gpg)
    let report = ImportReportLines(plan: plan, now: session.now)
    session.console.explain(report.lines)
    guard !plan.items.isEmpty || plan.revocationCount > 0 else {
      throw Failure(.malformedInput, "there is no key in it that gpg can read")
    }
    let rivals = try report.rivals(with: &gpg)
    for rival in rivals { session.console.note(rival.words) }
    guard plan.isNews else {
      let unusable = plan.items.allSatisfy { if case .useless = $0 { true } else { false } }
      if unusable { throw Failure(.malformedInput, "nothing was imported: none of it is of use here") }
      session.console.note("nothing is new")
      try list(try gpg.certificates(with: report.fingerprints, detail: .certifications), on: session)
      return .done
    }
    if dryRun {
      if session.console.format == .json { try session.console.report(report.json) }
      return .done
    }
    try confirm(plan, report.fingerprints, rivals, on: session)
    let (outcomes, revoked) = try plan.apply(with: &gpg)
    for outcome in outcomes {
      let changes = outcome.changes.isEmpty ? ["new signatures"] : outcome.changes.map(\.words)
      let words = outcome.isSecret ? ["secret key"] : changes
      session.console.note("imported \(outcome.certificate.fingerprint.short): \(words.joined(separator: ", "))")
      if outcome.isSecret, outcome.certificate.ownertrust != .ultimate {
        session.console.note(
          "to use it as your own: `postseal key trust \(outcome.certificate.fingerprint.hex) ultimate`")
      }
    }
    if outcomes.isEmpty, plan.revocationCount == 0 {
      session.console.note("nothing was imported: the signatures that are new are not good ones")
    }
    if plan.revocationCount > 0 {
      session.console.note(revoked == 1 ? "1 certificate was revoked" : "\(revoked) certificates were revoked")
    }
    try list(
      try gpg.certificates(with: report.fingerprints, detail: .certifications), after: outcomes, on: session)
    return .done
  }

  /// Prints the certificates as they are now; JSON has all that were found, and what came of each.
  private func list(
    _ certificates: [Certificate], after outcomes: [ImportPlan.Outcome] = [], on session: Session
  ) throws(Failure) {
    func outcome(of certificate: Certificate) -> ImportPlan.Outcome? {
      outcomes.first { $0.certificate.fingerprint == certificate.fingerprint }
    }
    guard session.console.format == .json else {
      return try session.list(outcomes.isEmpty ? certificates : certificates.filter { outcome(of: $0) != nil })
    }
    let rows = certificates.map { certificate in
      let outcome = outcome(of: certificate)
      return ImportReportLines.row(
        CertificateReport(certificate: certificate, now: session.now), isImported: outcome != nil,
        changes: outcome?.changes ?? [], isSecret: outcome?.isSecret ?? false)
    }
    try session.console.report(.report(["certificates": .array(rows)]))
  }

  /// Whether the person wants it.
  ///
  /// - Throws: `Failure` 1 when not, or when nobody can be asked.
  private func confirm(
    _ plan: ImportPlan, _ found: [Fingerprint], _ rivals: [Rival], on session: Session
  ) throws(Failure) {
    let holdsSecret = plan.items.contains { if case .secretKey = $0 { true } else { false } }
    if !fingerprint.isEmpty {
      try checkFingerprints(found)
      if !holdsSecret || secret { return }
    }
    if yes, rivals.isEmpty, !holdsSecret || secret { return }
    let question =
      holdsSecret
      ? "Take the secret key as your own?"
      : found.count <= 1 ? "Import this certificate?" : "Import these \(found.count) certificates?"
    let otherwise =
      holdsSecret
      ? "add `--secret`, and `--yes`"
      : rivals.isEmpty ? "name it with `--fingerprint HEX`, or add `--yes`" : "name it with `--fingerprint HEX`"
    try Question.confirm(question, on: session.console, options: options, otherwise: otherwise)
  }

  private func checkFingerprints(_ found: [Fingerprint]) throws(Failure) {
    let named = Set(fingerprint.compactMap { Fingerprint($0) })
    guard named.count == Set(fingerprint).count else {
      throw Failure(.usage, "--fingerprint takes a whole fingerprint of 40 or 64 hexadecimal digits")
    }
    guard let other = found.first(where: { !named.contains($0) }) else { return }
    throw Failure(.badVerdict, "the input holds another certificate, \(other.hex), nothing was imported")
  }
}
