/// Cuts html into tokens, as lenient as browsers are, in one pass that never looks back.
///
/// It differs from the standard where that can only show more of a text: scripts inside comments inside scripts end at the first
/// `</script>`, and CDATA counts as a comment everywhere.
///
/// Source: WHATWG HTML §13.2.5
struct HTMLTokenizer {
  /// Longer names are those of no element.
  static let nameLimit = 32
  /// An attribute's value is kept up to this many bytes; no address of a link that works is longer.
  static let valueLimit = 4096
  /// The attributes that say something about what is seen, where a link leads, or what would be fetched.
  private static let keptAttributes: Set<String> = [
    "alt", "background", "charset", "class", "content", "data", "height", "hidden", "href", "http-equiv", "poster",
    "rel",
    "src", "srcset", "style", "type", "width",
  ]

  private let bytes: [UInt8]
  private var position = 0
  /// The element whose text is taken as it stands, up to its end tag.
  private var rawElement: String?

  init(_ bytes: [UInt8]) { self.bytes = bytes }

  /// The next token; nil at the end.
  mutating func next() -> HTMLToken? {
    while position < bytes.count {
      if let name = rawElement {
        rawElement = nil
        if let text = takeRawText(of: name) { return text }
        continue
      }
      guard bytes[position] == HTMLByte.less else { return .text(takeText()) }
      if let token = takeMarkup() { return token }
    }
    return nil
  }

  /// Text up to the next `<`.
  private mutating func takeText() -> String {
    let start = position
    // A `<` that starts no markup is text.
    position += 1
    position = end(of: HTMLByte.less)
    return CharacterReference.decode(bytes[start..<position])
  }

  /// The tag at a `<`; nil for what has no token.
  private mutating func takeMarkup() -> HTMLToken? {
    switch byte(at: position + 1) {
    case HTMLByte.exclamation:
      skipDeclaration()
      return nil
    case HTMLByte.question:
      skip(past: HTMLByte.greater)
      return nil
    case HTMLByte.slash:
      guard HTMLByte.isLetter(byte(at: position + 2)) else {
        skip(past: HTMLByte.greater)
        return nil
      }
      position += 2
      let name = takeName()
      return takeAttributes() == nil ? nil : .end(name)
    case let next where HTMLByte.isLetter(next):
      position += 1
      let name = takeName()
      // A tag that the text ends in is none.
      guard let attributes = takeAttributes() else { return nil }
      if RawText.isRaw(name) { rawElement = name }
      // The `>` was passed, and something stands before it.
      let isSelfClosing = bytes[position - 2] == HTMLByte.slash
      return .start(HTMLTag(name: name, attributes: attributes, isSelfClosing: isSelfClosing))
    default:
      return .text(takeText())
    }
  }

  /// What stands between the start tag of a raw element and its end tag; the end tag is the next token.
  private mutating func takeRawText(of name: String) -> HTMLToken? {
    let start = position
    let wanted = Array(name.utf8)
    while position < bytes.count {
      position = end(of: HTMLByte.less)
      if name != "plaintext", isEndTag(wanted, at: position) { break }
      if position < bytes.count { position += 1 }
    }
    let raw = bytes[start..<position]
    guard !raw.isEmpty else { return nil }
    return .text(RawText.hasReferences(name) ? CharacterReference.decode(raw) : String(decoding: raw, as: UTF8.self))
  }

  private func isEndTag(_ name: [UInt8], at start: Int) -> Bool {
    guard byte(at: start + 1) == HTMLByte.slash else { return false }
    for (offset, wanted) in name.enumerated() where HTMLByte.lowercased(byte(at: start + 2 + offset)) != wanted {
      return false
    }
    let next = byte(at: start + 2 + name.count)
    return HTMLByte.isSpace(next) || next == HTMLByte.slash || next == HTMLByte.greater
  }

  private mutating func takeName() -> String {
    let start = position
    while position < bytes.count, !HTMLByte.endsName(bytes[position]) { position += 1 }
    return lowercasedName(start..<position)
  }

  private func lowercasedName(_ range: Range<Int>) -> String {
    String(decoding: bytes[range].prefix(Self.nameLimit + 1).map(HTMLByte.lowercased), as: UTF8.self)
  }

  /// The attributes of a tag, whose end is passed; nil when the text ends first.
  private mutating func takeAttributes() -> [String: String]? {
    var attributes: [String: String] = [:]
    while true {
      while position < bytes.count, HTMLByte.isSpace(bytes[position]) || bytes[position] == HTMLByte.slash {
        position += 1
      }
      guard position < bytes.count else { return nil }
      if bytes[position] == HTMLByte.greater {
        position += 1
        return attributes
      }
      let start = position
      // An equals sign at the start belongs to the name.
      position += 1
      while position < bytes.count, bytes[position] != HTMLByte.equals, !HTMLByte.endsName(bytes[position]) {
        position += 1
      }
      let name = lowercasedName(start..<position)
      skipSpaces()
      guard byte(at: position) == HTMLByte.equals else {
        keep("", as: name, in: &attributes)
        continue
      }
      position += 1
      skipSpaces()
      guard let value = takeValue() else { return nil }
      if Self.keptAttributes.contains(name) {
        keep(
          CharacterReference.decode(bytes[value].prefix(Self.valueLimit), inAttribute: true), as: name, in: &attributes)
      }
    }
  }

  private func keep(_ value: String, as name: String, in attributes: inout [String: String]) {
    guard Self.keptAttributes.contains(name), attributes[name] == nil else { return }
    attributes[name] = value
  }

  private mutating func takeValue() -> Range<Int>? {
    let quote = byte(at: position)
    if quote == HTMLByte.quote || quote == HTMLByte.apostrophe {
      let start = position + 1
      position = start
      position = end(of: quote)
      guard position < bytes.count else { return nil }
      position += 1
      return start..<position - 1
    }
    let start = position
    while position < bytes.count, !HTMLByte.isSpace(bytes[position]), bytes[position] != HTMLByte.greater {
      position += 1
    }
    return start..<position
  }

  /// Passes a comment, a document type, CDATA, or a conditional of the kind `<![if mso]>`.
  private mutating func skipDeclaration() {
    guard byte(at: position + 2) == HTMLByte.dash, byte(at: position + 3) == HTMLByte.dash else {
      return skip(past: HTMLByte.greater)
    }
    position += 4
    if byte(at: position) == HTMLByte.greater { return position += 1 }
    if byte(at: position) == HTMLByte.dash, byte(at: position + 1) == HTMLByte.greater { return position += 2 }
    while position < bytes.count {
      position = end(of: HTMLByte.dash)
      if byte(at: position + 1) == HTMLByte.dash {
        if byte(at: position + 2) == HTMLByte.greater { return position += 3 }
        if byte(at: position + 2) == HTMLByte.exclamation, byte(at: position + 3) == HTMLByte.greater {
          return position += 4
        }
      }
      if position < bytes.count { position += 1 }
    }
  }

  private mutating func skip(past byte: UInt8) { position = min(end(of: byte) + 1, bytes.count) }

  private mutating func skipSpaces() {
    while position < bytes.count, HTMLByte.isSpace(bytes[position]) { position += 1 }
  }

  /// Where the next `byte` is, from here; the end when there is none.
  private func end(of byte: UInt8) -> Int {
    guard position < bytes.count else { return bytes.count }
    return bytes[position...].firstIndex(of: byte) ?? bytes.count
  }

  /// The byte there; 0, which means nothing in html, beyond the end.
  private func byte(at index: Int) -> UInt8 { index < bytes.count ? bytes[index] : 0 }
}
