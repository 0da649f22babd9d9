import ByteStreams
import MIME
import SealedMail

/// A message while its author still works on it.
struct Composition: Sendable {
  /// The sender; nil for the account's.
  var from: Mailbox?
  var to: [Mailbox] = []
  var cc: [Mailbox] = []
  var bcc: [Mailbox] = []
  var subject = ""
  /// The text, with LF at its line ends.
  var text = ""
  /// What goes with the text, in order.
  var enclosures: [Enclosure] = []
  /// The message that it answers.
  var answers: MessageID?
  /// The conversation that it continues.
  var references: [MessageID] = []
  /// Whether something of it came sealed from others, so that it may go sealed only.
  var origin = Answer.Origin.clear

  /// Every recipient, in the order of the fields.
  var recipients: [AddrSpec] { (to + cc + bcc).map(\.address) }

  /// Up to this many bytes of the message stay in memory; more go to an unlinked file.
  private static let memoryLimit = 32 << 20

  /// The whole message as its author gives it, Bcc field and all.
  ///
  /// Where something of it came sealed from others, no byte of it reaches a disk.
  /// - Throws: `MIMEError`, `StreamError`, `OpenError`.
  func message() throws -> ByteStore {
    var fields: [FieldLine] = []
    for (name, mailboxes) in [("From", [from].compactMap(\.self)), ("To", to), ("Cc", cc), ("Bcc", bcc)]
    where !mailboxes.isEmpty {
      fields.append(try .addresses(name, AddressList(mailboxes)))
    }
    fields.append(try .unstructured("Subject", subject))
    if let answers { fields.append(try .structured("In-Reply-To", answers.text)) }
    if !references.isEmpty {
      fields.append(try .structured("References", references.map(\.text).joined(separator: " ")))
    }
    let message = ComposedMessage(fields: fields, text: text, parts: try enclosures.map { try $0.part() })
    return try message.build(into: storage())
  }

  private func storage() -> Spool {
    guard origin == .sealed else { return Spool(memoryLimit: Self.memoryLimit) }
    guard let folder = MemoryFileSystem.first() else { return Spool(memoryLimit: .max) }
    return Spool(memoryLimit: Self.memoryLimit, directory: folder)
  }

  /// The text in `bytes`, its line ends LF.
  ///
  /// - Throws: `Failure` 65 for what is no text in UTF-8.
  static func text(_ bytes: [UInt8], of name: String) throws(Failure) -> String {
    guard var text = String(validating: bytes, as: UTF8.self) else {
      throw Failure(
        .malformedInput, "\(name) is not UTF-8", hint: "convert it with `iconv -t UTF-8`, or send it with `--attach`")
    }
    if text.unicodeScalars.first == "\u{FEFF}" { text.unicodeScalars.removeFirst() }
    if text.utf8.contains(0x0D) { text = text.replacing("\r\n", with: "\n") }
    // Tab, line feed and form feed are of a text; whatever else is here moves or deletes something on its reader's screen.
    let control = text.unicodeScalars.first { scalar in
      scalar.value < 0x20 && ![0x09, 0x0A, 0x0C].contains(scalar.value) || (0x7F...0x9F).contains(scalar.value)
    }
    if let control {
      throw Failure(
        .malformedInput, "\(name) is no text: it holds the control character \(control.value)",
        hint: "send it with `--attach`")
    }
    return text
  }
}
