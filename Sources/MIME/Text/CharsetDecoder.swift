import ByteStreams

/// Turns text of any charset into UTF-8, piece by piece; what can't be read becomes U+FFFD.
package struct CharsetDecoder: ByteTransform {
  /// How many octets or sequences became U+FFFD so far.
  package private(set) var replacements = 0
  private let converter: CharsetConverter?
  /// The start of a character of UTF-8 whose rest has not come.
  private var pending: [UInt8] = []

  /// A decoder for one text; nil, or a charset that this machine lacks, is read as UTF-8.
  package init(_ charset: Charset?) {
    converter = charset.flatMap { $0.isUTF8 ? nil : CharsetConverter($0) }
  }

  package mutating func feed(_ bytes: RawSpan, into output: inout [UInt8]) {
    let input = [UInt8](bytes)
    if let converter {
      converter.convert(input, into: &output)
      replacements = converter.replacements
      return
    }
    let whole = pending + input
    let cut = Self.startOfUnfinished(whole)
    appendRepaired(whole[..<cut], into: &output)
    pending = Array(whole[cut...])
  }

  package mutating func finish(into output: inout [UInt8]) {
    if let converter {
      converter.finish(into: &output)
      replacements = converter.replacements
    }
    appendRepaired(pending[...], into: &output)
    pending = []
  }

  private mutating func appendRepaired(_ octets: ArraySlice<UInt8>, into output: inout [UInt8]) {
    if let text = String(validating: octets, as: UTF8.self) {
      output += text.utf8
      return
    }
    let text = String(decoding: octets, as: UTF8.self)
    replacements += text.unicodeScalars.count { $0 == "\u{FFFD}" }
    output += text.utf8
  }

  /// Where the last character starts if more octets could complete it; else the end.
  private static func startOfUnfinished(_ octets: [UInt8]) -> Int {
    for back in 1...3 where back <= octets.count {
      let octet = octets[octets.count - back]
      if octet & 0xC0 == 0x80 { continue }
      let length = octet >= 0xF0 ? 4 : octet >= 0xE0 ? 3 : octet >= 0xC0 ? 2 : 1
      return length > back ? octets.count - back : octets.count
    }
    return octets.count
  }
}
