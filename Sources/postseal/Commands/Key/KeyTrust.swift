import ArgumentParser
import GPGME

/// `postseal key trust`.
struct KeyTrust: Command {
  static let configuration = CommandConfiguration(
    commandName: "trust", abstract: "Say how far you trust an owner to certify other people's certificates.",
    discussion: """
      That a certificate belongs to an address is another question, which `postseal key accept` answers. The levels: \
      \(Ownertrust.allCases.map { "\($0.rawValue) (\($0.meaning))" }.joined(separator: "; ")). Most people need none but \
      ultimate, for their own keys. `postseal key import` leaves certifications by others outside, so the rest concerns what \
      gpg itself imported.
      """)

  static let examples = [
    "postseal key trust alice@example.org ultimate",
    "postseal key trust bob@example.org unknown",
  ]

  @Argument(help: "An address, or a whole fingerprint.")
  var name: KeyName

  @Argument(help: "The level.")
  var level: Ownertrust

  @Flag(help: "Trust without asking another person's key like your own.")
  var yes = false

  @Flag(help: "Show what would be changed, and change nothing.")
  var dryRun = false

  @OptionGroup(title: "Common Options") var options: GlobalOptions

  func perform() async throws -> ExitStatus {
    let session = try Session(options)
    var gpg = try session.gpg()
    // Nobody but the owner of a key calls it their own, whoever else has its address.
    let certificate = try name.certificate(with: &gpg) { level != .ultimate || $0.hasSecret }
    let former = Ownertrust(certificate.ownertrust)
    session.console.explain(CertificateReport(certificate: certificate, now: session.now).lines())
    guard former != level else {
      try report(certificate, former: former, on: session)
      session.console.note("trust is \(level.rawValue) already, nothing was changed: \(level.meaning)")
      return .done
    }
    if dryRun {
      session.console.note("trust is \(former.rawValue) and would become \(level.rawValue): \(level.meaning)")
      try session.listUnchanged([certificate])
      return .done
    }
    if level == .ultimate, !certificate.hasSecret, !yes {
      try Question.confirm(
        "Its secret key is not here, so it is hardly yours. Whoever holds it can make any certificate count for you. Trust it like your own?",
        on: session.console, options: options, otherwise: "add `--yes` if it is your own key, kept elsewhere")
    }
    let before = try gpg.validCertificates()
    let changed = try gpg.setOwnertrust(level.validity, of: certificate)
    let after = try gpg.validCertificates()
    try report(try gpg.certificate(with: changed.fingerprint, detail: .certifications), former: former, on: session)
    session.console.note("trust was \(former.rawValue) and is \(level.rawValue) now: \(level.meaning)")
    warn(of: changed, on: session.console)
    tell("verified because of it", after.without(before), on: session.console)
    tell("not verified any more", before.without(after), on: session.console)
    session.console.note("to take that back: `postseal key trust \(changed.fingerprint.hex) \(former.rawValue)`")
    return .done
  }

  private func report(_ certificate: Certificate, former: Ownertrust, on session: Session) throws(Failure) {
    switch session.console.format {
    case .text: try session.list([certificate])
    case .json:
      let report = CertificateReport(certificate: certificate, now: session.now)
      try session.console.report(
        .report(["certificates": .array([report.json]), "formerOwnertrust": .string(former.rawValue)]))
    }
  }

  private func warn(of certificate: Certificate, on console: Console) {
    guard level.letsOthersCount else { return }
    console.note(
      "take care: you rely on how carefully its owner checks other people's fingerprints, and on the key being safe")
    if !certificate.isValid {
      console.note(
        "it counts only once the certificate itself is verified or accepted: `postseal key certify \(certificate.fingerprint.hex)`"
      )
    }
  }

  /// Names at most five certificates.
  private func tell(_ what: String, _ certificates: [Certificate], on console: Console) {
    let shown = 5
    for certificate in certificates.prefix(shown) {
      let userID = certificate.userIDs.first(where: \.isUsable)?.text ?? "no user ID"
      console.note("\(what): \(userID) \(certificate.fingerprint.short)")
    }
    if certificates.count > shown { console.note("\(what): \(certificates.count - shown) more") }
  }
}

extension Context {
  /// Every certificate of which a user ID is valid.
  fileprivate mutating func validCertificates() throws(GPGMEError) -> [Certificate] {
    try certificates().filter(\.isValid)
  }
}

extension [Certificate] {
  fileprivate func without(_ others: [Certificate]) -> [Certificate] {
    let known = Set(others.map(\.fingerprint))
    return filter { !known.contains($0.fingerprint) }
  }
}

extension Certificate {
  /// Whether one of its user IDs is valid.
  fileprivate var isValid: Bool { userIDs.contains { $0.isUsable && $0.validity >= .full } }
}
