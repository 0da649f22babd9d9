/// Words of structured fields that need quotes.
///
/// Source: RFC 5322 §3.2.4
enum QuotedString {
  /// What may stand without quotes.
  enum Bare {
    /// Atoms with single dots between them: a local part.
    case dotAtom
    /// Atoms with single spaces between them: a display name.
    case phrase
    /// A token of RFC 2045 §5.1: a parameter's value.
    case token
  }

  /// `text` as it is where `kind` allows, else in quotes; the caller has refused control characters.
  static func ifNeeded(_ text: String, kind: Bare) -> String {
    isBare(text, kind: kind) ? text : quoted(text)
  }

  /// `text` between quotes, with `"` and `\` escaped.
  static func quoted(_ text: String) -> String {
    var result = "\""
    for scalar in text.unicodeScalars {
      if scalar == "\"" || scalar == "\\" { result.unicodeScalars.append("\\") }
      result.unicodeScalars.append(scalar)
    }
    return result + "\""
  }

  private static func isBare(_ text: String, kind: Bare) -> Bool {
    switch kind {
    // What looks like an encoded word would be taken for one, and what follows it for another word.
    case .dotAtom: isSeparated(text, by: UInt8(ascii: ".")) && !text.utf8.containsWordMark
    case .phrase: isSeparated(text, by: 0x20)
    case .token: isToken(text)
    }
  }

  /// Whether `text` is a token of RFC 2045 §5.1.
  static func isToken(_ text: String) -> Bool {
    !text.isEmpty && text.utf8.allSatisfy { $0 < 0x80 && isTokenText($0) }
  }

  private static func isSeparated(_ text: String, by separator: UInt8) -> Bool {
    text.utf8.split(separator: separator, omittingEmptySubsequences: false)
      .allSatisfy { !$0.isEmpty && $0.allSatisfy(\.isAtomText) }
  }

  private static func isTokenText(_ octet: UInt8) -> Bool {
    octet.isAtomText && octet != UInt8(ascii: "/") && octet != UInt8(ascii: "?") && octet != UInt8(ascii: "=")
      || octet == UInt8(ascii: ".")
  }
}

extension Collection<UInt8> {
  /// Whether `=?` stands anywhere.
  fileprivate var containsWordMark: Bool {
    zip(self, dropFirst()).contains { $0 == UInt8(ascii: "=") && $1 == UInt8(ascii: "?") }
  }
}
