import ArgumentParser
import MIME
import SealedMail

/// What a new message consists of.
struct LetterOptions: ParsableArguments {
  @Option(help: ArgumentHelp("Recipient; may be repeated.", valueName: "address"))
  var to: [String] = []

  @Option(help: ArgumentHelp("Recipient of a copy; may be repeated.", valueName: "address"))
  var cc: [String] = []

  @Option(help: ArgumentHelp("Hidden recipient; may be repeated.", valueName: "address"))
  var bcc: [String] = []

  @Option(help: ArgumentHelp("Subject.", valueName: "text"))
  var subject: String?

  @Option(help: ArgumentHelp("Sender, instead of the account's first address.", valueName: "address"))
  var from: String?

  @Option(help: ArgumentHelp("The text itself.", valueName: "text"))
  var body: String?

  @Option(help: ArgumentHelp("Read the text from this file.", valueName: "file"), completion: .file())
  var bodyFile: String?

  @Option(help: ArgumentHelp("Attach this file; may be repeated.", valueName: "file"), completion: .file())
  var attach: [String] = []

  mutating func validate() throws {
    try HeaderOptions.check(to: to, cc: cc, bcc: bcc, from: from, subject: subject)
    if body != nil && bodyFile != nil { throw ValidationError("--body and --body-file exclude each other.") }
  }

  /// Adds what was given to `composition`: recipients and files to those that it has, subject and sender in their place.
  ///
  /// - Throws: `MIMEError` for what is no address, `Failure` 66 for what cannot be attached.
  func complete(_ composition: inout Composition) throws {
    composition.to += try HeaderOptions.mailboxes(to)
    composition.cc += try HeaderOptions.mailboxes(cc)
    composition.bcc += try HeaderOptions.mailboxes(bcc)
    if let subject { composition.subject = subject }
    if let from { composition.from = try Mailbox(from) }
    guard !attach.isEmpty else { return }
    let types = MediaTypes.ofSystem()
    composition.enclosures += try attach.map { try Enclosure.file($0, types: types) }
  }
}

/// The message that a new one answers or takes along, or the draft that it continues.
struct AnsweringOptions: ParsableArguments {
  @Option(help: ArgumentHelp("Answer this message.", valueName: "file"), completion: .file())
  var reply: String?

  @Flag(help: "With --reply: answer to all its recipients as well.")
  var replyAll = false

  @Flag(help: "With --reply: repeat neither the text nor a hidden subject.")
  var noQuote = false

  @Option(
    help: ArgumentHelp("Forward this message, opened where it came sealed.", valueName: "file"), completion: .file())
  var forward: String?

  @Flag(help: "With --forward: take a sealed message along unopened.")
  var forwardAsIs = false

  @OptionGroup var chosen: MessageOptions

  @Option(help: ArgumentHelp("Go on with this draft: its name, or a file.", valueName: "draft"), completion: .file())
  var resume: String?

  @Flag(help: "Let the editor's file with a sealed message's text lie on a disk, where no folder is in memory.")
  var quoteOnDisk = false

  mutating func validate() throws {
    if [reply, forward, resume].compactMap(\.self).count > 1 {
      throw ValidationError("--reply, --forward and --resume exclude each other.")
    }
    if (replyAll || noQuote) && reply == nil { throw ValidationError("--reply-all and --no-quote go with --reply.") }
    if forwardAsIs && forward == nil { throw ValidationError("--forward-as-is goes with --forward.") }
    if chosen.message != nil && reply == nil && forward == nil {
      throw ValidationError("--message goes with --reply or --forward.")
    }
  }

  /// Whether the message comes on standard input.
  var takesStandardInput: Bool { reply == "-" || forward == "-" }
}

/// What becomes of a message that was written.
struct EndingOptions: ParsableArguments {
  @Flag(help: "Seal the message and send it.")
  var send = false

  @Flag(help: "Keep the message as a draft, sealed to yourself.")
  var draft = false

  @OptionGroup var output: OutputOptions

  @Flag(help: "Show who would get what, and send or write nothing.")
  var dryRun = false

  @Flag(help: "Sign the message, readable by everybody.")
  var signOnly = false

  @Flag(help: "Neither encrypt nor sign the message.")
  var clear = false

  mutating func validate() throws {
    if signOnly && clear { throw ValidationError("--sign-only and --clear exclude each other.") }
    if [send, draft, output.output != nil].count(where: \.self) > 1 {
      throw ValidationError("--send, --draft and --output exclude each other.")
    }
    if draft && dryRun { throw ValidationError("--draft and --dry-run exclude each other.") }
  }

  /// What the person asked for about protection.
  var protection: ProtectionChoice { clear ? .chosen(.clear) : signOnly ? .chosen(.signed) : .rules }
}
