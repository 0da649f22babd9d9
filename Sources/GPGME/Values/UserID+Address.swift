extension UserID {
  /// The one address that a user ID's text stands for; nil when it holds none, or more than one that a reader could mean.
  ///
  /// Either the text ends with its only `<…>`, or it is nothing but an address. Exactly one `@`, no blanks, no control or
  /// format characters: what could be read in two ways is not an address.
  package static func address(in text: String) -> String? {
    let scalars = text.unicodeScalars
    let opening = scalars.filter { $0 == "<" }.count
    let closing = scalars.filter { $0 == ">" }.count
    switch (opening, closing) {
    case (0, 0):
      return isAddress(text) ? text : nil
    case (1, 1):
      guard scalars.last == ">", let start = scalars.firstIndex(of: "<") else { return nil }
      let inside = String(scalars[scalars.index(after: start)...].dropLast())
      return isAddress(inside) ? inside : nil
    default:
      return nil
    }
  }

  /// True when both name the same mailbox: ASCII letters of either case are the same, everything else must be equal.
  ///
  /// Domains are compared as written: give both in the same form (A-label or U-label).
  /// Source: RFC 5321 §2.4 (domains); OpenPGP practice for local parts
  package static func address(_ left: some StringProtocol, equals right: some StringProtocol) -> Bool {
    left.utf8.elementsEqual(right.utf8) { lowered($0) == lowered($1) }
  }

  /// True for something with one `@` that can be put between angle brackets and asked for without being read as anything else.
  static func isAddress(_ text: String) -> Bool {
    let parts = text.utf8.split(separator: UInt8(ascii: "@"), omittingEmptySubsequences: false)
    guard parts.count == 2, parts.allSatisfy({ !$0.isEmpty }), text.utf8.count <= 998 else { return false }
    return text.unicodeScalars.allSatisfy { scalar in
      if scalar.isASCII { return scalar.value > 0x20 && scalar.value != 0x7F && !refused.contains(scalar) }
      switch scalar.properties.generalCategory {
      case .control, .format, .lineSeparator, .paragraphSeparator, .spaceSeparator, .surrogate, .unassigned:
        return false
      default: return scalar != "\u{FFFD}"
      }
    }
  }

  /// Characters that separate or quote addresses.
  private static let refused: Set<Unicode.Scalar> = ["<", ">", "(", ")", ",", ";", ":", "\"", "\\", "[", "]"]

  private static func lowered(_ byte: UInt8) -> UInt8 {
    (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(byte) ? byte + 32 : byte
  }
}
