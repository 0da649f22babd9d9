import ByteStreams

/// Text of other charsets in header fields.
///
/// Source: RFC 2047, RFC 2231 §5
package enum EncodedWord {
  /// The text of an unstructured value or a phrase, its encoded words decoded; never fails, in linear time.
  ///
  /// Words side by side are one text, and a character may be split between two of the same charset. A word that
  /// can't be decoded stays as it was; of one whose charset is not known the text is guessed. Octets outside of words
  /// are read as UTF-8, else as windows-1252. Control characters never get through: CR, LF and tab become a space,
  /// others U+FFFD.
  ///
  /// - Parameter value: folded or not.
  package static func decode(_ value: [UInt8]) -> String {
    var decoder = EncodedWordDecoder(value)
    return decoder.run()
  }

  /// An encoded word that was found, with its octets as its transfer encoding gives them.
  struct Scanned {
    /// Where it stands, `=?` and `?=` included.
    let range: Range<Int>
    /// The charset as spelt, in small letters, without the language.
    let charset: String
    let octets: [UInt8]

    /// The encoded word that starts at `start`, or nil when there is no sound one.
    ///
    /// Looks no further than the fourth `?`, so that trying at every `=?` of a value takes linear time.
    init?(_ value: [UInt8], at start: Int) {
      guard start + 1 < value.count, value[start] == ASCII.equals, value[start + 1] == Self.mark else { return nil }
      var position = start + 2
      guard let label = Self.take(value, &position, limit: 80, while: Self.isLabelOctet),
        let encoding = Self.take(value, &position, limit: 1, while: \.isASCIILetter),
        // QUIRK: words longer than 75 characters, by most mailers now and then; EncodedWordTests.
        // QUIRK: blanks in a word of `q`, by scripts that know only `=`; EncodedWordTests.
        let text = Self.take(
          value, &position, limit: .max,
          while: {
            !$0.isControl && $0 != ASCII.space || $0.isBlank && encoding.first?.asciiLowercased == UInt8(ascii: "q")
          }),
        position < value.count, value[position] == ASCII.equals
      else { return nil }
      switch encoding.first?.asciiLowercased {
      case UInt8(ascii: "q"):
        guard let octets = Self.decodeQ(text) else { return nil }
        self.octets = octets
      case UInt8(ascii: "b"):
        guard let octets = Self.decodeB(text) else { return nil }
        self.octets = octets
      default: return nil
      }
      charset = String(decoding: label.prefix { $0 != ASCII.asterisk }, as: UTF8.self).asciiLowercased
      range = start..<(position + 1)
    }

    /// The octets up to the next `?`, which is passed over; nil when another octet or the end comes first.
    private static func take(
      _ value: [UInt8], _ position: inout Int, limit: Int, while allowed: (UInt8) -> Bool
    ) -> ArraySlice<UInt8>? {
      let start = position
      while position < value.count, position - start < limit, value[position] != mark, allowed(value[position]) {
        position += 1
      }
      guard position < value.count, value[position] == mark, position > start || limit == .max else { return nil }
      defer { position += 1 }
      return value[start..<position]
    }

    private static let mark = UInt8(ascii: "?")

    private static func isLabelOctet(_ octet: UInt8) -> Bool {
      octet.isASCIILetter || octet.isASCIIDigit || "-_.:+*".utf8.contains(octet)
    }

    private static func decodeQ(_ text: ArraySlice<UInt8>) -> [UInt8]? {
      var octets: [UInt8] = []
      var rest = text
      while let octet = rest.popFirst() {
        switch octet {
        case UInt8(ascii: "_"): octets.append(ASCII.space)
        case ASCII.equals:
          guard let high = rest.popFirst()?.hexValue, let low = rest.popFirst()?.hexValue else { return nil }
          octets.append(high << 4 | low)
        default: octets.append(octet)
        }
      }
      return octets
    }

    private static func decodeB(_ text: ArraySlice<UInt8>) -> [UInt8]? {
      // QUIRK: words without their padding; EncodedWordTests.
      let (bytes, isClean) = Base64.decode(Array(text))
      return isClean ? bytes : nil
    }
  }
}

/// Decodes one value.
private struct EncodedWordDecoder {
  private let value: [UInt8]
  private var output = ""
  /// Octets of words side by side in one charset.
  private var pending: (charset: String, octets: [UInt8])?
  /// Converters that were opened, so that fifty thousand words open each once.
  private var converters: [String: CharsetConverter] = [:]

  init(_ value: [UInt8]) {
    self.value = value
  }

  mutating func run() -> String {
    var plainStart = 0
    var position = 0
    while let start = nextWordMark(from: position) {
      guard let word = EncodedWord.Scanned(value, at: start) else {
        position = start + 1
        continue
      }
      let between = plainStart..<start
      if pending == nil || !value[between].allSatisfy(\.isBlankOrLineEnd) {
        flush()
        appendPlain(between)
      }
      take(word)
      position = word.range.upperBound
      plainStart = position
    }
    flush()
    appendPlain(plainStart..<value.count)
    return EncodedWordDecoder.withoutControls(output)
  }

  private func nextWordMark(from position: Int) -> Int? {
    value.rawSpan.firstIndex(of: ASCII.equals, from: position)
  }

  private mutating func take(_ word: EncodedWord.Scanned) {
    if var current = pending, current.charset == word.charset {
      pending = nil
      current.octets += word.octets
      pending = current
    } else {
      flush()
      pending = (word.charset, word.octets)
    }
  }

  private mutating func flush() {
    guard let (label, octets) = pending else { return }
    pending = nil
    guard let charset = Charset(named: label) else {
      output += Charset.guess(octets).text
      return
    }
    if charset.isUTF8 {
      output += charset.decode(octets).text
      return
    }
    let converter = converters[charset.converterName] ?? CharsetConverter(charset)
    guard let converter else {
      output += Charset.guess(octets).text
      return
    }
    converters[charset.converterName] = converter
    output += Charset.decode(octets, with: converter).text
  }

  private mutating func appendPlain(_ range: Range<Int>) {
    guard !range.isEmpty else { return }
    // What is left of a fold is its blank.
    let octets = value[range].filter { $0 != ASCII.carriageReturn && $0 != ASCII.lineFeed }
    output += Charset.guess(octets).text
  }

  private static func withoutControls(_ text: String) -> String {
    guard text.utf8.contains(where: \.isControl) else { return text }
    var result = ""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\r", "\n", "\t": result.unicodeScalars.append(" ")
      case _ where scalar.value < 0x20 || scalar.value == 0x7F: result.unicodeScalars.append("\u{FFFD}")
      default: result.unicodeScalars.append(scalar)
      }
    }
    return result
  }
}
