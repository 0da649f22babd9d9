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

  /// Takes out every Bcc and Resent-Bcc field: who is told in secret stands in no copy.
  ///
  /// Source: RFC 5322 §3.6.3, RFC 9787 §9.4.1
  package mutating func removeBlindCopies() {
    for name in Self.blindCopyFields { remove(name) }
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

  static let blindCopyFields = ["Bcc", "Resent-Bcc"]
}
