import ArgumentParser
import GPGME
import MIME
import SealedMail

/// `postseal key find`.
struct KeyFind: Command {
  static let configuration = CommandConfiguration(
    commandName: "find", abstract: "Find the certificates for an address or a fingerprint.",
    discussion: """
      Looks in your keyring, then asks whom the options name, in this order: the web key directory of the domain, the key \
      server. Without such an option those are asked that [crypto] `locate` of the configuration names, while nothing was found; \
      without that nobody is. What is found is shown, and imported only after a question or with --import; it is not trusted by \
      that: compare the fingerprint with its owner, then use `postseal key accept`. For an address only the user IDs with that \
      address are taken; for a fingerprint all are.

      \(DirectoryOptions.disclosure)
      """)

  static let examples = ["postseal key find --all bob@example.org", "postseal key find --wkd --import bob@example.org"]

  @Argument(help: "The address, or the whole fingerprint.")
  var name: KeyName

  @OptionGroup var directories: DirectoryOptions

  @Flag(help: "Ask both, the web key directory and the key server.")
  var all = false

  @Flag(help: "Ask nobody, whatever the configuration says.")
  var local = false

  @Flag(
    name: .customLong("import"), help: "Import what was found without asking, unless it rivals a certificate in use.")
  var imports = false

  @Option(
    help: ArgumentHelp(
      "Import this one without asking, although the address has another already.", valueName: "hex"))
  var fingerprint: String?

  @OptionGroup(title: "Common Options") var options: GlobalOptions

  func validate() throws {
    if local, all || !directories.isEmpty {
      throw ValidationError("--local excludes --wkd, --keyserver, --server and --all.")
    }
    if let fingerprint, Fingerprint(fingerprint) == nil {
      throw ValidationError("--fingerprint takes a whole fingerprint of 40 or 64 hexadecimal digits.")
    }
    if case .fingerprint = name, directories.wkd {
      throw ValidationError("A web key directory is asked for an address, not for a fingerprint.")
    }
  }

  func perform() async throws -> ExitStatus {
    let session = try Session(options)
    let plan = all || local ? DirectoryPlan(all: all) : DirectoryPlan(directories, session.configuration)
    var gpg = try session.gpg()
    let local = try name.certificates(in: .certificates, detail: .certifications, with: &gpg)
    if case .address(let text) = name { try session.noteAutocrypt(for: text, with: &gpg) }
    var inquiry = Inquiry(session, directories)
    try ask(&inquiry, plan, isFound: !local.isEmpty, with: &gpg)
    for failure in inquiry.failures where !local.isEmpty || !inquiry.found.isEmpty {
      for sentence in failure.sentences { session.console.note(sentence) }
    }
    guard !local.isEmpty || !inquiry.found.isEmpty else { throw nothingFound(inquiry, plan) }
    var updates: [CertificateUpdate] = []
    var reports = local.map { CandidateReport(certificate: $0, isKnown: true, now: session.now) }
    for copies in inquiry.byFingerprint {
      guard let update = try CertificateUpdate.of(copies, taking: .all, with: &gpg) else {
        session.console.note(
          "certificate \(copies[0].certificate.fingerprint.short) came without a user ID: its owner has confirmed no address there"
        )
        continue
      }
      updates.append(update)
      let certificate = update.known ?? update.certificate
      let index = reports.firstIndex { $0.certificate.fingerprint == certificate.fingerprint }
      var report =
        index.map { reports[$0] }
        ?? CandidateReport(certificate: certificate, isKnown: update.known != nil, now: session.now)
      report.directories = copies.map(\.directory)
      report.changes = update.changes
      if let index { reports[index] = report } else { reports.append(report) }
    }
    guard !reports.isEmpty else { throw nothingFound(inquiry, plan) }
    if session.console.format == .text { try show(reports, asked: inquiry, on: session) }
    let imported = try importFound(updates, on: session, with: &gpg)
    if session.console.format == .json { try show(reports, imported: imported, inquiry, on: session) }
    return .done
  }

  private func ask(
    _ inquiry: inout Inquiry, _ plan: DirectoryPlan, isFound: Bool, with gpg: inout Context
  ) throws {
    func isWanted(_ inquiry: Inquiry) -> Bool { plan.isChosen || !isFound && inquiry.found.isEmpty }
    switch name {
    case .fingerprint(let fingerprint):
      if plan.server, isWanted(inquiry) { try inquiry.askServer(for: fingerprint, with: &gpg) }
    case .address(let text):
      let address = try AddrSpec(text)
      if plan.web, isWanted(inquiry) { try inquiry.askWeb(for: address, with: &gpg) }
      if plan.server, isWanted(inquiry) { try inquiry.askServer(for: address, with: &gpg) }
    }
  }

  private func show(_ reports: [CandidateReport], asked inquiry: Inquiry, on session: Session) throws(Failure) {
    guard inquiry.found.isEmpty else {
      return try session.console.report(Array(reports.map { $0.lines() }.joined(separator: [""])))
    }
    try session.list(reports.map(\.certificate), for: name.address.map { [$0] } ?? [])
    session.console.note(
      inquiry.answered.isEmpty
        ? "looked in your keyring only"
        : "it is in your keyring only: " + inquiry.answered.map(\.words).joined(separator: " and ") + " gave none")
  }

  private func show(
    _ reports: [CandidateReport], imported: Set<Fingerprint>, _ inquiry: Inquiry, on session: Session
  ) throws(Failure) {
    let rows = reports.map { report in
      var report = report
      report.isImported = imported.contains(report.certificate.fingerprint)
      return report.json
    }
    try session.console.report(
      .report([
        "certificates": .array(rows), "asked": .array(inquiry.answered.map(\.json)),
        "failures": .strings(inquiry.failures.flatMap(\.sentences)),
      ]))
  }

  /// Who was asked, and why that gave nothing.
  private func nothingFound(_ inquiry: Inquiry, _ plan: DirectoryPlan) -> Failure {
    guard !plan.isEmpty else {
      return Failure.noCertificate(name.text)
    }
    let places = (["your keyring"] + inquiry.answered.map(\.words)).joined(separator: " or ")
    let sentence = "no certificate for \(name.text) in \(places)"
    guard let first = inquiry.failures.first else {
      return Failure(.noCertificate, sentence, hint: "get it from its owner, then `postseal key import FILE`")
    }
    var hints: [String] = []
    for hint in inquiry.failures.flatMap(\.hints) where !hints.contains(hint) { hints.append(hint) }
    return Failure(
      first.status, sentences: inquiry.failures.flatMap(\.sentences) + [sentence], hints: hints)
  }
}
