import ArgumentParser
import ByteStreams
import SealedMail

/// `postseal decrypt`: the message with its protection removed.
struct Decrypt: Command {
  static let configuration = CommandConfiguration(
    abstract: "Open a message, or all of a mailbox: write it with its protection removed.",
    discussion: """
      Header fields that were hidden are restored. The verdict is told on standard error. Nothing is written unless all of \
      the message was found unaltered. \
      A message on an IMAP server is named imaps://USER@HOST/MAILBOX/;UID=N.

      With --into each message of a Maildir or mbox is written into another one, which is made when it is missing, with its flags \
      and the time of its delivery; what was not protected is written, too. That is an mbox when it is one already, when it is called \
      `mbox:PATH`, or when its name ends in `.mbox`; else it is a Maildir. A message's verdict stands in a field of its header, \
      `X-Postseal-Verdict: encrypted=whole; signature=good; trusted=yes; …`; such a field that came with a message is dropped, \
      always. What is there already is not opened again, and what could not be opened is named and tried again by the next run. The \
      exit status is 1 if that is any message's, else the highest of all.
      """)

  static let examples = [
    "postseal decrypt mail.eml -o opened.eml",
    "postseal decrypt ~/Mail/Sealed --into ~/Mail/Opened",
  ]

  @OptionGroup var input: InputOptions
  @OptionGroup var output: OutputOptions

  @Option(
    help: ArgumentHelp("Write every message of a Maildir or mbox into this Maildir or mbox.", valueName: "mailbox"),
    completion: .file())
  var into: String?

  @OptionGroup var part: PartOptions
  @OptionGroup var mailbox: MailboxOptions
  @OptionGroup var requirements: RequirementOptions
  @OptionGroup var expansion: ExpansionOptions
  @OptionGroup var passphrase: PassphraseOptions
  @OptionGroup(title: "Connection Options") var connection: ConnectionFlags
  @OptionGroup(title: "Common Options") var options: GlobalOptions

  mutating func validate() throws {
    guard into != nil else { return }
    if into == "" { throw ValidationError("--into must not be empty.") }
    if output.output != nil || output.force { throw ValidationError("--into excludes --output and --force.") }
  }

  func perform() async throws -> ExitStatus {
    let session = try await Session(options, passphrase: passphrase).bringing(input, connection)
    if let into {
      let messages = try session.anyMessages(of: input, part, mailbox)
      return try MailboxRun(session, messages, mailbox, requirements, expansion)
        .write(into: MailboxOutput.open(into, from: input.file))
    }
    try session.refuseMailbox(
      input, mailbox.chosen, hint: "open all of it with `--into MAILBOX`, or one with `--message N`")
    let sink = try Output.sink(to: output.output, policy: Output.policy(forced: output.force))
    var gpg = try session.gpg()
    let opened = try session.open(
      input, part, expansion, mailbox.chosen, scratch: (sink as? OutputFile)?.folder, with: &gpg)
    let content = try session.content(of: opened, from: input, mailbox.chosen)
    if let failure = try VerdictReport(opened: opened).unmet(requirements) {
      session.explain(opened)
      throw failure
    }
    try content.write(restoring: opened.header, into: sink)
    try sink.finish()
    session.explain(opened)
    return .done
  }
}
