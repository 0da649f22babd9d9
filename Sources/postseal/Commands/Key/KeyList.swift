import ArgumentParser
import GPGME

/// `postseal key list`.
struct KeyList: Command {
  static let configuration = CommandConfiguration(
    commandName: "list", abstract: "List the certificates of your keyring.")

  static let examples = ["postseal key list", "postseal key list --secret --json"]

  @Flag(help: "Only your own keys.")
  var secret = false

  @OptionGroup(title: "Common Options") var options: GlobalOptions

  func perform() async throws -> ExitStatus {
    let session = try Session(options)
    var gpg = try session.gpg()
    try session.list(try gpg.certificates(in: secret ? .secretKeys : .certificates, detail: .certifications))
    return .done
  }
}
