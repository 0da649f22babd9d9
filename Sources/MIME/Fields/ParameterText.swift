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
        let high = octets[index + 1].hexValue, let low = octets[index + 2].hexValue
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

  /// The text of a value that may name its charset; never fails.
  static func decode(_ octets: [UInt8], charset: String?) -> String {
    Charset.decode(octets, named: charset).text
  }

  /// The text of a value without charset.
  static func decode(_ octets: [UInt8]) -> String {
    // QUIRK: encoded words inside a quoted parameter, which RFC 2047 §5 forbids and many senders write.
    // ParameterTests.swift
    String(decoding: octets, as: UTF8.self).contains("=?") ? EncodedWord.decode(octets) : Charset.guess(octets).text
  }
}
