/// A cursor over the value of a structured field; lenient, forward only, so that every value is read in linear time.
///
/// Source: RFC 2045 §5.1, RFC 5322 §3.2
struct FieldScanner {
  private let octets: [UInt8]
  private let end: Int
  private(set) var position = 0

  init(_ octets: [UInt8]) {
    self.octets = octets
    end = octets.count
  }

  private init(_ octets: [UInt8], _ range: Range<Int>) {
    self.octets = octets
    position = range.lowerBound
    end = range.upperBound
  }

  /// The next octet; nil at the end.
  var next: UInt8? { position < end ? octets[position] : nil }

  /// A scanner from here that takes `end` for the end.
  func bounded(to end: Int) -> FieldScanner { FieldScanner(octets, position..<max(position, end)) }

  /// Steps over the next octet if it is `octet`.
  mutating func take(_ octet: UInt8) -> Bool {
    guard next == octet else { return false }
    position += 1
    return true
  }

  /// Goes on from where another scanner over the same value stands.
  mutating func move(to other: FieldScanner) {
    position = other.position
  }

  /// Takes octets up to the first one that `stop` accepts, or the end.
  mutating func take(until stop: (UInt8) -> Bool) -> ArraySlice<UInt8> {
    let start = position
    while let octet = next, !stop(octet) { position += 1 }
    return octets[start..<position]
  }

  /// Takes a token: what is neither blank, control character nor one of the `tspecials`.
  ///
  /// May be empty.
  mutating func takeToken() -> ArraySlice<UInt8> {
    take { !$0.isTokenOctet }
  }

  /// Steps over blanks, line ends and comments, nested ones too; a comment that is not closed ends the value.
  mutating func skipBlanksAndComments() {
    var depth = 0
    while let octet = next {
      switch octet {
      case ASCII.openParenthesis: depth += 1
      case ASCII.closeParenthesis where depth > 0: depth -= 1
      case ASCII.backslash where depth > 0: position += 1
      default:
        if depth == 0, !octet.isBlankOrLineEnd { return }
      }
      position += 1
    }
    position = min(position, end)
  }

  /// Takes the content of a quoted string whose opening quote is next; one that is not closed ends the value.
  mutating func takeQuotedString() -> [UInt8] {
    var content: [UInt8] = []
    position += 1
    while let octet = next {
      position += 1
      switch octet {
      case ASCII.quote: return content
      case ASCII.backslash:
        guard let escaped = next else { return content }
        content.append(escaped)
        position += 1
      default: content.append(octet)
      }
    }
    return content
  }
}

extension UInt8 {
  /// An octet that may stand in a token without quotes.
  ///
  /// Source: RFC 2045 §5.1
  var isTokenOctet: Bool {
    guard (0x21...0x7E).contains(self) else { return false }
    switch self {
    case ASCII.openParenthesis, ASCII.closeParenthesis, ASCII.quote, ASCII.slash, ASCII.colon, ASCII.semicolon,
      ASCII.equals, ASCII.backslash, UInt8(ascii: "<"), UInt8(ascii: ">"), UInt8(ascii: "@"), UInt8(ascii: ","),
      UInt8(ascii: "["), UInt8(ascii: "]"), UInt8(ascii: "?"):
      return false
    default: return true
    }
  }
}
