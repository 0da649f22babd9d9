import ArgumentParser
import GPGME

/// `postseal key certify`.
struct KeyCertify: Command {
  static let configuration = CommandConfiguration(
    commandName: "certify", abstract: "Certify that user IDs of a certificate are its owner's.",
    discussion: """
      For all user IDs, or those of `--uid`, after you compared the fingerprint with the owner. Nothing is published. A local \
      certification stays in your keyring and is what `postseal key accept` makes for one address. An exportable one says to \
      everybody who gets it that you have checked this: give it to the owner, who may pass it on. `postseal key unaccept` takes \
      either back; who has an exportable one must get the certificate again to learn of that.
      """)

  static let examples = [
    "postseal key certify bob@example.org",
    "postseal key certify --exportable --uid bob@example.org 4FE1D2B8AAD4D0ADFDE6B6764B045AAC5CF92FA2",
  ]

  @Argument(help: "An address, or the whole fingerprint when you compared it already.")
  var name: KeyName

  @Option(
    help: ArgumentHelp(
      "Certify this user ID alone, by its address or whole text; may be repeated.", valueName: "user-id"))
  var uid: [String] = []

  @Flag var reach = Reach.local

  @Flag(help: "Certify without asking.")
  var yes = false

  @Flag(help: "Show what would be certified, and change nothing.")
  var dryRun = false

  @OptionGroup var signer: SignerOptions
  @OptionGroup var passphrase: PassphraseOptions
  @OptionGroup(title: "Common Options") var options: GlobalOptions

  /// For whom the certification is.
  enum Reach: EnumerableFlag {
    case local, exportable

    static func help(for value: Reach) -> ArgumentHelp? {
      switch value {
      case .local: "Certify for your keyring only."
      case .exportable: "Certify for everybody who gets the certificate from you or from its owner."
      }
    }

    fileprivate var certification: CertificationReach { self == .local ? .local : .exportable }
    fileprivate var words: String { self == .local ? "for this keyring only" : "for everybody who gets it" }
  }

  /// More user IDs than a person has, and than a person compares.
  private static let userIDLimit = 50

  func perform() async throws -> ExitStatus {
    let session = try Session(options, passphrase: passphrase)
    var gpg = try session.gpg()
    let certificate = try name.certificate(in: .certificates, detail: .certifications, with: &gpg)
    session.console.explain(CertificateReport(certificate: certificate, now: session.now).lines())
    try certificate.checkCertifiable(at: session.now)
    let chosen = try chosenUserIDs(of: certificate)
    let certifier = try session.certifier(signer, with: &gpg)
    try certifier.mayCertify(certificate)
    if dryRun {
      for text in chosen { session.console.note("would certify \(reach.words): \(text)") }
      try session.listUnchanged([certificate])
      return .done
    }
    guard !chosen.allSatisfy({ certificate.isCertified($0, by: certifier, reach: reach.certification) }) else {
      try session.list([certificate])
      session.console.note("certified by you already, nothing was changed")
      return .done
    }
    try confirm(as: certifier, on: session)
    let own = try session.marked(certifier, with: &gpg)
    let certified = try gpg.certify(chosen, of: certificate, by: own, reach: reach.certification, at: session.now)
    try session.list([certified])
    for text in chosen { session.console.note("certified \(reach.words): \(text)") }
    try session.tellChoices(for: chosen.compactMap { UserID.address(in: $0) }, with: &gpg)
    tellNext(certified, chosen, on: session.console)
    return .done
  }

  /// The texts of the user IDs that are meant.
  private func chosenUserIDs(of certificate: Certificate) throws(Failure) -> [String] {
    guard uid.isEmpty else {
      var chosen: [String] = []
      for name in uid {
        let text = try certificate.userID(named: name).text
        if !chosen.contains(text) { chosen.append(text) }
      }
      return chosen
    }
    let usable = certificate.userIDs.filter(\.isUsable).map(\.text)
    guard usable.count <= Self.userIDLimit else {
      throw Failure(
        .usage, "certificate \(certificate.fingerprint.short) has \(usable.count) user IDs, which nobody compares",
        hint: "name those that you checked with `--uid`")
    }
    guard !usable.isEmpty else {
      throw Failure(
        .unusableCertificate,
        "cannot certify certificate \(certificate.fingerprint.short): it has no user ID that is in force",
        hint: "ask its owner for a current certificate, then `postseal key import FILE`")
    }
    return usable
  }

  private func confirm(as certifier: Certificate, on session: Session) throws(Failure) {
    guard !yes else { return }
    switch reach {
    case .local:
      if case .fingerprint = name { return }
      try Question.confirm(
        "Did the owner tell you this fingerprint, in person or by telephone, and are these user IDs theirs?",
        on: session.console, options: options, otherwise: "name the whole fingerprint, or add `--yes`")
    case .exportable:
      let signer = certifier.userIDs.first(where: \.isUsable)?.text ?? certifier.fingerprint.short
      try Question.confirm(
        "This says publicly, as \(TerminalText.visible(signer)): I have checked that this key is theirs. Others may rely on it, and who has it keeps it. Did you compare the fingerprint with the owner, and are these user IDs theirs?",
        on: session.console, options: options, otherwise: "add `--yes`")
    }
  }

  private func tellNext(_ certificate: Certificate, _ chosen: [String], on console: Console) {
    let hex = certificate.fingerprint.hex
    if reach == .exportable {
      console.note("nothing was published; to give it to the owner: `postseal key export \(hex)`")
    }
    for text in chosen {
      let name = UserID.address(in: text) ?? text
      console.note("to take that back: `postseal key unaccept \(ShellWord.quoted(name)) \(hex)`")
    }
  }
}

extension Certificate {
  /// Checks that nothing speaks against the certificate as a whole.
  ///
  /// - Throws: `Failure` 32.
  fileprivate func checkCertifiable(at now: Int64) throws(Failure) {
    guard let problem = problem(for: .encryption, at: now) else { return }
    let hint: String
    switch problem {
    case .revoked, .expired, .invalid:
      hint = "ask its owner for a current certificate, then `postseal key import FILE`"
    case .disabled: hint = "take it into use again with `postseal key enable \(fingerprint.hex)`"
    case .notYetValid: hint = "set the clock of this machine right, which `date` shows"
    default: return
    }
    throw Failure(
      .unusableCertificate, "cannot certify certificate \(fingerprint.short): it \(problem.words)", hint: hint)
  }
}
