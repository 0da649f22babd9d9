/// What a line outside an armor's data says, whatever blanks and quote marks a mail program put before and behind it.
///
/// Source: RFC 9580 §6.2
enum ArmorLine: Equatable {
  case blank
  case begin(label: String)
  case end(label: String)
  /// `Name: value`
  case header(ArmorHeader)
  /// Characters of base64 only: data whose empty line before is missing, or a checksum.
  case data
  case other

  init(_ line: [UInt8]) {
    let text = ArmorLine.trim(line)
    if text.isEmpty {
      self = .blank
    } else if let label = ArmorLine.label(of: text, "BEGIN") {
      self = .begin(label: label)
    } else if let label = ArmorLine.label(of: text, "END") {
      self = .end(label: label)
    } else if let header = ArmorHeader(text) {
      self = .header(header)
    } else if text.allSatisfy(ArmorLine.isBase64) {
      self = .data
    } else {
      self = .other
    }
  }

  /// The line without leading blanks and `>`, and without trailing white space.
  // QUIRK: replies and forwards quote armor with `>`, and editors indent it (DearmorSourceTests).
  static func trim(_ line: [UInt8]) -> ArraySlice<UInt8> {
    var text = line[...]
    while let first = text.first, isBlank(first) || first == UInt8(ascii: ">") { text.removeFirst() }
    while let last = text.last, isWhiteSpace(last) { text.removeLast() }
    return text
  }

  static func isBlank(_ byte: UInt8) -> Bool {
    byte == UInt8(ascii: " ") || byte == UInt8(ascii: "\t")
  }

  /// Whether it is a blank or part of a line end.
  static func isWhiteSpace(_ byte: UInt8) -> Bool {
    isBlank(byte) || byte == UInt8(ascii: "\r") || byte == UInt8(ascii: "\n")
  }

  /// Whether it is a character of base64's alphabet or its padding.
  static func isBase64(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "a")...UInt8(ascii: "z"),
      UInt8(ascii: "0")...UInt8(ascii: "9"):
      true
    case UInt8(ascii: "+"), UInt8(ascii: "/"), UInt8(ascii: "="): true
    default: false
    }
  }

  /// What stands between `-----BEGIN PGP ` and `-----` (or the same with END).
  private static func label(of text: ArraySlice<UInt8>, _ word: String) -> String? {
    let head = Array("-----\(word) PGP ".utf8)
    let tail = Array("-----".utf8)
    guard text.starts(with: head), text.suffix(tail.count).elementsEqual(tail), text.count > head.count + tail.count
    else { return nil }
    return String(decoding: text.dropFirst(head.count).dropLast(tail.count), as: UTF8.self)
  }
}

/// A header of an armored block, such as `Comment` or `Hash`; nothing in it is protected.
///
/// Source: RFC 9580 §6.2.2
package struct ArmorHeader: Equatable, Sendable {
  package let name: String
  package let value: String

  /// Splits at the first colon, which a blank or the end of the line must follow.
  init?(_ text: ArraySlice<UInt8>) {
    guard let colon = text.firstIndex(of: UInt8(ascii: ":")), colon > text.startIndex else { return nil }
    let rest = text[(colon + 1)...]
    guard rest.first.map(ArmorLine.isBlank) ?? true else { return nil }
    name = String(decoding: text[..<colon], as: UTF8.self)
    value = String(decoding: rest.drop(while: ArmorLine.isBlank), as: UTF8.self)
  }
}
