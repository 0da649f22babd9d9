import ArgumentParser
import GPGME
import MIME
import MailState
import SealedMail

/// `postseal key refresh`.
struct KeyRefresh: Command {
  static let configuration = CommandConfiguration(
    commandName: "refresh", abstract: "Bring certificates of your keyring up to date.",
    discussion: """
      Asks for each certificate by its fingerprint at the key server, and by its addresses at web key directories: for later \
      expiry, new subkeys and above all revocations. Whom to ask say the options, else [crypto] `locate` of the configuration. \
      No other certificate is ever added; a new user ID is named and not taken, and nothing becomes trusted by it.

      \(DirectoryOptions.disclosure) To refresh a whole keyring shows a key server everybody you know, and which lists are the \
      same person's: the order is by chance, --pause spreads the questions, and `use-tor` in dirmngr.conf hides who asks.
      """)

  static let examples = [
    "postseal key refresh --keyserver bob@example.org",
    "postseal key refresh --all --older-than 30d --keyserver --pause 60",
  ]

  @Argument(help: "Addresses, or whole fingerprints.")
  var names: [KeyName] = []

  @Flag(help: "Every certificate of your keyring.")
  var all = false

  @Option(help: ArgumentHelp("Only those that were not refreshed within this time (30d, 1y).", valueName: "time"))
  var olderThan: KeyNew.Lifetime?

  @OptionGroup var directories: DirectoryOptions

  @Option(help: ArgumentHelp("Wait about this long between two certificates.", valueName: "seconds"))
  var pause = 0

  @Flag(help: "Show what would change, and change nothing.")
  var dryRun = false

  @OptionGroup(title: "Common Options") var options: GlobalOptions

  func validate() throws {
    if all != names.isEmpty { throw ValidationError("Name certificates, or add --all for every one.") }
    if case .never = olderThan { throw ValidationError("--older-than takes a number of days (30d) or years (1y).") }
    if !(0...86_400).contains(pause) { throw ValidationError("--pause wants 0 to 86400 seconds.") }
  }

  func perform() async throws -> ExitStatus {
    let session = try Session(options)
    let plan = DirectoryPlan(directories, session.configuration)
    guard !plan.isEmpty else {
      throw Failure(
        .usage, "nobody would be asked", hint: "say whom: `--keyserver`, `--server URL`, `--wkd`, or several of them",
        "or set `locate` under [crypto] in the configuration")
    }
    var gpg = try session.gpg()
    let record = RefreshRecord(session)
    let chosen = try record.due(try certificates(with: &gpg), after: olderThan)
    if chosen.isEmpty { session.console.note("all of it was refreshed within that time") }
    var inquiry = Inquiry(session, directories)
    var reports: [RefreshReport] = []
    var unread: [Failure] = []
    for (number, certificate) in chosen.shuffled().enumerated() {
      if number > 0 { try await wait() }
      inquiry.begin()
      try ask(&inquiry, plan, for: certificate, with: &gpg)
      let report: RefreshReport
      do throws(GPGMEError) {
        report = try refresh(certificate, with: inquiry, on: session, &gpg)
      } catch {
        // Whoever floods one certificate does not keep the others from their revocations.
        guard case .stream = error.cause else { throw error }
        unread.append(Failure(error))
        report = RefreshReport(certificate: certificate, outcome: .unasked, now: session.now)
      }
      if !inquiry.answered.isEmpty, !dryRun { record.note(certificate, on: session) }
      reports.append(report)
      if session.console.format == .text {
        try session.console.report([report.line(style: session.console.terminal.outputStyle)])
      }
    }
    if session.console.format == .json {
      try session.console.report(.report(["certificates": .array(reports.map(\.json))]))
    }
    let failures = inquiry.failures + unread
    guard let first = failures.first else { return .done }
    throw Failure(first.status, sentences: failures.flatMap(\.sentences), hints: failures.flatMap(\.hints))
  }

  /// What is named, each once.
  private func certificates(with gpg: inout Context) throws -> [Certificate] {
    guard !all else { return try gpg.certificates(detail: .certifications) }
    var found: [Certificate] = []
    for name in names {
      let named = try name.certificates(in: .certificates, detail: .certifications, with: &gpg)
      guard !named.isEmpty else { throw Failure.noCertificate(name.text) }
      found += named.filter { certificate in !found.contains { $0.fingerprint == certificate.fingerprint } }
    }
    return found
  }

  private func ask(
    _ inquiry: inout Inquiry, _ plan: DirectoryPlan, for certificate: Certificate, with gpg: inout Context
  ) throws(GPGMEError) {
    if plan.web {
      let addresses = certificate.userIDs.filter(\.isUsable).compactMap { $0.address.flatMap { try? AddrSpec($0) } }
      for address in Set(addresses) { try inquiry.askWeb(for: address, with: &gpg) }
    }
    if plan.server { try inquiry.askServer(for: certificate.fingerprint, with: &gpg) }
  }

  /// Takes what is this certificate's.
  private func refresh(
    _ certificate: Certificate, with inquiry: Inquiry, on session: Session, _ gpg: inout Context
  ) throws(GPGMEError) -> RefreshReport {
    let copies = inquiry.found.filter { $0.certificate.fingerprint == certificate.fingerprint }
    for other in inquiry.found where other.certificate.fingerprint != certificate.fingerprint {
      session.console.note(
        "\(other.directory.words) gives another certificate, \(other.certificate.fingerprint.short), for "
          + "\(other.certificate.userIDs.first?.text ?? ""): it was left there")
    }
    guard let update = try CertificateUpdate.of(copies, taking: .known, with: &gpg) else {
      return RefreshReport(
        certificate: certificate, outcome: inquiry.answered.isEmpty ? .unasked : .missing, now: session.now)
    }
    for text in update.omitted {
      session.console.note(
        "new user ID \(text) of certificate \(certificate.fingerprint.short) was not taken; to take it: "
          + "`postseal key find --keyserver --import \(certificate.fingerprint.hex)`")
    }
    let after = dryRun ? update.certificate : try update.apply(with: &gpg)
    return RefreshReport(
      certificate: after, outcome: update.changes.isEmpty ? .unchanged : .updated, changes: update.changes,
      omitted: update.omitted, now: session.now)
  }

  /// Waits by chance between half and one and a half of the pause.
  private func wait() async throws {
    guard pause > 0 else { return }
    let end = ContinuousClock.now + .milliseconds(Int.random(in: pause * 500...pause * 1500))
    while ContinuousClock.now < end {
      if Interruption.isRequested { throw Failure(.interrupted, "interrupted") }
      try await Task.sleep(for: .milliseconds(100))
    }
  }
}
