import MIME

/// What is read from a header field and written by us reads as the same value, or we refuse to write it.
///
/// The first octet says what the rest is.
enum FieldsFuzz {
  private static let readers: [@Sendable ([UInt8]) -> Void] = [
    addresses, text, contentType, disposition, date, messageIDs, received, freeText, displayName, domain, smallValues,
    autocrypt,
  ]

  static func run(_ input: [UInt8]) {
    guard let selector = input.first else { return }
    readers[Int(selector) % readers.count](Array(input.dropFirst()))
  }

  /// The field as a reader gets it; the message around it has nothing else.
  private static func readBack(_ line: FieldLine) -> HeaderField {
    let structure = unfailing("a written field is read") { try MessageStructure.parse(line.bytes + [0x0D, 0x0A]) }
    let harm: Entity.Defects = [.missingSeparator, .mboxLine, .eightBitHeader, .nulInHeader]
    require(structure.root.header.count == 1 && structure.root.defects.isDisjoint(with: harm), "one field was written")
    require(structure.root.body.isEmpty, "nothing but a field was written")
    let lines = line.bytes.split(separator: 0x0A)
    require(lines.allSatisfy { $0.count <= 999 && $0.last == 0x0D }, "its lines are no longer than 998")
    require(line.bytes.allSatisfy { (0x20...0x7E).contains($0) || [0x09, 0x0D, 0x0A].contains($0) }, "it is ASCII")
    return structure.root.header.fields.first ?? unfailing("there is a field") { throw MIMEError.notReproduced("it") }
  }

  private static func written(_ write: () throws(MIMEError) -> FieldLine) -> HeaderField? {
    guard case .success(let line) = outcome(write) else { return nil }
    return readBack(line)
  }

  private static func addresses(_ value: [UInt8]) {
    guard case .success(let list) = outcome({ () throws(MIMEError) in try AddressList(parsing: value) }) else { return }
    guard let field = written({ () throws(MIMEError) in try .addresses("Reply-To", list) }) else { return }
    let again = outcome { () throws(MIMEError) in try AddressList(parsing: field.value) }
    require(again == .success(list), "addresses read as they were written: \(list.text)")
    for mailbox in list.mailboxes.prefix(20) {
      require(
        outcome { () throws(MIMEError) in try AddrSpec(mailbox.address.text) } == .success(mailbox.address),
        "an address is its text")
      _ = mailbox.displayNameContainsAddress
    }
  }

  private static func text(_ value: [UInt8]) {
    let text = EncodedWord.decode(value)
    require(!text.utf8.contains { $0 < 0x20 || $0 == 0x7F }, "decoded text has no control characters")
    let field = written { () throws(MIMEError) in try .unstructured("Subject", text) }
    require(field?.text == text, "decoded text is written and reads the same")
  }

  private static func freeText(_ value: [UInt8]) {
    let text = String(decoding: value, as: UTF8.self)
    guard let field = written({ () throws(MIMEError) in try .unstructured("Subject", text) }) else {
      require(text.utf8.contains { $0 < 0x20 || $0 == 0x7F }, "text without control characters is written")
      return
    }
    require(field.text.utf8.elementsEqual(text.replacing("\t", with: " ").utf8), "free text reads as it was written")
  }

  private static func contentType(_ value: [UInt8]) {
    let read = outcome { () throws(MIMEError) in try ContentType(parsing: value) }
    guard case .success(let type?) = read else { return }
    guard let field = written({ () throws(MIMEError) in try .contentType(type) }) else { return }
    let again = outcome { () throws(MIMEError) in try ContentType(parsing: field.value) }
    require(again == .success(type), "a media type reads as it was written")
  }

  private static func disposition(_ value: [UInt8]) {
    guard case .success(let found) = outcome({ () throws(MIMEError) in try ContentDisposition(parsing: value) }) else {
      return
    }
    guard let field = written({ () throws(MIMEError) in try .disposition(found) }) else { return }
    let again = outcome { () throws(MIMEError) in try ContentDisposition(parsing: field.value) }
    require(again == .success(found), "a disposition reads as it was written")
  }

  private static func date(_ value: [UInt8]) {
    guard case .success(let date) = outcome({ () throws(MIMEError) in try MailDate(parsing: value) }) else { return }
    let field = readBack(.date(date))
    require(
      outcome { () throws(MIMEError) in try MailDate(parsing: field.value) } == .success(date),
      "a date reads as it was written: \(date.text)")
  }

  private static func messageIDs(_ value: [UInt8]) {
    for id in MessageID.list(parsing: value) {
      require(MessageID.list(parsing: Array(id.text.utf8)) == [id], "an ID is its text")
      guard let field = written({ () throws(MIMEError) in try .messageID(id) }) else { continue }
      require(MessageID.list(parsing: field.value) == [id], "an ID reads as it was written")
    }
  }

  /// A header as it came, written again.
  private static func received(_ value: [UInt8]) {
    guard case .success(let structure) = outcome({ () throws(MIMEError) in try MessageStructure.parse(value) }) else {
      return
    }
    for field in structure.root.header.fields.prefix(50) {
      guard let again = written({ () throws(MIMEError) in try .received(field) }) else { continue }
      require(again.isNamed(field.name), "a name stays")
      if field.value.allSatisfy({ $0 < 0x80 }), again.value == field.value { continue }
      if field.isNamed("Subject") { require(words(again.text) == words(field.text), "a Subject means the same") }
      guard field.isNamed("From"), case .success(let list) = mailboxes(field) else { continue }
      require(mailboxes(again) == .success(list), "a From means the same")
    }
  }

  /// A text without the blanks at line ends, which are not written again.
  private static func words(_ text: String) -> [Substring] { text.split(whereSeparator: \.isWhitespace) }

  private static func mailboxes(_ field: HeaderField) -> Result<AddressList, MIMEError> {
    outcome { () throws(MIMEError) in try AddressList(parsing: field.value) }
  }

  private static func displayName(_ value: [UInt8]) {
    let name = String(decoding: value, as: UTF8.self)
    let mailbox = outcome { () throws(MIMEError) in
      try Mailbox(try AddrSpec(localPart: "bob", domain: "example.org"), displayName: name)
    }
    guard case .success(let mailbox) = mailbox else { return }
    guard let field = written({ () throws(MIMEError) in try .addresses("To", AddressList([mailbox])) }) else { return }
    require(
      outcome { () throws(MIMEError) in try AddressList(parsing: field.value) } == .success(AddressList([mailbox])),
      "a display name reads as it was written")
  }

  private static func domain(_ value: [UInt8]) {
    let parts = String(decoding: value, as: UTF8.self).split(separator: "@", maxSplits: 1).map(String.init)
    guard parts.count == 2 else { return }
    let address = outcome { () throws(MIMEError) in try AddrSpec(localPart: parts[0], domain: parts[1]) }
    guard case .success(let address) = address else { return }
    require(
      outcome { () throws(MIMEError) in try AddrSpec(address.text) } == .success(address), "an address is its text")
    require(address.domain.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7F }, "a domain is ASCII")
  }

  private static func autocrypt(_ value: [UInt8]) {
    let lines = Array("Autocrypt: ".utf8) + value + [0x0D, 0x0A, 0x0D, 0x0A]
    guard case .success(let structure) = outcome({ () throws(MIMEError) in try MessageStructure.parse(lines) }) else {
      return
    }
    for field in structure.root.header.fields.prefix(50) {
      guard let header = AutocryptHeader(parsing: field) else { continue }
      guard let again = written({ () throws(MIMEError) in try header.field() }) else { continue }
      require(AutocryptHeader(parsing: again) == header, "an Autocrypt field reads as it was written")
    }
  }

  private static func smallValues(_ value: [UInt8]) {
    let encoding = ContentTransferEncoding(parsing: value)
    require(ContentTransferEncoding(parsing: Array(encoding.token.utf8)) == encoding, "an encoding is its token")
    let text = String(decoding: value, as: UTF8.self)
    let split = HeaderProtection.splitLegacyDisplay(text)
    require(text.hasPrefix(split.display) && text.hasSuffix(split.rest), "a legacy display is split off")
    _ = Charset(named: text)
  }
}
