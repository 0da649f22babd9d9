import ArgumentParser
import GPGME
import SealedMail

/// `postseal key accept`.
struct KeyAccept: Command {
  static let configuration = CommandConfiguration(
    commandName: "accept", abstract: "Accept a certificate for an address.",
    discussion: """
      Shows the fingerprint, asks, and makes a local certification with your own key: mail for the address is then sealed to \
      it. The certification stays in your keyring and is never exported.
      """)

  static let examples = [
    "postseal key accept bob@example.org",
    "postseal key accept bob@example.org 4FE1D2B8AAD4D0ADFDE6B6764B045AAC5CF92FA2",
  ]

  @Argument(help: "The address.")
  var address: String

  @Argument(help: "The whole fingerprint, when you compared it already; nothing is asked then.")
  var fingerprint: String?

  @Flag(help: "Accept without asking.")
  var yes = false

  @Flag(help: "Show what would be accepted, and change nothing.")
  var dryRun = false

  @OptionGroup var signer: SignerOptions
  @OptionGroup var passphrase: PassphraseOptions
  @OptionGroup(title: "Common Options") var options: GlobalOptions

  func perform() async throws -> ExitStatus {
    let session = try Session(options, passphrase: passphrase)
    var gpg = try session.gpg()
    let found = try gpg.certificates(for: [address], detail: .certifications).flatMap(\.self)
    if fingerprint == nil, found.count > 1 {
      for candidate in found {
        session.console.explain(CertificateReport(certificate: candidate, now: session.now).lines() + [""])
      }
    }
    let certificate = try found.one(for: address, named: fingerprint, in: "postseal key accept")
    session.console.explain(CertificateReport(certificate: certificate, now: session.now).lines())
    let problem = certificate.problem(for: .encryption, at: session.now)
    let names = certificate.userIDs(for: address).map(\.text)
    if let problem, names.isEmpty || problem.isOfWholeCertificate {
      throw Failure(
        .unusableCertificate,
        "cannot accept certificate \(certificate.fingerprint.short) for \(address): it \(problem.words)",
        hint: "ask \(address) for a current certificate, then `postseal key import FILE`")
    }
    if dryRun {
      try session.listUnchanged([certificate])
      return .done
    }
    let certifier = try session.certifier(signer, with: &gpg)
    try certifier.mayCertify(certificate)
    if names.allSatisfy({ certificate.isCertified($0, by: certifier) }), !names.isEmpty {
      session.console.note("accepted by you already")
    } else if fingerprint == nil, !yes {
      try Question.confirm(
        "Did \(address) tell you this fingerprint, in person or by telephone, and is every digit the same?",
        on: session.console, options: options,
        otherwise:
          "name the fingerprint: `postseal key accept \(ShellWord.quoted(address)) \(certificate.fingerprint.hex)`")
    }
    let own = try session.marked(certifier, with: &gpg)
    let accepted = try gpg.certifyLocally(names, of: certificate, by: own, at: session.now)
    try session.list([accepted], for: [address])
    session.console.note("accepted for \(address): \(try effect(of: accepted, on: session, with: &gpg))")
    return .done
  }

  /// What becomes of mail for the address; another certificate may stand in the way.
  private func effect(of accepted: Certificate, on session: Session, with gpg: inout Context) throws -> String {
    if let problem = accepted.problem(for: .encryption, at: session.now) {
      return "but mail cannot be sealed to it: it \(problem.words)"
    }
    guard let decision = try session.decisions(for: [address], with: &gpg).first else {
      return "nothing seals mail to it"
    }
    switch decision.outcome {
    case .success(let recipient) where recipient.certificate.fingerprint == accepted.fingerprint:
      return "mail for it is sealed to this certificate from now on"
    case .failure(let gap):
      guard case .ambiguous(let certificates) = gap.reason else { return "but \(decision.effect)" }
      let others = certificates.filter { $0.fingerprint != accepted.fingerprint }.map { other in
        "`postseal key unaccept \(ShellWord.quoted(address)) \(other.fingerprint.hex)`"
      }
      return "but so is another, and mail for it is refused until that is taken back: \(others.joined(separator: ", "))"
    default: return "but \(decision.effect)"
    }
  }
}

extension CertificateProblem {
  /// Whether nothing that the certificate could do counts any more.
  fileprivate var isOfWholeCertificate: Bool {
    switch self {
    case .revoked, .expired, .invalid: true
    default: false
    }
  }
}

extension Certificate {
  /// Checks that the certificate to be certified is not the certifying key's own.
  ///
  /// - Throws: `Failure` 64.
  func mayCertify(_ certificate: Certificate) throws(Failure) {
    guard fingerprint == certificate.fingerprint else { return }
    throw Failure(
      .usage, "certificate \(fingerprint.short) is your own key, which needs no certification by itself",
      hint: ownertrust == .ultimate
        ? "see what it is with `postseal key show \(fingerprint.hex)`"
        : "mark it as your own with `postseal key trust \(fingerprint.hex) ultimate`")
  }
}
