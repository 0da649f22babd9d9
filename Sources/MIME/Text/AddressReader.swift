/// Makes entries of the tokens of an address field; iterative, in linear time.
///
/// Source: RFC 5322 §3.4, §4.4
struct AddressReader {
  private var lexer: AddressLexer
  private let limits: MIMELimits
  private var entries: [AddressList.Entry] = []
  /// The group that is open.
  private var group: (name: String, members: [Mailbox])?
  private var mailboxCount = 0
  /// What a name without a domain gets; nil where every address has to have its own.
  private let localDomain: String?

  init(_ value: [UInt8], limits: MIMELimits = .standard, localDomain: String? = nil) {
    lexer = AddressLexer(value)
    self.limits = limits
    self.localDomain = localDomain
  }

  /// All entries of the field.
  mutating func read() throws(MIMEError) -> [AddressList.Entry] {
    guard lexer.value.count <= limits.fieldSize else { throw .limit(.fieldSize, value: limits.fieldSize) }
    while true {
      let (tokens, end) = try nextElement()
      switch end {
      case UInt8(ascii: ":"): try openGroup(tokens)
      case UInt8(ascii: ";"):
        guard group != nil else { throw lexer.malformed }
        try addMailbox(tokens)
        closeGroup()
      default: try addMailbox(tokens)
      }
      guard end == nil else { continue }
      // QUIRK: `undisclosed-recipients:` without its semicolon, by several list servers; AddressListTests.
      closeGroup()
      return entries
    }
  }

  /// The whole value as one bare address.
  mutating func readAddrSpec() throws(MIMEError) -> AddrSpec {
    var tokens: [AddressToken] = []
    while let token = try lexer.next() {
      if token.kind != .comment { tokens.append(token) }
    }
    return try addrSpec(tokens[...])
  }

  /// The tokens up to a separator outside of angle brackets, and that separator, or nil at the end.
  private mutating func nextElement() throws(MIMEError) -> ([AddressToken], UInt8?) {
    var tokens: [AddressToken] = []
    var isInAngle = false
    while let token = try lexer.next() {
      if case .special(let octet) = token.kind {
        if octet == UInt8(ascii: "<") { isInAngle = true }
        if octet == UInt8(ascii: ">") { isInAngle = false }
        if !isInAngle, Self.separators.contains(octet) { return (tokens, octet) }
      }
      tokens.append(token)
      guard tokens.count <= Self.tokenLimit else { throw malformed(tokens) }
    }
    return (tokens, nil)
  }

  private mutating func openGroup(_ tokens: [AddressToken]) throws(MIMEError) {
    let words = tokens.filter { $0.kind != .comment }
    // An address before the name, its comma forgotten, would vanish in it.
    guard group == nil, !words.contains(where: { $0.isSpecial("<") || $0.isSpecial(">") || $0.isSpecial("@") }),
      let name = phrase(words[...])
    else { throw lexer.malformed }
    group = (name, [])
  }

  private mutating func closeGroup() {
    guard let (name, members) = group else { return }
    entries.append(.group(name: name, members))
    group = nil
  }

  private mutating func addMailbox(_ tokens: [AddressToken]) throws(MIMEError) {
    // Nothing between two commas is obsolete syntax, RFC 5322 §4.4.
    guard tokens.contains(where: { $0.kind != .comment }) else { return }
    mailboxCount += 1
    guard mailboxCount <= limits.addresses else { throw .limit(.addresses, value: limits.addresses) }
    let mailbox = try mailbox(tokens)
    if group != nil { group?.members.append(mailbox) } else { entries.append(.mailbox(mailbox)) }
  }

  private func mailbox(_ tokens: [AddressToken]) throws(MIMEError) -> Mailbox {
    let words = tokens.filter { $0.kind != .comment }
    // Where there is no name a comment after the address is one, as in `bob@example.org (Bob)`.
    let comment = tokens.last.flatMap { $0.kind == .comment ? $0 : nil }
    guard let open = words.firstIndex(where: { $0.isSpecial("<") }) else {
      return Mailbox(checked: try addrSpec(words[...]), displayName: comment.flatMap(commentText))
    }
    let close = words.count - 1
    // One pair of brackets, and nothing after it: what else stands there could be a second address.
    guard words[close].isSpecial(">"), !words[..<close].contains(where: { $0.isSpecial(">") }) else {
      throw malformed(tokens)
    }
    let name = phrase(words[..<open]) ?? comment.flatMap(commentText)
    return Mailbox(checked: try addrSpec(withoutRoute(words[(open + 1)..<close])), displayName: name)
  }

  /// Drops the obsolete route of `<@a.example,@b.example:user@c.example>`.
  private func withoutRoute(_ tokens: ArraySlice<AddressToken>) -> ArraySlice<AddressToken> {
    guard let first = tokens.first, first.isSpecial("@"), let colon = tokens.firstIndex(where: { $0.isSpecial(":") })
    else { return tokens }
    return tokens[(colon + 1)...]
  }

  /// Words and dots, one `@`, then a dotted domain or a literal.
  private func addrSpec(_ tokens: ArraySlice<AddressToken>) throws(MIMEError) -> AddrSpec {
    guard let at = tokens.firstIndex(where: { $0.isSpecial("@") }) else { return try localName(tokens) }
    let (localTokens, domainTokens) = (tokens[..<at], tokens[(at + 1)...])
    // QUIRK: dots at the ends of a local part or doubled, by Japanese mobile providers; AddressListTests.
    guard isDotted(localTokens, words: [.atom, .quotedString]),
      domainTokens.map(\.kind) == [.domainLiteral] || isDotted(domainTokens, words: [.atom]),
      let local = String(validating: localTokens.flatMap(content), as: UTF8.self),
      let domain = String(validating: domainTokens.flatMap { lexer.value[$0.range] }, as: UTF8.self)
    else { throw malformed(tokens) }
    return try AddrSpec(localPart: local, domain: domain)
  }

  /// The name of a user of this machine, such as `root`, where one may stand.
  private func localName(_ tokens: ArraySlice<AddressToken>) throws(MIMEError) -> AddrSpec {
    guard let localDomain, !tokens.isEmpty, isDotted(tokens, words: [.atom, .quotedString]),
      let name = String(validating: tokens.flatMap(content), as: UTF8.self)
    else { throw malformed(tokens) }
    return try AddrSpec(localPart: name, domain: localDomain)
  }

  /// Whether only dots and `words` stand there, and never two words side by side.
  private func isDotted(_ tokens: ArraySlice<AddressToken>, words: [AddressToken.Kind]) -> Bool {
    var wasWord = false
    for token in tokens {
      let isWord = words.contains(token.kind)
      guard isWord != wasWord || !isWord, isWord || token.isSpecial(".") else { return false }
      wasWord = isWord
    }
    return true
  }

  /// The text of a display name, blanks as one space; nil when there is none.
  ///
  /// Specials without quotes are taken as they are: the angle brackets alone say what the address is.
  private func phrase(_ tokens: ArraySlice<AddressToken>) -> String? {
    var bytes: [UInt8] = []
    for token in tokens {
      if token.followsBlank, !bytes.isEmpty { bytes.append(0x20) }
      bytes += content(token)
    }
    return bytes.isEmpty ? nil : EncodedWord.decode(bytes)
  }

  private func commentText(_ token: AddressToken) -> String? {
    let text = EncodedWord.decode(content(token))
    return text.isEmpty ? nil : text
  }

  /// A token's octets; of a quoted string or comment what is inside, without folds and escapes.
  private func content(_ token: AddressToken) -> [UInt8] {
    guard token.kind == .quotedString || token.kind == .comment else { return [UInt8](lexer.value[token.range]) }
    var bytes: [UInt8] = []
    var isEscaped = false
    for octet in lexer.value[token.range].dropFirst().dropLast() {
      if octet == UInt8(ascii: "\\"), !isEscaped {
        isEscaped = true
      } else {
        if octet != 0x0D, octet != 0x0A { bytes.append(octet == 0x09 ? 0x20 : octet) }
        isEscaped = false
      }
    }
    return bytes
  }

  private func malformed(_ tokens: some Collection<AddressToken>) -> MIMEError {
    guard let first = tokens.first?.range.lowerBound else { return lexer.malformed }
    let last = tokens.reduce(first) { max($0, $1.range.upperBound) }
    return .malformed(.address, text: String(decoding: lexer.value[first..<min(last, first + 200)], as: UTF8.self))
  }

  /// Tokens of one entry; a name of a thousand words is not one.
  private static let tokenLimit = 2_000
  private static let separators = Set(",:;".utf8)
}
