import ArgumentParser
import MIME
import MailState

/// `postseal autocrypt forget`.
struct AutocryptForget: Command {
  static let configuration = CommandConfiguration(
    commandName: "forget", abstract: "Forget what mail told of an address.",
    discussion: "The next collect over the same mail finds it again. Your keyring stays as it is.")

  static let examples = [
    "postseal autocrypt forget bob@example.org", "postseal autocrypt forget --json bob@example.org",
  ]

  @Argument(help: "The address.")
  var address: String

  @OptionGroup(title: "Common Options") var options: GlobalOptions

  func perform() async throws -> ExitStatus {
    let session = try Session(options)
    let address = try AddrSpec(address)
    guard try Session.state()?.forget(address) == true else { throw Failure.notCollected(address) }
    if session.console.format == .json {
      try session.console.report(.report(["forgotten": .string(address.canonical.text)]))
    }
    session.console.note("forgot what mail told of \(address.canonical.text)")
    return .done
  }
}

extension Failure {
  /// No mail that was collected told anything of the address.
  static func notCollected(_ address: AddrSpec) -> Failure {
    Failure(
      .noCertificate, "no mail that was collected told anything of \(address.text)",
      hint: "collect what you received with `postseal autocrypt collect MAILBOX`")
  }
}
