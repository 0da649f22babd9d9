extension UInt8 {
  /// A to Z, a to z.
  var isASCIILetter: Bool { (0x61...0x7A).contains(self | 0x20) }

  /// 0 to 9.
  var isASCIIDigit: Bool { (0x30...0x39).contains(self) }

  /// A control character of ASCII: C0 or DEL.
  var isControl: Bool { self < 0x20 || self == 0x7F }

  /// An octet of an atom: printable without the specials; octets of UTF-8 are in it.
  ///
  /// Source: RFC 5322 §3.2.3, RFC 6532 §3.2
  var isAtomText: Bool {
    if isASCIILetter || isASCIIDigit || self >= 0x80 { return true }
    switch self {
    case UInt8(ascii: "!"), UInt8(ascii: "#"), UInt8(ascii: "$"), UInt8(ascii: "%"), UInt8(ascii: "&"),
      UInt8(ascii: "'"), UInt8(ascii: "*"), UInt8(ascii: "+"), UInt8(ascii: "-"), UInt8(ascii: "/"),
      UInt8(ascii: "="), UInt8(ascii: "?"), UInt8(ascii: "^"), UInt8(ascii: "_"), UInt8(ascii: "`"),
      UInt8(ascii: "{"), UInt8(ascii: "|"), UInt8(ascii: "}"), UInt8(ascii: "~"):
      return true
    default: return false
    }
  }

  /// The value of a hexadecimal digit of either case, or nil.
  var hexValue: UInt8? {
    switch self {
    case 0x30...0x39: self - 0x30
    case 0x41...0x46: self - 0x37
    case 0x61...0x66: self - 0x57
    default: nil
    }
  }

  /// The capital hexadecimal digit of a value under 16.
  static func hexDigit(_ value: UInt8) -> UInt8 { value < 10 ? 0x30 + value : 0x37 + value }
}

extension String {
  /// Refuses a value with a control character: C0 (CR, LF, NUL and tab are among them) or DEL.
  ///
  /// - Throws: `forbiddenOctet`, which names the first one and `subject`.
  func refuseControls(subject: String) throws(MIMEError) {
    guard let octet = utf8.first(where: \.isControl) else { return }
    throw .forbiddenOctet(octet, subject: subject)
  }
}
