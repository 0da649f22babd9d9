import MIME

/// What a FETCH response tells about one message; nil for what it does not tell. Source: RFC 3501 §7.4.2
struct IMAPFetched: Equatable {
  var uid: UInt32?
  /// The flags as a Maildir has them, sorted.
  var flags: String?
  var octets: Int?
  /// In seconds since 1970.
  var delivered: Int64?
  /// The bytes of the message from `origin` on.
  var part: [UInt8]?
  /// The first bytes of the header fields that a list shows.
  var head: [UInt8]?
  /// Where `part` begins; nil where the server did not say.
  var origin: Int?

  init(_ values: [IMAPValue]) throws(IMAPResponseCutter.Violation) {
    for index in stride(from: 0, to: values.count - 1, by: 2) {
      guard let name = values[index].name else { throw .init(description: "a fact of a message without a name") }
      let value = values[index + 1]
      switch name {
      case "UID":
        guard let number = value.positive else { throw Self.violation(name, value) }
        uid = number
      case "RFC822.SIZE":
        guard let number = value.number else { throw Self.violation(name, value) }
        octets = number
      case "FLAGS":
        guard let list = value.list else { throw Self.violation(name, value) }
        flags = String(Set(list.compactMap { $0.name.flatMap { Self.letters[$0] } }).sorted())
      case "INTERNALDATE": delivered = value.bytes.flatMap(Self.seconds)
      case _ where name.hasPrefix("BODY[]"):
        guard part == nil else { throw .init(description: "two contents of one message") }
        origin = try Self.origin(name.dropFirst("BODY[]".count))
        // NIL: the server has nothing there.
        part = value.bytes ?? []
      case _ where name.hasPrefix("BODY[HEADER.FIELDS"): head = Array((value.bytes ?? []).prefix(IMAPCommand.headLimit))
      default: break
      }
    }
  }

  /// The number in `<number>`; nil for nothing.
  private static func origin(_ text: Substring) throws(IMAPResponseCutter.Violation) -> Int? {
    if text.isEmpty { return nil }
    guard text.hasPrefix("<"), text.hasSuffix(">"), let number = IMAPValue.number(text.dropFirst().dropLast().utf8)
    else {
      throw .init(description: "\"\(ForeignText(String(text.prefix(40))))\" for a place in a message")
    }
    return number
  }

  private static func violation(_ name: String, _ value: IMAPValue) -> IMAPResponseCutter.Violation {
    .init(description: "\"\(ForeignText((value.bytes ?? []).prefix(40)))\" for the \(name) of a message")
  }

  private static let letters: [String: Character] = [
    "\\SEEN": "S", "\\ANSWERED": "R", "\\FLAGGED": "F", "\\DELETED": "T", "\\DRAFT": "D", "$FORWARDED": "P",
  ]

  /// Reads `17-Jul-1996 02:44:25 -0700`. Source: RFC 3501 §9 (`date-time`)
  private static func seconds(_ text: [UInt8]) -> Int64? {
    var text = text.prefix(40).map { $0 }
    for index in text.indices.prefix(12) where text[index] == UInt8(ascii: "-") { text[index] = 0x20 }
    return (try? MailDate(parsing: text))?.seconds
  }
}

/// A folder of a server. Source: RFC 3501 §7.2.2
package struct IMAPFolder: Sendable, Equatable {
  /// In plain Unicode.
  package let name: String
  /// What stands between the levels of the name; nil for a flat one.
  package let separator: Character?
  /// Whether it can be opened: it is no mere level of others' names.
  package let isSelectable: Bool
  /// What it is for, in upper case, such as `\SENT`. Source: RFC 6154 §2, RFC 8457
  package let uses: Set<String>

  /// Nil for what is no LIST response, or has a name that nobody could ask for.
  init?(_ values: [IMAPValue]) {
    guard values.count >= 3, let attributes = values[0].list, let raw = values[2].bytes,
      let name = IMAPMailboxName(wire: raw)
    else { return nil }
    let names = attributes.compactMap(\.name)
    self.name = name.text
    separator = values[1].bytes.flatMap { String(decoding: $0, as: UTF8.self).first }
    isSelectable = !names.contains("\\NOSELECT") && !names.contains("\\NONEXISTENT")
    uses = Set(names.filter(Self.special.contains))
  }

  private static let special: Set<String> = [
    "\\ALL", "\\ARCHIVE", "\\DRAFTS", "\\FLAGGED", "\\IMPORTANT", "\\JUNK", "\\SENT", "\\TRASH",
  ]
}
