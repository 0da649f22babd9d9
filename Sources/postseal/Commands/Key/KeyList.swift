import ArgumentParser
import GPGME

/// `postseal key list`.
struct KeyList: Command {
  static let configuration = CommandConfiguration(
    commandName: "list", abstract: "List the certificates of your keyring.")

  static let examples = ["postseal key list", "postseal key list --secret --expiring 30d"]

  @Flag(help: "Only your own keys.")
  var secret = false

  @Option(
    help: ArgumentHelp("Only those that expire within this time (30d, 1y), or have expired.", valueName: "time"))
  var expiring: KeyNew.Lifetime?

  @OptionGroup(title: "Common Options") var options: GlobalOptions

  func perform() async throws -> ExitStatus {
    let session = try Session(options)
    var gpg = try session.gpg()
    var certificates = try gpg.certificates(in: secret ? .secretKeys : .certificates, detail: .certifications)
    if let seconds = expiring?.seconds {
      certificates.removeAll { !$0.hasExpired(at: session.now + seconds) }
    }
    try session.list(certificates)
    return .done
  }

  func validate() throws {
    if case .never = expiring { throw ValidationError("--expiring takes a number of days (30d) or years (1y).") }
  }
}

extension Certificate {
  /// Whether at that time nobody can encrypt to it any more, or its owner cannot sign, because a date has passed.
  fileprivate func hasExpired(at time: Int64) -> Bool {
    [KeyUse.encryption, .signing].contains { use in
      switch problem(for: use, at: time) {
      case .expired, .keyExpired: true
      default: false
      }
    }
  }
}
