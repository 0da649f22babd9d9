/// The encodings of parameter values: percent signs and charsets.
///
/// Source: RFC 2231 §4
enum ParameterText {
  /// Splits `charset'language'text`; without two apostrophes the whole value is text.
  static func splitCharset(_ octets: [UInt8]) -> (charset: String?, rest: ArraySlice<UInt8>) {
    guard let first = octets.firstIndex(of: ASCII.apostrophe),
      let second = octets[(first + 1)...].firstIndex(of: ASCII.apostrophe)
    else { return (nil, octets[...]) }
    let charset = String(decoding: octets[..<first], as: UTF8.self)
    return (charset.isEmpty ? nil : charset, octets[(second + 1)...])
  }

  /// Decodes `%XX`; a percent sign that two hex digits do not follow stays as it is.
  static func percentDecode(_ octets: ArraySlice<UInt8>) -> [UInt8] {
    var decoded: [UInt8] = []
    decoded.reserveCapacity(octets.count)
    var index = octets.startIndex
    while index < octets.endIndex {
      if octets[index] == ASCII.percent, octets.endIndex - index > 2,
        let high = hexDigit(octets[index + 1]), let low = hexDigit(octets[index + 2])
      {
        decoded.append(high << 4 | low)
        index += 3
      } else {
        decoded.append(octets[index])
        index += 1
      }
    }
    return decoded
  }

  private static func hexDigit(_ octet: UInt8) -> UInt8? {
    switch octet {
    case 0x30...0x39: octet - 0x30
    case 0x41...0x46: octet - 0x41 + 10
    case 0x61...0x66: octet - 0x61 + 10
    default: nil
    }
  }

  /// The text of a value in a named charset; UTF-8 with replacement characters where the charset is unknown.
  static func decode(_ octets: [UInt8], charset: String?) -> String {
    String(decoding: octets, as: UTF8.self)
  }

  /// The text of a value that names no charset.
  static func decode(_ octets: [UInt8]) -> String {
    String(decoding: octets, as: UTF8.self)
  }
}
