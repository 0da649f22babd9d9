import ByteStreams
import MailTransport

extension Session {
  /// The messages of the mailbox that a command names; nil for one message, or one of many by `--message`.
  ///
  /// - Throws: `Failure` 64 with `--part`, 66 for a folder that is no Maildir; `StreamError`.
  func messages(
    of input: InputOptions, _ part: PartOptions, _ mailbox: MailboxOptions
  ) throws -> StoredMessages? {
    guard mailbox.chosen.message == nil, brought == nil, let messages = try MailboxInput.messages(of: input.file) else {
      return nil
    }
    try refuse(part)
    return messages
  }

  /// The same where one message is a mailbox of one.
  func anyMessages(of input: InputOptions, _ part: PartOptions, _ mailbox: MailboxOptions) throws -> StoredMessages {
    try refuse(part)
    return try anyMessages(of: input, mailbox.chosen)
  }

  /// The same for a command that takes no parts.
  func anyMessages(of input: InputOptions, _ chosen: MessageOptions) throws -> StoredMessages {
    if let brought {
      guard chosen.message == nil else { throw brought.isAlone }
      return StoredMessages(StoredMessage(single: brought.bytes, name: brought.url))
    }
    let messages = try MailboxInput.anyMessages(of: input.file, console: console)
    guard let name = chosen.message else { return messages }
    return StoredMessages(try MailboxInput.message(called: name, in: messages, of: input.file))
  }

  /// Refuses a mailbox where the work is on one message.
  ///
  /// - Throws: `Failure` 64 and 66, `StreamError`.
  func refuseMailbox(_ input: InputOptions, _ chosen: MessageOptions, hint: String) throws {
    guard chosen.message == nil, brought == nil, try MailboxInput.messages(of: input.file) != nil else { return }
    throw Failure(.usage, "\(Input.name(of: input.file)) holds many messages", hint: hint)
  }

  private func refuse(_ part: PartOptions) throws(Failure) {
    if part.part != nil {
      throw Failure(
        .usage, "a part is of one message", hint: "name the message with `--message N`, without `--summary` or `--into`"
      )
    }
  }
}
