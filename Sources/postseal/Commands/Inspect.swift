import ArgumentParser
import SealedMail

/// `postseal inspect`: the parts of a message and what protects them, without opening anything.
struct Inspect: Command {
  static let configuration = CommandConfiguration(
    abstract: "Show the parts of a message with recipients and algorithms, without opening it.",
    discussion: """
      Needs no key, asks nothing of gpg and checks nothing: it shows what the message itself shows to everybody on its way. Key IDs \
      are claims. \
      A message on an IMAP server is named imaps://USER@HOST/MAILBOX/;UID=N.
      """)

  static let examples = [
    "postseal inspect mail.eml",
    "postseal inspect --json < mail.eml",
  ]

  @OptionGroup var input: InputOptions
  @OptionGroup var chosen: MessageOptions
  @OptionGroup(title: "Connection Options") var connection: ConnectionFlags
  @OptionGroup(title: "Common Options") var options: GlobalOptions

  func perform() async throws -> ExitStatus {
    let session = try await Session(options).bringing(input, connection)
    let console = session.console
    try session.refuseMailbox(input, chosen, hint: "name one with `--message N`")
    let page = InspectionPage(inspection: try Inspection.of(try session.bytes(of: input, chosen)))
    switch console.format {
    case .json: try console.report(page.json)
    case .text: try await Pager.show(page.lines(for: console.terminal), on: console)
    }
    return .done
  }
}
