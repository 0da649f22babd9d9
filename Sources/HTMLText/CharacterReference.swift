/// Character references such as `&amp;`, `&#233;` and `&#xE9;`.
///
/// Source: WHATWG HTML §13.2.5.72–80
enum CharacterReference {
  /// The text of `bytes`, references decoded; what is no reference stays as it is.
  ///
  /// - Parameter inAttribute: `&name` without a semicolon stays before a letter, a digit or `=`, as in the addresses of links.
  static func decode(_ bytes: ArraySlice<UInt8>, inAttribute: Bool = false) -> String {
    guard var next = bytes.firstIndex(of: HTMLByte.ampersand) else { return String(decoding: bytes, as: UTF8.self) }
    var output = Array(bytes[..<next])
    output.reserveCapacity(bytes.count)
    while next < bytes.endIndex {
      if bytes[next] == HTMLByte.ampersand, let (scalars, end) = reference(bytes, at: next, inAttribute) {
        output += scalars.utf8
        next = end
      } else {
        output.append(bytes[next])
        next += 1
      }
    }
    return String(decoding: output, as: UTF8.self)
  }

  /// What the reference at an ampersand stands for, and where it ends; nil when it is none.
  private static func reference(
    _ bytes: ArraySlice<UInt8>, at start: Int, _ inAttribute: Bool
  ) -> (text: String, end: Int)? {
    let first = start + 1
    guard first < bytes.endIndex else { return nil }
    return bytes[first] == HTMLByte.hash ? numeric(bytes, at: first + 1) : named(bytes, at: first, inAttribute)
  }

  private static func numeric(_ bytes: ArraySlice<UInt8>, at start: Int) -> (String, Int)? {
    var position = start
    let isHex = position < bytes.endIndex && bytes[position] | 0x20 == UInt8(ascii: "x")
    if isHex { position += 1 }
    let firstDigit = position
    var value: UInt32 = 0
    while position < bytes.endIndex, let digit = digit(bytes[position], isHex: isHex) {
      // More than any character has: the rest of the digits is passed over.
      value = min(value * (isHex ? 16 : 10) + digit, 0x11_0000)
      position += 1
    }
    guard position > firstDigit else { return nil }
    if position < bytes.endIndex, bytes[position] == HTMLByte.semicolon { position += 1 }
    return (String(character(value)), position)
  }

  private static func digit(_ byte: UInt8, isHex: Bool) -> UInt32? {
    if HTMLByte.isDigit(byte) { return UInt32(byte - 0x30) }
    let letter = byte | 0x20
    return isHex && (0x61...0x66).contains(letter) ? UInt32(letter - 0x61 + 10) : nil
  }

  private static func character(_ value: UInt32) -> Unicode.Scalar {
    // Numbers of C1 controls are meant as windows-1252.
    if (0x80...0x9F).contains(value) { return windows1252[Int(value - 0x80)] }
    return value == 0 ? "\u{FFFD}" : Unicode.Scalar(value) ?? "\u{FFFD}"
  }

  private static let windows1252 = Array(
    "€\u{81}‚ƒ„…†‡ˆ‰Š‹Œ\u{8D}Ž\u{8F}\u{90}‘’“”•–—˜™š›œ\u{9D}žŸ".unicodeScalars)

  private static func named(_ bytes: ArraySlice<UInt8>, at start: Int, _ inAttribute: Bool) -> (String, Int)? {
    // The longest name of the table has eight letters.
    let end =
      bytes[start...].prefix(12).firstIndex { !HTMLByte.isLetter($0) && !HTMLByte.isDigit($0) }
      ?? min(start + 12, bytes.endIndex)
    guard end > start else { return nil }
    let isClosed = end < bytes.endIndex && bytes[end] == HTMLByte.semicolon
    let name = String(decoding: bytes[start..<end], as: UTF8.self)
    if isClosed, let text = EntityNames.table[name] { return (text, end + 1) }
    guard !isClosed || !inAttribute else { return nil }
    if inAttribute {
      guard end < bytes.endIndex ? bytes[end] != HTMLByte.equals : true, let text = EntityNames.open[name] else {
        return nil
      }
      return (text, end)
    }
    // In text the old names need no semicolon, and letters may follow: `&ampx`.
    for length in stride(from: min(name.utf8.count, EntityNames.openLength), through: 2, by: -1) {
      if let text = EntityNames.open[String(name.prefix(length))] { return (text, start + length) }
    }
    return nil
  }
}
