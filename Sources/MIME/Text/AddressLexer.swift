/// One token of an address field: a range of the value, so that a hostile field costs no memory of its own.
struct AddressToken: Equatable {
  enum Kind: Equatable {
    /// Atom text; also a whole encoded word.
    case atom
    /// With its quotes.
    case quotedString
    /// With its brackets.
    case domainLiteral
    /// With its parentheses, nested ones included.
    case comment
    /// One of `< > @ , : ; .`.
    case special(UInt8)
  }

  var kind: Kind
  var range: Range<Int>
  /// Whether blanks or a fold stand before it.
  var followsBlank: Bool

  func isSpecial(_ character: Unicode.Scalar) -> Bool { kind == .special(UInt8(ascii: character)) }
}

/// Cuts the value of an address field into tokens, each octet looked at a bounded number of times.
///
/// Source: RFC 5322 §3.2
struct AddressLexer {
  let value: [UInt8]
  private(set) var position = 0

  init(_ value: [UInt8]) {
    self.value = value
  }

  /// The next token, or nil at the end.
  ///
  /// - Throws: `forbiddenOctet` for a control character that is not part of a fold, `malformed(.mailboxList)` for
  ///   quotes, brackets or parentheses that do not end and for characters that mean nothing here.
  mutating func next() throws(MIMEError) -> AddressToken? {
    let start = position
    try skipBlanks()
    guard position < value.count else { return nil }
    let (first, followsBlank) = (position, position > start)
    let kind = try scanToken()
    return AddressToken(kind: kind, range: first..<position, followsBlank: followsBlank)
  }

  private mutating func scanToken() throws(MIMEError) -> AddressToken.Kind {
    switch value[position] {
    case UInt8(ascii: "\""):
      try scanDelimited(close: UInt8(ascii: "\""))
      return .quotedString
    case UInt8(ascii: "["):
      try scanDelimited(close: UInt8(ascii: "]"))
      return .domainLiteral
    case UInt8(ascii: "("):
      try scanDelimited(close: UInt8(ascii: ")"), nestedOpen: UInt8(ascii: "("))
      return .comment
    case let octet where Self.specials.contains(octet):
      position += 1
      return .special(octet)
    case let octet where octet.isAtomText:
      scanAtom()
      return .atom
    default: throw malformed
    }
  }

  private mutating func scanAtom() {
    // QUIRK: names as encoded words with a comma or a dot inside, which RFC 2047 §5 forbids in a phrase (old Outlook
    // and Lotus Notes); AddressListTests. What could pass for an address is not let in.
    if value[position] == UInt8(ascii: "="), let word = EncodedWord.Scanned(value, at: position),
      !value[word.range].contains(where: Self.addressMarks.contains)
    {
      position = word.range.upperBound
      return
    }
    while position < value.count, value[position].isAtomText { position += 1 }
  }

  /// Passes over a quoted string, literal or comment; its opening octet is at `position`.
  private mutating func scanDelimited(close: UInt8, nestedOpen: UInt8? = nil) throws(MIMEError) {
    var depth = 1
    position += 1
    while position < value.count {
      let octet = value[position]
      if octet == UInt8(ascii: "\\"), position + 1 < value.count {
        position += 1
        try refuseControl(at: position)
      } else if octet == close {
        depth -= 1
      } else if octet == nestedOpen {
        depth += 1
      } else {
        try refuseControl(at: position)
      }
      position += 1
      if depth == 0 { return }
    }
    throw malformed
  }

  private mutating func skipBlanks() throws(MIMEError) {
    while position < value.count, value[position].isBlank || value[position].isControl {
      try refuseControl(at: position)
      position += 1
    }
  }

  /// A control character is refused unless it is a tab or belongs to a fold or to the line end of the value.
  private func refuseControl(at index: Int) throws(MIMEError) {
    let octet = value[index]
    guard octet.isControl, octet != 0x09 else { return }
    let next = index + 1 < value.count ? value[index + 1] : nil
    if octet == 0x0D, next == 0x0A { return }
    if octet == 0x0A, next == nil || next?.isBlank == true { return }
    throw .forbiddenOctet(octet, subject: "address")
  }

  /// The error for this place, with the text around it.
  var malformed: MIMEError {
    let end = min(value.count, position + 40)
    return .malformed(.mailboxList, text: String(decoding: value[max(0, end - 120)..<end], as: UTF8.self))
  }

  private static let specials = Set("<>@,:;.".utf8)
  private static let addressMarks = Set("<>@\"\\".utf8)
}
