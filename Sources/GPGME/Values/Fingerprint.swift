package import OpenPGPPackets

/// The fingerprint of a key: the only name of a certificate that cannot be forged.
///
/// Holds 40 (version 4) or 64 (version 5 and 6) upper-case hex digits. A key ID of 8 or 16 digits is never one.
/// Source: RFC 9580 §5.5.4
package struct Fingerprint: Hashable, Sendable {
  /// The digits in upper case without blanks: 40 or 64 of them.
  package let hex: String

  /// Reads a fingerprint as people write it: either case, blanks anywhere, an `0x` before it; nil for anything else.
  package init?(_ text: some StringProtocol) {
    var digits: [UInt8] = []
    let bytes = Array(text.utf8)
    let start = bytes.starts(with: [UInt8(ascii: "0"), UInt8(ascii: "x")]) ? 2 : 0
    for byte in bytes[start...] where byte != UInt8(ascii: " ") {
      switch byte {
      case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "A")...UInt8(ascii: "F"): digits.append(byte)
      case UInt8(ascii: "a")...UInt8(ascii: "f"): digits.append(byte - 32)
      default: return nil
      }
      guard digits.count <= 64 else { return nil }
    }
    guard digits.count == 40 || digits.count == 64 else { return nil }
    hex = String(decoding: digits, as: UTF8.self)
  }

  /// The key ID that the fingerprint implies: its last 16 digits (version 4), else its first 16.
  package var keyID: KeyID {
    let digits = hex.utf8.count == 40 ? hex.suffix(16) : hex.prefix(16)
    return KeyID(UInt64(digits, radix: 16) ?? 0)
  }

  /// All digits in groups of four, such as "9F2C 11D0 … " written in full: for comparing by eye.
  package var grouped: String {
    groups.joined(separator: " ")
  }

  /// The first and last two groups, such as "9F2C 11D0 … 0B7E 3A41": for recognising in a line, never for comparing.
  package var short: String {
    let all = groups
    return (all.prefix(2) + ["…"] + all.suffix(2)).joined(separator: " ")
  }

  private var groups: [String] {
    var rest = hex[...]
    var groups: [String] = []
    while !rest.isEmpty {
      groups.append(String(rest.prefix(4)))
      rest = rest.dropFirst(4)
    }
    return groups
  }
}

extension Fingerprint: CustomStringConvertible {
  package var description: String { hex }
}
