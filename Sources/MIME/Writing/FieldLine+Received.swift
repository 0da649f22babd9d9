extension FieldLine {
  /// A received field, ready to be written again: as it is, with CRLF at its line ends, when that is sound; else
  /// written anew with the same meaning, as for UTF-8 (RFC 6532) or lines over 998.
  ///
  /// - Throws: `forbiddenOctet` for NUL, a bare CR or another control character; `malformed` when a field of addresses
  ///   that has to be written anew can't be read; `notReproduced` when it can't be folded.
  package static func received(_ field: HeaderField) throws(MIMEError) -> FieldLine {
    let name = field.name
    try checkName(name)
    let value = field.value
    if let octet = forbiddenOctet(in: field) { throw .forbiddenOctet(octet, subject: name) }
    if let body = soundBody(field, value: value) { return FieldLine(checked: name, folded: body) }
    switch Grammar(of: name) {
    case .addresses: return try addresses(name, try AddressList(parsing: value))
    case .parameters: return try rewrittenParameters(name, value)
    case .structured: return try structured(name, String(decoding: value, as: UTF8.self))
    case .text: return try unstructured(name, field.text)
    }
  }

  /// A received field as it came, with CRLF at its line ends and whatever octets above 127 it has: for a place where eight bits are safe.
  ///
  /// - Throws: `forbiddenOctet` for NUL, a bare CR or another control character; `malformed(.fieldName)`.
  package static func carried(_ field: HeaderField) throws(MIMEError) -> FieldLine {
    try checkName(field.name)
    if let octet = forbiddenOctet(in: field) { throw .forbiddenOctet(octet, subject: field.name) }
    var body: [UInt8] = []
    for line in field.rawBody.split(separator: ASCII.lineFeed) {
      let text = line.trimmingTail()
      if text.isEmpty { continue }
      if !body.isEmpty { body += [0x0D, 0x0A] }
      body += text
    }
    return FieldLine(checked: field.name, folded: body + [0x0D, 0x0A])
  }

  /// The field's value: unfolded, without blanks at its ends; ASCII.
  package var value: String {
    String(
      decoding: bytes.dropFirst(name.utf8.count + 1).trimming().filter { !$0.isControl || $0.isBlank }, as: UTF8.self)
  }

  /// True for the fields that describe the body and not the message: MIME-Version and all that start with `Content-`.
  ///
  /// Source: RFC 9788 §1.1.1
  package var isStructural: Bool {
    isNamed("MIME-Version") || name.utf8.prefix(8).equalsIgnoringCase("Content-")
  }

  /// The record, inside an encrypted payload, of a field that stands outside: `HP-Outer: Subject: [...]`.
  ///
  /// - Throws: `notReproduced` when the longer first line can't be folded.
  ///
  /// Source: RFC 9788 §2.2
  package static func outer(_ line: FieldLine) throws(MIMEError) -> FieldLine {
    try structured("HP-Outer", "\(line.name): \(line.value)")
  }

  /// The Content-Type field.
  ///
  /// - Throws: as `parameterized`.
  package static func contentType(_ type: ContentType) throws(MIMEError) -> FieldLine {
    try parameterized("Content-Type", type.mediaType, type.parameters.all.map { (name: $0.name, value: $0.value) })
  }

  /// The Content-Disposition field.
  ///
  /// - Throws: as `parameterized`.
  package static func disposition(_ disposition: ContentDisposition) throws(MIMEError) -> FieldLine {
    let parameters = disposition.parameters.all.map { (name: $0.name, value: $0.value) }
    return try parameterized("Content-Disposition", disposition.type, parameters)
  }

  /// The Content-Transfer-Encoding field.
  package static func transferEncoding(_ encoding: ContentTransferEncoding) -> FieldLine {
    checked("Content-Transfer-Encoding", encoding.token)
  }

  /// What the value of a field is made of, as far as writing it anew needs to know.
  private enum Grammar {
    case addresses, parameters, structured, text

    init(of name: String) {
      let name = name.asciiLowercased
      let bare = name.hasPrefix("resent-") ? String(name.dropFirst(7)) : name
      switch bare {
      case "from", "to", "cc", "bcc", "sender", "reply-to", "disposition-notification-to": self = .addresses
      case "content-type" where name == bare, "content-disposition" where name == bare: self = .parameters
      case "message-id", "references", "in-reply-to", "date", "mime-version", "content-transfer-encoding",
        "content-id", "received", "return-path", "autocrypt", "autocrypt-gossip", "dkim-signature",
        "arc-seal", "arc-message-signature", "list-id", "list-unsubscribe":
        self = .structured
      default: self = .text
      }
    }
  }

  /// A control character that is neither a tab nor part of a line end.
  ///
  /// The body is looked at, not the value, which has lost a bare CR at its start.
  private static func forbiddenOctet(in field: HeaderField) -> UInt8? {
    for line in field.rawBody.trimmingTail().split(separator: ASCII.lineFeed) {
      let text = line.last == ASCII.carriageReturn ? line.dropLast() : line
      if let octet = text.first(where: { $0.isControl && $0 != ASCII.tab }) { return octet }
    }
    return nil
  }

  /// The body with CRLF at its line ends and without blank lines; nil when it has an octet above 127 or a long line.
  private static func soundBody(_ field: HeaderField, value: [UInt8]) -> [UInt8]? {
    guard value.allSatisfy({ $0 < 0x80 }) else { return nil }
    var body: [UInt8] = []
    var lineLength = field.name.utf8.count + 1
    for line in field.rawBody.split(separator: ASCII.lineFeed) {
      let text = line.trimmingTail()
      if text.isEmpty { continue }
      lineLength += text.count
      guard lineLength <= FieldFolder.hardLimit else { return nil }
      if !body.isEmpty { body += [0x0D, 0x0A] }
      body += text
      lineLength = 0
    }
    return body + [0x0D, 0x0A]
  }

  private static func rewrittenParameters(_ name: String, _ value: [UInt8]) throws(MIMEError) -> FieldLine {
    if name.asciiLowercased == "content-disposition" { return try disposition(ContentDisposition(parsing: value)) }
    guard let type = try ContentType(parsing: value) else {
      throw .malformed(.mediaType, text: String(decoding: value.prefix(200), as: UTF8.self))
    }
    return try contentType(type)
  }
}
