/// A header field ready for the wire: a checked value in ASCII, folded, ending with CRLF.
///
/// Lines have at most 78 characters where the value has a place to fold, and never more than 998; no line is blank.
///
/// Source: RFC 5322 §2.2
package struct FieldLine: Hashable, Sendable {
  /// The field's name as it is written.
  package let name: String
  /// The whole field, folded, with its line end.
  package let bytes: [UInt8]

  /// For a body that was checked and folded, blank and line end included.
  init(checked name: String, folded body: [UInt8]) {
    self.name = name
    bytes = Array("\(name):".utf8) + body
  }

  /// A field of free text, such as Subject; what ASCII can't say becomes encoded words.
  ///
  /// - Throws: `forbiddenOctet` for a control character other than tab, `malformed(.fieldName)`.
  package static func unstructured(_ name: String, _ text: String) throws(MIMEError) -> FieldLine {
    try checkName(name)
    try text.replacingTabs.refuseControls(subject: name)
    if let body = FieldFolder.foldPlain(text, name: name) { return FieldLine(checked: name, folded: body) }
    let words = EncodedWord.encode(text.replacingTabs, firstLimit: EncodedWord.lineLimit - name.utf8.count - 2)
    return FieldLine(checked: name, folded: Array((" " + words.joined(separator: "\r\n ") + "\r\n").utf8))
  }

  /// A field whose value has a grammar, such as References; it is ASCII and is folded at blanks outside of quotes,
  /// and inside of them only where a line would get too long.
  ///
  /// - Throws: `forbiddenOctet` for a control character or an octet above 127, `malformed(.fieldName)`,
  ///   `notReproduced` when there is no place to fold within 998 characters.
  package static func structured(_ name: String, _ value: String) throws(MIMEError) -> FieldLine {
    try checkName(name)
    try value.refuseControls(subject: name)
    if let octet = value.utf8.first(where: { $0 >= 0x80 }) { throw .forbiddenOctet(octet, subject: name) }
    guard let body = FieldFolder.foldStructured(value, name: name) else {
      throw .notReproduced("\(name) has a line of more than \(FieldFolder.hardLimit) characters")
    }
    return FieldLine(checked: name, folded: body)
  }

  /// A field of addresses.
  ///
  /// - Throws: as `structured`; an address with letters outside of ASCII in its local part is refused, as it can't be
  ///   written without the SMTPUTF8 extension.
  package static func addresses(_ name: String, _ list: AddressList) throws(MIMEError) -> FieldLine {
    try structured(name, list.text)
  }

  /// A field with a value and parameters, such as Content-Disposition.
  ///
  /// - Throws: as `structured`, and `malformed(.parameterName)`; `limit` for a value longer than we would read.
  package static func parameterized(
    _ name: String, _ value: String, _ parameters: KeyValuePairs<String, String>
  ) throws(MIMEError) -> FieldLine {
    try parameterized(name, value, parameters.map { (name: $0.key, value: $0.value) })
  }

  static func parameterized(
    _ name: String, _ value: String, _ parameters: [(name: String, value: String)]
  ) throws(MIMEError) -> FieldLine {
    let words = try ParameterWriter.words(of: parameters, in: name)
    return try structured(name, ([value] + words).joined(separator: "; "))
  }

  /// The Date field.
  package static func date(_ date: MailDate) -> FieldLine { checked("Date", date.text) }

  /// The Message-ID field.
  ///
  /// - Throws: `forbiddenOctet` when the ID is not ASCII.
  package static func messageID(_ id: MessageID) throws(MIMEError) -> FieldLine {
    try structured("Message-ID", id.text)
  }

  /// `MIME-Version: 1.0`.
  package static let mimeVersion = checked("MIME-Version", "1.0")

  /// For a short value that is right by its making.
  static func checked(_ name: String, _ value: String) -> FieldLine {
    FieldLine(checked: name, folded: Array(" \(value)\r\n".utf8))
  }

  /// True when this is a field of that name, whatever its case.
  package func isNamed(_ other: String) -> Bool { name.utf8.equalsIgnoringCase(other) }

  /// - Throws: `malformed(.fieldName)`.
  static func checkName(_ name: String) throws(MIMEError) {
    let isSound = name.utf8.allSatisfy { (33...126).contains($0) && $0 != ASCII.colon }
    // 76 characters leave room for the colon and one character of an encoded word's line.
    guard isSound, (1...76).contains(name.utf8.count) else { throw .malformed(.fieldName, text: name) }
  }
}

extension String {
  /// With a space for each tab, which free text may hold where it was folded once.
  fileprivate var replacingTabs: String { utf8.contains(ASCII.tab) ? String(map { $0 == "\t" ? " " : $0 }) : self }
}
