import ArgumentParser
import GPGME

/// `postseal key find`.
struct KeyFind: Command {
  static let configuration = CommandConfiguration(
    commandName: "find", abstract: "Find the certificates for an address.",
    discussion: "Looks in your keyring only, and asks nobody else.")

  static let examples = ["postseal key find bob@example.org", "postseal key find --json bob@example.org"]

  @Argument(help: "The address.")
  var address: String

  @OptionGroup(title: "Common Options") var options: GlobalOptions

  func perform() async throws -> ExitStatus {
    let session = try Session(options)
    var gpg = try session.gpg()
    let found = try gpg.certificates(for: [address], detail: .certifications).flatMap(\.self)
    guard !found.isEmpty else { throw Failure.noCertificate(address) }
    try session.list(found)
    session.console.note("looked in your keyring only")
    return .done
  }
}
