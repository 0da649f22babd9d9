import ArgumentParser
import GPGME

/// `postseal key check`.
struct KeyCheck: Command {
  static let configuration = CommandConfiguration(
    commandName: "check",
    abstract: "Check your keys and the certificates that you use, and say what mends each problem.",
    discussion: """
      Your own keys: usable, long enough, soundly bound, not about to expire, revocation certificate stored, backed up by \
      `postseal key backup` since the newest subkey, and asking for nothing that other programs cannot read. The certificates that are accepted or verified: usable for encryption, not \
      about to expire, soundly bound. Others are not looked at. The exit status is 0 without a problem, else the highest of \
      the problems' own: 34 where you cannot sign, 32 for the rest.
      """)

  static let examples = ["postseal key check", "postseal key check --json"]

  @OptionGroup(title: "Common Options") var options: GlobalOptions

  func perform() async throws -> ExitStatus {
    let session = try Session(options)
    var gpg = try session.gpg()
    return try session.tell(try Checkup(session: session, configurationFailure: nil).certificates(with: &gpg))
  }
}
