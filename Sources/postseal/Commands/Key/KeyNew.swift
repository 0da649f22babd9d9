import ArgumentParser
import GPGME
import SystemPackage

/// `postseal key new`.
struct KeyNew: Command {
  static let configuration = CommandConfiguration(
    commandName: "new", abstract: "Make a key of your own.",
    discussion: """
      A primary key that signs and a subkey that decrypts, Ed25519 and Curve25519. GnuPG stores a revocation certificate \
      beside them.
      """)

  static let examples = [
    "postseal key new \"Alice Example <alice@example.org>\"",
    "postseal key new --algorithm rsa4096 --expires 1y \"Alice Example <alice@example.org>\"",
  ]

  @Argument(help: "The user ID: \"Name <address>\".")
  var userID: String

  @Option(help: "The algorithm of both keys; RSA is for correspondents with old software.")
  var algorithm = Algorithm.ed25519

  @Option(
    help: ArgumentHelp(
      "When it expires: a day (2031-06-30), a number of days (90d) or years (2y) from now, or never.",
      valueName: "time"))
  var expires = Expiry.lifetime(.years(3))

  @Flag(help: "Do not lock it with a passphrase: whoever reads the files has the key.")
  var noPassphrase = false

  @Flag(help: "Show what would be made, and make nothing.")
  var dryRun = false

  @OptionGroup var passphrase: PassphraseOptions
  @OptionGroup(title: "Common Options") var options: GlobalOptions

  func perform() async throws -> ExitStatus {
    guard UserID.address(in: userID) != nil else {
      throw Failure(
        .usage, "the user ID `\(userID)` does not end with one address", hint: "write it as \"Name <address>\"")
    }
    let session = try Session(options, passphrase: passphrase)
    var gpg = try session.gpg()
    let end = try expires.time(from: session.now)
    let request = KeyRequest(
      userID: userID, algorithm: algorithm.request, lifetime: end.map { $0 - session.now },
      protection: noPassphrase ? .none : .passphrase)
    try warnOfOthers(with: &gpg, on: session)
    if dryRun {
      session.console.note("would make a key for \(userID)")
      try session.listUnchanged([])
      return .done
    }
    let key = try gpg.generateKey(request)
    // It is younger than this run.
    try session.list([key.certificate], at: currentTime())
    if let file = key.revocationCertificate {
      session.console.note("keep \(file.string): it revokes the key when you lose it")
    }
    return .done
  }

  /// Two keys of one's own for one address make others, and oneself, choose the wrong one.
  private func warnOfOthers(with gpg: inout Context, on session: Session) throws {
    guard let address = UserID.address(in: userID) else { return }
    for certificate in try gpg.certificates(in: .secretKeys, detail: .certifications)
    where certificate.isNamed(address) && certificate.problem(for: .encryption, at: session.now) == nil {
      session.console.note(
        "\(TerminalText.visible(address)) already has a key of yours, \(certificate.fingerprint.short)")
    }
  }

  /// What both keys are made of.
  enum Algorithm: String, ExpressibleByArgument, CaseIterable {
    /// With Curve25519 for the subkey.
    case ed25519
    case rsa2048, rsa3072, rsa4096

    var request: KeyRequest.Algorithm {
      switch self {
      case .ed25519: .curve25519
      case .rsa2048: .rsa(bits: 2048)
      case .rsa3072: .rsa(bits: 3072)
      case .rsa4096: .rsa(bits: 4096)
      }
    }
  }

  /// How long a key lives.
  enum Lifetime: ExpressibleByArgument, CustomStringConvertible {
    case days(Int64)
    case years(Int64)
    case never

    init?(argument: String) {
      if argument == "never" {
        self = .never
      } else if let number = Int64(argument.dropLast()), (1...36_500).contains(number) {
        switch argument.last {
        case "d": self = .days(number)
        case "y" where number <= 100: self = .years(number)
        default: return nil
        }
      } else {
        return nil
      }
    }

    var description: String {
      switch self {
      case .days(let number): "\(number)d"
      case .years(let number): "\(number)y"
      case .never: "never"
      }
    }

    /// Nil for never.
    var seconds: Int64? {
      switch self {
      case .days(let number): number * 86_400
      case .years(let number): number * 365 * 86_400
      case .never: nil
      }
    }
  }
}
