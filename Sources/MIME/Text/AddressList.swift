/// The value of a From, To, Cc, Bcc, Sender or Reply-To field.
///
/// Source: RFC 5322 §3.4, §4.4
package struct AddressList: Hashable, Sendable {
  /// A mailbox, or a named group of them.
  package enum Entry: Hashable, Sendable {
    case mailbox(Mailbox)
    /// A group; it may be empty, as in `undisclosed-recipients:;`.
    case group(name: String, [Mailbox])
  }

  /// The entries in their order.
  package let entries: [Entry]

  /// Every mailbox in its order, those in groups too.
  package var mailboxes: [Mailbox] {
    entries.flatMap { entry in
      switch entry {
      case .mailbox(let mailbox): [mailbox]
      case .group(_, let members): members
      }
    }
  }

  /// Whether a group has a name that reads like an address.
  package var hasGroupNamedLikeAddress: Bool {
    entries.contains { if case .group(let name, _) = $0 { Mailbox.holdsAddress(name) } else { false } }
  }

  /// A list of mailboxes without groups.
  package init(_ mailboxes: [Mailbox]) {
    entries = mailboxes.map { .mailbox($0) }
  }

  init(entries: [Entry]) {
    self.entries = entries
  }

  /// Reads the value of a field; folds, comments, obsolete syntax, encoded words and UTF-8 are understood.
  ///
  /// An empty value is an empty list. Nothing is guessed: one entry that can't be read fails the list, so that
  /// nobody is left out in silence.
  ///
  /// - Parameters:
  ///   - value: what follows the colon, folded or not.
  ///   - localDomain: the domain that a name without one gets, as programs write those of this machine's users; nil refuses them.
  /// - Throws: `malformed(.mailboxList)` or `malformed(.address)` with the entry's text, `forbiddenOctet`, and
  ///   `limit(.addresses)` beyond the bound.
  package init(
    parsing value: [UInt8], limits: MIMELimits = .standard, localDomain: String? = nil
  ) throws(MIMEError) {
    var reader = AddressReader(value, limits: limits, localDomain: localDomain)
    entries = try reader.read()
  }

  /// Reads text such as a command-line argument: no folds, so CR and LF are refused like every control character.
  ///
  /// - Throws: as `init(parsing:limits:localDomain:)`.
  package init(_ text: String, localDomain: String? = nil) throws(MIMEError) {
    try text.refuseControls(subject: "address")
    try self.init(parsing: [UInt8](text.utf8), localDomain: localDomain)
  }

  /// The list as the value of a field, not folded.
  package var text: String {
    entries.map { entry in
      switch entry {
      case .mailbox(let mailbox): mailbox.text
      case .group(let name, let members):
        "\(EncodedWord.phrase(name)):\(members.isEmpty ? "" : " ")\(members.map(\.text).joined(separator: ", "));"
      }
    }
    .joined(separator: ", ")
  }
}
