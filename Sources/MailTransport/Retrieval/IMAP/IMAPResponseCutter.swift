/// Cuts what a server sends into responses, however the bytes are split: pieces of text, with a literal between each two.
///
/// Source: RFC 3501 §4.3, §7; RFC 3516 §4.4 for the tilde before a literal
struct IMAPResponseCutter {
  /// The most bytes of a response's literals together: the part of a message that is asked for at once.
  static let literalLimit = IMAPCommand.partLimit
  /// The longest text of a response, with its line end; servers need a few kilobytes.
  static let textLimit = 64 << 10
  /// The same for a list of numbers: about a million messages.
  static let numbersLimit = 12 << 20
  /// The most literals in a response; one that names folders or holds a message has one or two.
  static let literalCountLimit = 64

  /// How a server broke the protocol, for `TransportError.protocolViolation`.
  struct Violation: Error, Equatable {
    let description: String
  }

  /// One response: `literals[n]` stands between `texts[n]` and `texts[n + 1]`.
  struct Response: Equatable {
    var texts: [[UInt8]]
    var literals: [[UInt8]] = []
  }

  private var current = Response(texts: [])
  private var text: [UInt8] = []
  private var textCount = 0
  private var literal: [UInt8] = []
  /// How many bytes of the literal are missing; nil between literals.
  private var missing: Int?

  /// Takes bytes from the front of `rest` up to the end of the next response; nil when it needs more than there are.
  mutating func next(_ rest: inout ArraySlice<UInt8>) throws(Violation) -> Response? {
    while !rest.isEmpty {
      if let missing {
        let part = rest.prefix(missing)
        literal += part
        rest = rest.dropFirst(part.count)
        guard part.count == missing else {
          self.missing = missing - part.count
          return nil
        }
        current.literals.append(literal)
        literal = []
        self.missing = nil
        continue
      }
      let end = rest.firstIndex(of: 0x0A)
      let part = rest[..<(end ?? rest.endIndex)]
      guard !part.contains(0) else { throw Violation(description: "a NUL in its response") }
      text += part
      textCount += part.count
      guard textCount < limit else { throw Violation(description: "a line of more than \(limit) bytes") }
      guard let end else {
        rest = []
        return nil
      }
      rest = rest[(end + 1)...]
      // QUIRK: some servers end lines with LF alone; a response cannot be misread by that; IMAPResponseCutterTests.
      if text.last == 0x0D { text.removeLast() }
      if let response = try endText() { return response }
    }
    return nil
  }

  private var limit: Int {
    current.texts.isEmpty && text.starts(with: "* SEARCH".utf8) ? Self.numbersLimit : Self.textLimit
  }

  /// The response that the text ends; nil when a literal follows.
  private mutating func endText() throws(Violation) -> Response? {
    current.texts.append(text)
    text = []
    if let size = try announcedLiteral() {
      guard size <= Self.literalLimit - current.literals.reduce(0, { $0 + $1.count }) else {
        throw Violation(description: "a literal of \(size) bytes, where \(Self.literalLimit) are the most")
      }
      guard current.literals.count < Self.literalCountLimit else {
        throw Violation(description: "a response of more than \(Self.literalCountLimit) literals")
      }
      literal.reserveCapacity(size)
      missing = size
      if size == 0 {
        current.literals.append([])
        missing = nil
      }
      return nil
    }
    let response = current
    current = Response(texts: [])
    textCount = 0
    return response
  }

  /// The size in the `{n}` at the end of the text; nil when it has none, or is human words, which may end in anything.
  private func announcedLiteral() throws(Violation) -> Int? {
    guard var text = current.texts.last?[...], text.popLast() == UInt8(ascii: "}"), !isWords,
      let open = text.lastIndex(of: UInt8(ascii: "{"))
    else { return nil }
    var digits = text[(open + 1)...]
    // LITERAL+ is what clients may send, not servers; the size says the same.
    if digits.last == UInt8(ascii: "+") { digits.removeLast() }
    let shown = ForeignText(digits.prefix(40))
    guard !digits.isEmpty, digits.allSatisfy({ (0x30...0x39).contains($0) }) else {
      throw Violation(description: "a literal of \"\(shown)\" bytes")
    }
    guard let size = Int(String(decoding: digits, as: UTF8.self)) else {
      throw Violation(description: "a literal of \(shown) bytes, where \(Self.literalLimit) are the most")
    }
    return size
  }

  /// Whether the response ends in words for people: a status, or the request to go on.
  private var isWords: Bool {
    guard current.texts.count == 1 else { return false }
    let words = current.texts[0].split(separator: 0x20, maxSplits: 2, omittingEmptySubsequences: false)
    guard words.count >= 2 else { return current.texts[0].first == UInt8(ascii: "+") }
    let kind = String(decoding: words[1].prefix(8), as: UTF8.self).uppercased()
    return words[0].elementsEqual("+".utf8) || ["OK", "NO", "BAD", "BYE", "PREAUTH"].contains(kind)
  }
}
