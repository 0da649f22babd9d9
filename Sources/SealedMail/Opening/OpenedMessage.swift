package import MIME

/// A message after it was opened: the verdict, the header fields to believe and, unless refused, the content.
package struct OpenedMessage: Sendable {
  package let verdict: Verdict
  /// The header fields to show, in order; protected ones replace those outside.
  package let header: RestoredHeader
  /// The payload inside the cryptographic envelope; nil when the encryption was refused.
  package let content: OpenedContent?
}

/// The header fields of an opened message: protected ones where they are, else those outside.
package struct RestoredHeader: Sendable {
  /// The fields that belong to the message, without structural (Content-*, MIME-Version) ones, in order.
  package let fields: [HeaderField]
  /// Lower-case names of those in `fields` that came from inside the envelope.
  package let protectedNames: Set<String>
  /// What stood outside as Subject when another one stood inside; nil when nothing was hidden; raw text.
  package let hiddenSubject: String?
}
