import ArgumentParser
import GPGME

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
    let found = try gpg.certificates(for: [address]).flatMap(\.self)
    let certificate = try found.one(for: address, named: fingerprint)
    session.console.explain(CertificateReport(certificate: certificate, now: session.now).lines())
    let problem = certificate.problem(for: .encryption, at: session.now)
    let names = certificate.userIDs(for: address).map(\.text)
    switch problem {
    case .some(let problem) where names.isEmpty || problem.isOfWholeCertificate:
      throw Failure(
        .unusableCertificate,
        "cannot accept certificate \(certificate.fingerprint.short) for \(address): it \(problem.words)",
        hint: "ask \(address) for a current certificate, then `postseal key import FILE`")
    default: if dryRun { return .done }
    }
    if fingerprint == nil, !yes {
      try Question.confirm(
        "Is this the certificate of \(address)?", on: session.console, options: options,
        otherwise: "name the fingerprint: `postseal key accept \(address) \(certificate.fingerprint.hex)`")
    }
    let certifier = try session.certifier(signer, with: &gpg)
    let accepted = try gpg.certifyLocally(names, of: certificate, by: certifier, at: session.now)
    try session.list([accepted])
    let effect = problem.map { "but mail cannot be sealed to it: it \($0.words)" }
    session.console.note(
      "accepted for \(address): " + (effect ?? "mail for it is sealed to this certificate from now on"))
    return .done
  }
}

extension Session {
  /// The own key that certifies: that of `--as` or the account, else the only one.
  ///
  /// - Throws: `Failure` 34, `GPGMEError`.
  fileprivate func certifier(_ signer: SignerOptions, with gpg: inout Context) throws -> Certificate {
    if let text = signer.signer ?? account?.key {
      guard let name = KeyName(argument: text) else {
        throw Failure(.usage, "`\(text)` is neither an address nor a whole fingerprint")
      }
      return try name.certificate(in: .secretKeys, with: &gpg)
    }
    let own = try gpg.certificates(in: .secretKeys).filter {
      $0.ownertrust == .ultimate && $0.problem(for: .certification, at: now) == nil
    }
    switch own.count {
    case 1: return own[0]
    case 0:
      throw Failure(
        .noSigningKey, "there is no key of your own that could certify", hint: "make one with `postseal key new`")
    default:
      throw Failure(
        .noSigningKey, "several keys of your own could certify",
        hint: "name one: " + own.map { "`--as \($0.fingerprint.hex)`" }.joined(separator: " or "))
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
