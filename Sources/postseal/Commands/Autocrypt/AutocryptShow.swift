import ArgumentParser
import MIME
import MailState

/// `postseal autocrypt show`.
struct AutocryptShow: Command {
  static let configuration = CommandConfiguration(
    commandName: "show", abstract: "Show what mail told of an address, and what Autocrypt recommends.",
    discussion: """
      The advice is encrypt (both sides wish it), available (there is a key), discourage (the key may be out of use: the last mail came \
      without it for over 35 days, or only others told of it) or disable (there is no usable key).
      """)

  static let examples = ["postseal autocrypt show bob@example.org", "postseal autocrypt show --json bob@example.org"]

  @Argument(help: "The address.")
  var address: String

  @OptionGroup(title: "Common Options") var options: GlobalOptions

  func perform() async throws -> ExitStatus {
    let session = try Session(options)
    let address = try AddrSpec(address)
    var gpg = try session.gpg()
    guard let peer = try Session.state()?.peer(address) else { throw Failure.notCollected(address) }
    let report = AutocryptReport(try session.recommendation(for: peer, with: &gpg), peer: peer)
    switch session.console.format {
    case .json: try session.console.report(.report(report.json))
    case .text: try session.console.report(report.lines(isUsed: session.usesAutocrypt))
    }
    return .done
  }
}
