/// The octets that mail syntax gives a meaning, by name.
enum ASCII {
  static let tab: UInt8 = 0x09
  static let lineFeed: UInt8 = 0x0A
  static let carriageReturn: UInt8 = 0x0D
  static let space: UInt8 = 0x20
  static let quote: UInt8 = 0x22
  static let percent: UInt8 = 0x25
  static let apostrophe: UInt8 = 0x27
  static let openParenthesis: UInt8 = 0x28
  static let closeParenthesis: UInt8 = 0x29
  static let asterisk: UInt8 = 0x2A
  static let hyphen: UInt8 = 0x2D
  static let slash: UInt8 = 0x2F
  static let colon: UInt8 = 0x3A
  static let semicolon: UInt8 = 0x3B
  static let equals: UInt8 = 0x3D
  static let backslash: UInt8 = 0x5C
}

extension UInt8 {
  /// A space or a tab: the blanks that folding and padding are made of.
  var isBlank: Bool { self == ASCII.space || self == ASCII.tab }

  /// A space, a tab, or an octet of a line end.
  var isBlankOrLineEnd: Bool { isBlank || self == ASCII.carriageReturn || self == ASCII.lineFeed }

  /// This octet with `A`–`Z` turned into `a`–`z`, whatever the locale says.
  var asciiLowercased: UInt8 { (0x41...0x5A).contains(self) ? self | 0x20 : self }
}

extension Collection<UInt8> {
  /// True when these octets are `text` but for the case of ASCII letters.
  func equalsIgnoringCase(_ text: String) -> Bool {
    let other = text.utf8
    return count == other.count && zip(self, other).allSatisfy { $0.asciiLowercased == $1.asciiLowercased }
  }
}

extension BidirectionalCollection<UInt8> where SubSequence: BidirectionalCollection<UInt8> {
  /// These octets without blanks and line ends at their end.
  func trimmingTail() -> SubSequence {
    var end = endIndex
    while end > startIndex, self[index(before: end)].isBlankOrLineEnd { end = index(before: end) }
    return self[startIndex..<end]
  }

  /// These octets without blanks and line ends at both ends.
  func trimming() -> SubSequence {
    let tail = trimmingTail()
    let start = tail.firstIndex { !$0.isBlankOrLineEnd } ?? tail.endIndex
    return self[start..<tail.endIndex]
  }
}
