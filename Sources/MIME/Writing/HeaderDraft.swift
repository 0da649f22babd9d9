/// The header of a message that is being made ready: received fields, with some taken out, replaced or added.
///
/// Source: RFC 5322 §3.6
package struct HeaderDraft: Equatable, Sendable {
  /// The fields in the order in which they are written.
  package private(set) var fields: [FieldLine]

  /// A header of these fields.
  package init(_ fields: [FieldLine] = []) {
    self.fields = fields
  }

  /// The header of a message as it came; an mbox `From ` line and other lines that are no field are left out.
  ///
  /// - Throws: as `FieldLine.received`.
  package init(_ header: Header) throws(MIMEError) {
    fields = []
    for field in header.fields { fields.append(try FieldLine.received(field)) }
  }

  /// The fields of that name, whatever its case.
  package func fields(named name: String) -> [FieldLine] { fields.filter { $0.isNamed(name) } }

  /// Puts `line` in the place of the first field of its name and takes the others of that name out; appends it when
  /// there is none.
  package mutating func set(_ line: FieldLine) {
    let place = fields.firstIndex { $0.isNamed(line.name) } ?? fields.endIndex
    fields.removeAll { $0.isNamed(line.name) }
    fields.insert(line, at: min(place, fields.count))
  }

  /// Adds a field at the end.
  package mutating func append(_ line: FieldLine) { fields.append(line) }

  /// Takes out every field of that name, whatever its case.
  package mutating func remove(_ name: String) { fields.removeAll { $0.isNamed(name) } }

  /// Takes out every field whose name starts so, whatever its case.
  package mutating func removeFields(startingWith prefix: String) {
    fields.removeAll { $0.name.asciiLowercased.hasPrefix(prefix.asciiLowercased) }
  }

  /// Takes out every Bcc and Resent-Bcc field: who is told in secret stands in no copy.
  ///
  /// Source: RFC 5322 §3.6.3, RFC 9787 §9.4.1
  package mutating func removeBlindCopies() {
    for name in Self.blindCopyFields { remove(name) }
  }

  /// Takes out the fields that repeat one of `addresses`, such as Delivered-To or X-Envelope-To of a draft.
  ///
  /// What its author writes into a message on purpose stays, and so does an address that such a field of addresses shows anyway.
  package mutating func removeTraces(of addresses: [AddrSpec]) {
    let lists = fields.filter { field in Self.addressFields.contains { field.isNamed($0) } }
    let shown = lists.flatMap { (try? AddressList(parsing: Array($0.value.utf8)).mailboxes) ?? [] }
    let hidden = Set(addresses).subtracting(shown.map(\.address)).map(\.text.asciiLowercased)
    guard !hidden.isEmpty else { return }
    fields.removeAll { field in
      guard !field.isStructural, !Self.authorFields.contains(where: { field.isNamed($0) }) else { return false }
      let value = field.value.asciiLowercased
      return hidden.contains { value.contains($0) }
    }
  }

  /// Makes one field of all of that name; each is a list of addresses.
  ///
  /// - Throws: as `AddressList.init(parsing:)`.
  package mutating func mergeAddresses(_ name: String) throws(MIMEError) {
    let repeated = fields(named: name)
    guard repeated.count > 1 else { return }
    var entries: [AddressList.Entry] = []
    for field in repeated { entries += try AddressList(parsing: Array(field.value.utf8)).entries }
    set(try .addresses(repeated[0].name, AddressList(entries: entries)))
  }

  /// Adds what every message needs and this one lacks: Date, Message-ID and MIME-Version.
  ///
  /// - Throws: `forbiddenOctet` when the ID is not ASCII.
  package mutating func complete(date: MailDate, messageID: MessageID) throws(MIMEError) {
    let needed = [FieldLine.date(date), try .messageID(messageID), .mimeVersion]
    for line in needed where fields(named: line.name).isEmpty { fields.append(line) }
  }

  /// The fields of the message itself: neither MIME-Version nor any Content-… field.
  ///
  /// Source: RFC 9788 §1.1.1
  package var nonStructural: [FieldLine] { fields.filter { !$0.isStructural } }

  /// The fields that describe the body.
  package var structural: [FieldLine] { fields.filter(\.isStructural) }

  /// The header block as bytes, with the empty line after it.
  package var bytes: [UInt8] { Self.bytes(of: fields) }

  static func bytes(of fields: [FieldLine]) -> [UInt8] { fields.flatMap(\.bytes) + [0x0D, 0x0A] }

  package static let blindCopyFields = ["Bcc", "Resent-Bcc"]
  private static let addressFields = ["From", "Sender", "Reply-To", "To", "Cc"]
  private static let authorFields =
    addressFields + ["Date", "Message-ID", "In-Reply-To", "References", "Subject", "Comments", "Keywords"]

  /// The fields that a message has once, beside those of addresses that can be merged.
  ///
  /// Source: RFC 5322 §3.6
  package static let singleFields = [
    "From", "Sender", "Date", "Message-ID", "In-Reply-To", "References", "Subject", "Content-Type",
    "Content-Transfer-Encoding", "Content-Disposition", "MIME-Version",
  ]
}
