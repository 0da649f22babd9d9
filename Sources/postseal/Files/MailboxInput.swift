import ByteStreams
import MailTransport
import SystemPackage

/// The mailbox that a command names.
enum MailboxInput {
  /// So long a program that writes to an mbox is waited for, in seconds.
  private static let patience = 10.0

  /// The messages of a Maildir, of an mbox with at least two, or of what is called by `maildir:` or `mbox:`; nil for an input that is one
  /// message.
  ///
  /// Standard input, pipes and devices are one message.
  /// - Throws: `Failure` 66 for a folder that is no Maildir, 75 for a locked mbox; `StreamError`.
  static func messages(of name: String?) throws -> StoredMessages? {
    guard let name, name != "-" else { return nil }
    let mailbox = path(name)
    if let maildir = try maildir(at: mailbox) { return StoredMessages(maildir) }
    guard let reader = try mbox(at: mailbox) else { return nil }
    var probe = reader
    if mailbox.kind == nil {
      guard try probe.nextMessage() != nil, try probe.nextMessage() != nil else { return nil }
    }
    return StoredMessages(reader)
  }

  /// The same where one message is a mailbox of one.
  ///
  /// - Throws: `Failure` 66 and 75, `StreamError`.
  static func anyMessages(of name: String?, console: Console) throws -> StoredMessages {
    if let name, name != "-" {
      let mailbox = path(name)
      if let maildir = try maildir(at: mailbox) { return StoredMessages(maildir) }
      if let reader = try mbox(at: mailbox) { return StoredMessages(reader) }
    }
    let bytes = try Input.mail(at: name, console: console)
    return StoredMessages(StoredMessage(single: bytes, name: Input.name(of: name)))
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

  /// The mailbox of that name.
  static func path(_ name: String) -> MailboxPath {
    MailboxPath(name, home: Environment.value("HOME").map { FilePath($0) })
  }

  private static func maildir(at mailbox: MailboxPath) throws -> Maildir? {
    let path = mailbox.path
    guard mailbox.kind != .mbox, mailbox.kind == .maildir || Folders.exists(path) else { return nil }
    if !Folders.exists(path) { _ = try Folder(path) }
    guard Maildir.exists(at: path) else {
      throw Failure(
        .noInput, "cannot read \(path): it is a folder, and no Maildir, which has `cur` and `new`",
        hint: "name a message, an mbox or a Maildir")
    }
    return try Maildir(path)
  }

  private static func mbox(at mailbox: MailboxPath) throws -> MboxReader? {
    guard mailbox.kind == .mbox || Folders.holdsFile(mailbox.path) else { return nil }
    // Most files that are named are one message, and nobody writes to them.
    if mailbox.kind == nil, try !MboxReader(ByteStore.file(mailbox.path)).isMbox { return nil }
    let store = try ByteStore.lockedFile(mailbox.path, within: patience)
    let reader = try MboxReader(store)
    guard reader.isMbox || store.count == 0 else {
      if mailbox.kind == nil { return nil }
      throw Failure(
        .noInput, "cannot read \(mailbox.path): it is no mbox, which starts with a `From ` line",
        hint: "name a message, an mbox or a Maildir")
    }
    return reader
  }
}
