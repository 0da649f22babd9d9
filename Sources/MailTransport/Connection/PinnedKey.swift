/// The SHA-256 of a public key that a server must have. Source: RFC 7469 §2.4
package struct PinnedKey: Sendable, Hashable, CustomStringConvertible {
  /// `sha256//` and the hash in Base64, as libcurl takes it.
  package let description: String

  /// Reads `sha256//BASE64`.
  ///
  /// - Throws: `TransportError.target`.
  package init(parsing text: String) throws(TransportError) {
    let prefix = "sha256//"
    let digits = text.utf8.dropFirst(prefix.utf8.count)
    // 32 bytes are 43 digits, of which the last has two bits to spare, and one to fill up.
    guard text.hasPrefix(prefix), digits.count == 44, digits.last == UInt8(ascii: "="),
      digits.dropLast().allSatisfy(Self.isDigit),
      digits.dropLast().last.map({ "AEIMQUYcgkosw048".utf8.contains($0) }) == true
    else { throw .target(.pinnedKey(ForeignText(text).description)) }
    description = text
  }

  /// Reads one or several, with semicolons between them.
  ///
  /// - Throws: `TransportError.target`.
  package static func list(parsing text: String) throws(TransportError) -> [PinnedKey] {
    var keys: [PinnedKey] = []
    for part in text.split(separator: ";", omittingEmptySubsequences: false) {
      keys.append(try PinnedKey(parsing: String(part)))
    }
    return keys
  }

  private static func isDigit(_ byte: UInt8) -> Bool {
    switch byte {
    case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, UInt8(ascii: "+"), UInt8(ascii: "/"): true
    default: false
    }
  }
}
