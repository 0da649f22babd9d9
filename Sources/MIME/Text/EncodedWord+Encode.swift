import ByteStreams

extension EncodedWord {
  /// The longest word, and the longest line with one in it.
  ///
  /// Source: RFC 2047 §2
  static let wordLimit = 75
  static let lineLimit = 76

  /// `text` as encoded words in UTF-8, each a whole number of characters; put one space or fold between them.
  ///
  /// B or Q is taken for all of them, whichever is shorter. Every octet is safe in a phrase too (RFC 2047 §5).
  ///
  /// - Parameter firstLimit: the most characters of the first word, which shares its line with a field's name; too
  ///   small a bound is raised to what one character needs.
  static func encode(_ text: String, firstLimit: Int = wordLimit) -> [String] {
    let octets = Array(text.utf8)
    let isQ = qLength(octets) <= bLength(octets.count)
    var words: [String] = []
    var chunk: [UInt8] = []
    var chunkQLength = 0
    var room = max(firstLimit, frame + 12) - frame
    for scalar in text.unicodeScalars {
      let next = Array(String(scalar).utf8)
      let length = isQ ? chunkQLength + qLength(next) : bLength(chunk.count + next.count)
      if length > room, !chunk.isEmpty {
        words.append(isQ ? qWord(chunk) : bWord(chunk))
        (chunk, chunkQLength) = ([], 0)
        room = wordLimit - frame
      }
      chunk += next
      chunkQLength += qLength(next)
    }
    if !chunk.isEmpty { words.append(isQ ? qWord(chunk) : bWord(chunk)) }
    return words
  }

  /// A display name or group name: bare, in quotes, or as encoded words; control characters were refused before.
  static func phrase(_ text: String) -> String {
    // The first word leaves room for the longest field name that addresses have, `Resent-Reply-To`.
    needsEncoding(text)
      ? encode(text, firstLimit: 58).joined(separator: " ") : QuotedString.ifNeeded(text, kind: .phrase)
  }

  /// Whether `text` can't stand as it is: not ASCII, or it holds what would read as an encoded word.
  static func needsEncoding(_ text: String) -> Bool {
    text.utf8.contains { $0 >= 0x80 } || text.contains("=?")
  }

  /// `=?UTF-8?Q?` and `?=`.
  private static let frame = 12

  private static func qLength(_ octets: [UInt8]) -> Int {
    octets.reduce(0) { length, octet in length + (octet == ASCII.space || isBareInQ(octet) ? 1 : 3) }
  }

  private static func bLength(_ count: Int) -> Int { (count + 2) / 3 * 4 }

  private static func isBareInQ(_ octet: UInt8) -> Bool {
    octet.isASCIILetter || octet.isASCIIDigit || "!*+-/".utf8.contains(octet)
  }

  private static func qWord(_ octets: [UInt8]) -> String {
    var text: [UInt8] = []
    for octet in octets {
      if octet == ASCII.space {
        text.append(UInt8(ascii: "_"))
      } else if isBareInQ(octet) {
        text.append(octet)
      } else {
        text += [ASCII.equals, .hexDigit(octet >> 4), .hexDigit(octet & 0x0F)]
      }
    }
    return "=?UTF-8?Q?\(String(decoding: text, as: UTF8.self))?="
  }

  private static func bWord(_ octets: [UInt8]) -> String {
    "=?UTF-8?B?\(String(decoding: Base64.encode(octets), as: UTF8.self))?="
  }
}
