/// The 64-bit name that messages use for a key; it is no identity, because anybody can make a key with a given one.
///
/// Source: RFC 9580 §5.5.4
package struct KeyID: Hashable, Sendable {
  /// The eight octets as one big-endian number.
  package let value: UInt64

  /// Stands in a message for a recipient whom the sender does not want to name.
  ///
  /// Source: RFC 9580 §5.1.8
  package static let wildcard = KeyID(0)

  package init(_ value: UInt64) {
    self.value = value
  }

  /// Reads exactly 16 hexadecimal digits of either case; nil for anything else.
  package init?(hex: String) {
    guard hex.utf8.count == 16, hex.utf8.allSatisfy(KeyID.isHexDigit), let value = UInt64(hex, radix: 16) else {
      return nil
    }
    self.value = value
  }

  /// The key ID of a fingerprint: the last octets of a version 4 one (20 octets), the first ones of a version 6 one (32).
  ///
  /// Nil for any other length.
  package init?(fingerprint: [UInt8]) {
    switch fingerprint.count {
    case 20: value = fingerprint.suffix(8).reduce(0) { $0 << 8 | UInt64($1) }
    case 32: value = fingerprint.prefix(8).reduce(0) { $0 << 8 | UInt64($1) }
    default: return nil
    }
  }

  /// Whether it stands for an unnamed recipient.
  package var isWildcard: Bool { value == 0 }

  private static func isHexDigit(_ digit: UInt8) -> Bool {
    switch digit {
    case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "a")...UInt8(ascii: "f"),
      UInt8(ascii: "A")...UInt8(ascii: "F"):
      true
    default: false
    }
  }
}

extension KeyID: CustomStringConvertible {
  /// 16 upper-case hexadecimal digits.
  package var description: String {
    let digits = String(value, radix: 16, uppercase: true)
    return String(repeating: "0", count: 16 - digits.count) + digits
  }
}
