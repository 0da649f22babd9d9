package import MIME

/// A message after it was opened: the verdict, the header fields to believe and, unless refused, the content.
package struct OpenedMessage: Sendable {
  package let verdict: Verdict
  /// The header that stood outside, as it was received; nil for a part, which has none that counts.
  package let outerHeader: Header?
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

extension RestoredHeader {
  /// Every mailbox of every From field; empty when one of them cannot be read, names nobody, or has a group whose name is an address.
  package var from: [Mailbox] { Self.mailboxes(of: fields.filter { $0.isNamed("From") }) }

  /// False when nothing says who the sender is.
  var namesSender: Bool { fields.contains { $0.isNamed("From") } }

  static func mailboxes(of fields: [HeaderField]) -> [Mailbox] {
    let lists = fields.map { try? AddressList(parsing: $0.value) }
    // Other programs show the first field of several, whatever it holds, and some a group's name in the place of a sender's.
    let isPlain = lists.allSatisfy { $0.map { !$0.mailboxes.isEmpty && !$0.hasGroupNamedLikeAddress } ?? false }
    return isPlain ? lists.compactMap(\.self).flatMap(\.mailboxes) : []
  }
}

extension RestoredHeader {
  /// The same header without the fields of these names, whatever their case.
  package func shown(without names: [String]) -> RestoredHeader {
    RestoredHeader(
      fields: fields.filter { field in !names.contains { field.isNamed($0) } },
      protectedNames: protectedNames.subtracting(names.map { $0.lowercased() }), hiddenSubject: hiddenSubject)
  }
}
