import ArgumentParser
import SealedMail

/// `postseal read`: a message for a person.
struct Read: Command {
  static let configuration = CommandConfiguration(
    abstract: "Read a message: verdict, header, text, attachments; or a summary of a mailbox.",
    discussion: """
      Plain text is preferred; html is made plain, by w3m or lynx when one of them is installed and nothing in it is quoted: links \
      show where they lead, remote images are counted and never fetched. On a terminal, a long message goes through $PAGER (`less` without one), \
      unless --batch is given. Nothing that a message names is fetched from any network.

      A message that lies on an IMAP server is named imaps://USER@HOST/MAILBOX/;UID=N, or imap+starttls://…, in quotes \
      because of the semicolon; it stays there, and does not become seen. --summary of a mailbox, imaps://USER@HOST/MAILBOX, \
      lists the UIDs, with what the headers say; a verdict needs the whole message.
      """)

  static let examples = [
    "postseal read mail.eml",
    "postseal read --summary ~/Mail/Inbox",
  ]

  @OptionGroup var input: InputOptions
  @OptionGroup var part: PartOptions

  @Flag(
    help:
      "Show one line for each message of a Maildir or mbox: number, mark of the verdict, date, From address, Subject.")
  var summary = false

  @OptionGroup var mailbox: MailboxOptions
  @OptionGroup var requirements: RequirementOptions
  @OptionGroup var expansion: ExpansionOptions
  @OptionGroup var passphrase: PassphraseOptions
  @OptionGroup(title: "Connection Options") var connection: ConnectionFlags
  @OptionGroup(title: "Common Options") var options: GlobalOptions

  func perform() async throws -> ExitStatus {
    var session = try Session(options, passphrase: passphrase)
    if summary, let listing = try RemoteListing(input.file, try connection.choice) {
      try listing.refuse(part, mailbox, requirements)
      return try await listing.show(in: session)
    }
    session = try await session.bringing(input, connection)
    if summary {
      let messages = try session.anyMessages(of: input, part, mailbox)
      return try MailboxRun(session, messages, mailbox, requirements, expansion).list(.summary)
    }
    try session.refuseMailbox(
      input, mailbox.chosen, hint: "see the list with `--summary`, and read one with `--message N`")
    var gpg = try session.gpg()
    let opened = try session.open(input, part, expansion, mailbox.chosen, with: &gpg)
    let content = try session.content(of: opened, from: input, mailbox.chosen)
    let name = MessageName(
      message: input.words(mailbox.chosen), part: part.part, isOpenedApart: opened.verdict.encryption == .whole)
    let page = MessagePage(opened: opened, content: content, name: name)
    switch session.console.format {
    case .json: try session.console.report(page.json())
    case .text:
      let lines = try await page.lines(for: session.console.terminal)
      try await Pager.show(lines, on: session.console, asks: !options.batch)
    }
    if let failure = try VerdictReport(opened: opened).unmet(requirements) { throw failure }
    return .done
  }
}
