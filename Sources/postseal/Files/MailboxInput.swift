import ByteStreams
import MailTransport
import SystemPackage

/// The mailbox that a command names.
enum MailboxInput {
  /// The messages of a Maildir, or of an mbox with at least two; nil for an input that is one message.
  ///
  /// Standard input, pipes and devices are one message.
  /// - Throws: `Failure` 66 for a folder that is no Maildir, `StreamError`.
  static func messages(of path: String?) throws -> StoredMessages? {
    guard let path, path != "-" else { return nil }
    if let maildir = try maildir(at: FilePath(path)) { return StoredMessages(maildir) }
    guard let reader = try mbox(at: FilePath(path)) else { return nil }
    var probe = reader
    guard try probe.nextMessage() != nil, try probe.nextMessage() != nil else { return nil }
    return StoredMessages(reader)
  }

  /// The same where one message is a mailbox of one.
  ///
  /// - Throws: `Failure` 66, `StreamError`.
  static func anyMessages(of path: String?, console: Console) throws -> StoredMessages {
    if let path, path != "-" {
      if let maildir = try maildir(at: FilePath(path)) { return StoredMessages(maildir) }
      if let reader = try mbox(at: FilePath(path)) { return StoredMessages(reader) }
    }
    let bytes = try Input.bytes(of: path, console: console)
    return StoredMessages(StoredMessage(single: bytes, name: Input.name(of: path)))
  }

  /// The one message that the person chose from a mailbox.
  ///
  /// - Throws: `Failure` 66 when there is none of that name, `StreamError`.
  static func message(called name: String, in messages: StoredMessages, of path: String?) throws -> StoredMessage {
    guard let message = try messages.message(called: name) else {
      throw Failure(.noInput, "there is no message `\(name)` in \(Input.name(of: path))")
    }
    return message
  }

  private static func maildir(at path: FilePath) throws -> Maildir? {
    guard Folders.exists(path) else { return nil }
    guard Maildir.exists(at: path) else {
      throw Failure(
        .noInput, "cannot read \(path): it is a folder, and no Maildir, which has `cur` and `new`",
        hint: "name a message, an mbox or a Maildir")
    }
    return try Maildir(path)
  }

  private static func mbox(at path: FilePath) throws -> MboxReader? {
    guard Folders.holdsFile(path) else { return nil }
    let reader = try MboxReader(ByteStore.file(path))
    return reader.isMbox ? reader : nil
  }
}
