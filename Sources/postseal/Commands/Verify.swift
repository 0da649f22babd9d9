import ArgumentParser
import SealedMail

/// `postseal verify`: the verdict alone.
struct Verify: Command {
  static let configuration = CommandConfiguration(
    abstract: "Judge a message, or all of a mailbox: who signed it, and is it whole.",
    discussion: """
      A sealed message is opened first. The exit status is the number of the finding. \
      A message on an IMAP server is named imaps://USER@HOST/MAILBOX/;UID=N.

      Of a Maildir or mbox each message gets one line, in the mailbox's order: mark, date, From address, `encrypted` or `clear`, the \
      finding in one word, and the file's name or the number. In a pipe nothing is cut, and no column but the last has blanks. With \
      --json each line is the report of one message. The exit status is 1 if that is any message's, else the highest of all.
      """)

  static let examples = [
    "postseal verify mail.eml",
    "postseal verify --json ~/Mail/Inbox > verdicts.jsonl",
  ]

  @OptionGroup var input: InputOptions
  @OptionGroup var part: PartOptions
  @OptionGroup var mailbox: MailboxOptions
  @OptionGroup var requirements: RequirementOptions
  @OptionGroup var expansion: ExpansionOptions
  @OptionGroup var passphrase: PassphraseOptions
  @OptionGroup(title: "Connection Options") var connection: ConnectionFlags
  @OptionGroup(title: "Common Options") var options: GlobalOptions

  func perform() async throws -> ExitStatus {
    let session = try await Session(options, passphrase: passphrase).bringing(input, connection)
    if let messages = try session.messages(of: input, part, mailbox) {
      return try MailboxRun(session, messages, mailbox, requirements, expansion).list(.verdicts)
    }
    var gpg = try session.gpg()
    let opened = try session.open(input, part, expansion, mailbox.chosen, with: &gpg)
    let report = VerdictReport(opened: opened)
    switch session.console.format {
    case .json: try session.console.report(.report(report.json))
    case .text where session.console.detail == .quiet: break
    case .text:
      let terminal = session.console.terminal
      try session.console.report(report.lines(style: terminal.outputStyle, columns: terminal.outputColumns))
    }
    _ = try session.content(of: opened, from: input, mailbox.chosen)
    if let failure = try report.unmet(requirements) { throw failure }
    return report.status
  }
}
