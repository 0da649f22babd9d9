import ByteStreams
import GPGME
import MailTransport
import SealedMail
import SystemPackage

extension Session {
  /// Opens and judges the message that a command names, or one part of it.
  ///
  /// - Parameter scratch: the folder that the person named for the content, where a large plaintext may lie without a name.
  /// - Throws: `OpenError`, `StreamError`.
  func open(
    _ input: InputOptions, _ part: PartOptions, _ expansion: ExpansionOptions, _ chosen: MessageOptions,
    scratch: FilePath? = nil, with gpg: inout Context
  ) throws -> OpenedMessage {
    try open(try bytes(of: input, chosen), part: part.part, expansion, scratch: scratch, with: &gpg)
  }

  /// The same for a message that was read before.
  ///
  /// - Throws: as the other one.
  func open(
    _ store: ByteStore, part: PartNumber? = nil, _ expansion: ExpansionOptions, scratch: FilePath? = nil,
    with gpg: inout Context
  ) throws -> OpenedMessage {
    var options = OpenOptions(now: now)
    options.scratch = scratch
    if let limit = expansion.expansionLimit { options.expansionFloor = limit }
    let progress = Progress("opening", on: console)
    defer { progress.finish() }
    options.progress = { progress.advance(to: $0, of: $1) }
    return try Opener.open(store, part: part, options: options, with: &gpg)
  }

  /// The message that a command names.
  ///
  /// - Throws: `Failure` 66, `StreamError`.
  func bytes(of input: InputOptions, _ chosen: MessageOptions) throws -> ByteStore {
    try bytes(of: input.file, chosen)
  }

  /// The message at a path, or that of a mailbox there; nil and `-` are standard input.
  ///
  /// - Throws: `Failure` 66, `StreamError`.
  func bytes(of path: String?, _ chosen: MessageOptions) throws -> ByteStore {
    if let brought, brought.url == path {
      guard chosen.message == nil else { throw brought.isAlone }
      return brought.bytes
    }
    guard let message = chosen.message else {
      let mail = try Input.mail(at: path, console: console)
      // What a program leaves that fed a pipe and failed.
      guard mail.count > 0 else {
        throw Failure(.noInput, "there is no message in \(Input.name(of: path)): it is empty")
      }
      return mail
    }
    let messages = try MailboxInput.anyMessages(of: path, console: console)
    return try MailboxInput.message(called: message, in: messages, of: path).bytes()
  }

  /// The content of an opened message.
  ///
  /// - Throws: `Failure` 20 to 23 when it was not opened.
  func content(
    of opened: OpenedMessage, from input: InputOptions, _ chosen: MessageOptions
  ) throws(Failure) -> OpenedContent {
    if let content = opened.content { return content }
    let refusal = opened.verdict.encryption.refusal ?? .other("it was not opened")
    let name = Input.name(of: input.file)
    throw Failure(refusal, of: chosen.message.map { "message \($0) of \(name)" } ?? name)
  }

  /// Tells the verdict on standard error, because the message itself is on standard output.
  func explain(_ opened: OpenedMessage) {
    let report = VerdictReport(opened: opened)
    switch console.format {
    case .json: console.explain(.report(report.json))
    case .text:
      console.explain(report.lines(style: console.terminal.errorStyle, columns: console.terminal.errorColumns))
    }
  }
}
