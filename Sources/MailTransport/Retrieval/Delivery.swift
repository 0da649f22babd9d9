/// How a message is named and marked where it is delivered.
package struct Delivery: Sendable, Equatable {
  /// The name without flags: printable ASCII without `/` and `:`, at most 200 characters.
  package let base: String
  /// The flags as a Maildir has them, in order, each once; nil for a message that nobody has seen.
  package let flags: String?
  /// Whether two messages of one base are the same message.
  package let isNamedByContent: Bool
  /// Whom the `From ` line of an mbox names; raw text, nil where only the message tells.
  package var sender: String?
  /// Whether the message was taken out of an mbox with the `>` that stands before `From ` there.
  package var isQuoted: Bool

  package init(
    base: String, flags: String?, isNamedByContent: Bool, sender: String? = nil, isQuoted: Bool = false
  ) {
    self.base = base
    self.flags = flags
    self.isNamedByContent = isNamedByContent
    self.sender = sender
    self.isQuoted = isQuoted
  }
}
