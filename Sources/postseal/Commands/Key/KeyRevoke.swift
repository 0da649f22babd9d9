import ArgumentParser
import GPGME
import SystemPackage

/// `postseal key revoke`.
struct KeyRevoke: Command {
  static let configuration = CommandConfiguration(
    commandName: "revoke", abstract: "Revoke your own key, for ever.",
    discussion: """
      For a key that somebody else may have, that is lost, or that you use no more. Nobody can take a revocation back once \
      others have it; before that, only an old copy of your keyring could. The key then signs nothing and nothing is \
      encrypted to it; old mail can still be read with it. Others learn of it only from the revoked certificate: publish it, \
      or give it to them.

      The reason tells others what the old signatures are worth: nothing for `compromised` and `none`, what they were worth \
      before for `superseded` (another key is used instead) and `retired` (used no more).

      With `--from-certificate` neither the secret key nor its passphrase is needed, but the revocation certificate that \
      GnuPG stored when it made the key, in the folder openpgp-revocs.d of its home, or a file with one.
      """)

  static let examples = [
    "postseal key revoke alice@example.org --reason superseded",
    "postseal key revoke alice@example.org --from-certificate revocation.asc",
  ]

  @Argument(help: "An address, or a whole fingerprint.")
  var name: KeyName

  @Option(
    help: ArgumentHelp("Why: compromised, superseded, retired or none; a certificate has its own.", valueName: "reason")
  )
  var reason: RevocationReason?

  @OptionGroup var revocation: RevocationOptions

  @Option(
    defaultAsFlag: Source.stored,
    help: ArgumentHelp("Revoke by this revocation certificate, or by the stored one.", valueName: "file"))
  var fromCertificate: Source?

  @Flag(help: "Revoke without asking.")
  var yes = false

  @Flag(help: "Show what would be revoked, and change nothing.")
  var dryRun = false

  @OptionGroup var passphrase: PassphraseOptions
  @OptionGroup(title: "Common Options") var options: GlobalOptions

  /// Where the revocation certificate is.
  enum Source: ExpressibleByArgument, CustomStringConvertible {
    case stored
    case file(String)

    init(argument: String) { self = .file(argument) }

    var description: String {
      switch self {
      case .stored: "the stored one"
      case .file(let path): path
      }
    }
  }

  /// More than any revocation certificate takes.
  private static let sizeLimit = 1 << 20

  func validate() throws {
    if fromCertificate == nil, reason == nil {
      throw ValidationError("--reason is missing: compromised, superseded, retired or none.")
    }
    if fromCertificate != nil, reason != nil || revocation.comment != nil {
      throw ValidationError("--from-certificate excludes --reason and --comment: the certificate has its own.")
    }
  }

  func perform() async throws -> ExitStatus {
    let statement = try revocation.statement(reason ?? .unspecified)
    let session = try Session(options, passphrase: passphrase)
    var gpg = try session.gpg()
    guard let fromCertificate else {
      let key = try name.ownKey(for: .revocation, with: &gpg)
      return try revoke(key, statement.reason.words, on: session) { try gpg.revoke(key, saying: statement) }
    }
    let key = try name.certificate(in: .certificates, with: &gpg)
    try key.requireUnrevoked(for: .revocation)
    let path = try file(fromCertificate, for: key, with: gpg)
    let data = try Input.bytes(of: path, limit: Self.sizeLimit, console: session.console)
    return try revoke(key, "revoked by \(Input.name(of: path))", on: session) { try gpg.revoke(key, by: data) }
  }

  private func revoke(
    _ key: Certificate, _ words: String, on session: Session, act: () throws -> Certificate
  ) throws -> ExitStatus {
    session.console.explain(CertificateReport(certificate: key, now: session.now).lines())
    if dryRun {
      session.console.note("would be \(words)")
      try session.listUnchanged([key])
      return .done
    }
    if !yes {
      // A slip of the finger revokes nothing.
      try Question.demand(
        String(key.fingerprint.hex.suffix(8)), "the last eight digits of its fingerprint",
        to: "Revoke this key for ever?", on: session.console, options: options, otherwise: "add `--yes`")
    }
    let changed = try act()
    // The change is younger than this run.
    try session.list([changed], at: currentTime())
    let hex = changed.fingerprint.hex
    session.console.note("key \(changed.fingerprint.short) is \(words)")
    session.console.note(
      "others learn of it only when they get it: `postseal key publish --keyserver \(hex)`, and `postseal key export \(hex)` for those whom you write to"
    )
    return .done
  }

  private func file(
    _ source: Source, for key: Certificate, with gpg: borrowing Context
  ) throws(Failure) -> String {
    switch source {
    case .file(let path): return path
    case .stored:
      guard let path = gpg.revocationCertificate(of: key.fingerprint) else {
        throw Failure(
          .noInput, "no revocation certificate of key \(key.fingerprint.short) is stored in this GnuPG home",
          hint: "name the file where you keep it: `--from-certificate FILE`")
      }
      return path.string
    }
  }
}
