import MIME

/// What of a sealed message's header stands outside the encryption.
///
/// Source: RFC 9788 §3
package enum HeaderConfidentiality: String, Sendable {
  /// Subject hidden, Comments and Keywords removed, and what repeats the subject: RFC 9788 §3.2.1.
  case baseline
  /// The same, and without display names and time zone: RFC 9788 §3.2.2.
  case shy
  /// Nothing but who keeps it and when: for what its sender keeps and nobody else gets.
  case kept

  /// The field that stands outside for `field`; nil for none.
  ///
  /// - Throws: `MIMEError` when a value cannot be read to be written with less in it.
  func outside(_ field: FieldLine) throws(MIMEError) -> FieldLine? {
    let name = field.name.lowercased()
    if self == .kept, !["from", "date", "message-id", "subject"].contains(name) { return nil }
    switch name {
    case "subject": return try .unstructured(field.name, "[...]")
    // Thread-Topic is what Microsoft's programs repeat the subject in.
    // SpamAssassin quotes the text in its report.
    case "comments", "keywords", "thread-topic", "x-spam-report": return nil
    // cron tells the job's environment, where people put passwords.
    case "x-cron-env": return nil
    // Whose keys the recipients have is for the recipients.
    case "autocrypt-gossip": return nil
    // Only a copy that the sender keeps has it, inside.
    case "bcc": return nil
    default: return self == .shy ? try Self.shy(field) : field
    }
  }

  private static func shy(_ field: FieldLine) throws(MIMEError) -> FieldLine {
    switch field.name.lowercased() {
    case "from", "to", "cc", "sender", "reply-to":
      let addresses = try AddressList(field.value).mailboxes.map(\.address.text)
      return try .structured(field.name, addresses.joined(separator: ", "))
    case "date":
      let date = try MailDate(parsing: Array(field.value.utf8))
      return MailDate(seconds: date.seconds, offsetMinutes: 0).map { .date($0) } ?? field
    default:
      return field
    }
  }
}
