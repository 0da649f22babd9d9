import ArgumentParser
import MailTransport

/// `postseal autocrypt collect`.
struct AutocryptCollect: Command {
  static let configuration = CommandConfiguration(
    commandName: "collect", abstract: "Collect the senders' keys from received mail.",
    discussion: """
      Takes messages, mboxes and Maildirs; of several keys of one sender the one in the youngest message counts, whatever the order. \
      Answers by programs, reports, and your own mail are passed over. Nothing becomes trusted, and your keyring stays as it is. With \
      --gossip sealed mail is opened too, for what it tells of the keys of its other recipients.
      """)

  static let examples = [
    "postseal autocrypt collect ~/Mail/Inbox",
    "postseal autocrypt collect --gossip mail.eml",
  ]

  @Argument(
    help: "Messages, mboxes or Maildirs; standard input when missing or \"-\".", completion: .file())
  var files: [String] = []

  @Flag(help: "Open sealed mail for the keys of its other recipients.")
  var gossip = false

  @OptionGroup var passphrase: PassphraseOptions
  @OptionGroup(title: "Common Options") var options: GlobalOptions

  func perform() async throws -> ExitStatus {
    let session = try Session(options, passphrase: passphrase)
    // Whatever is named wrongly is told before anything is read.
    let inputs = try (files.isEmpty ? ["-"] : files).map {
      try MailboxInput.anyMessages(of: $0, console: session.console)
    }
    var collection = try AutocryptCollection(session, gossip ? .opened : .passedOver)
    for input in inputs { try collection.collect(input) }
    try collection.finish()
    switch session.console.format {
    case .json: try session.console.report(.report(collection.json))
    case .text: try session.console.report([collection.sentence])
    }
    return collection.status
  }
}
