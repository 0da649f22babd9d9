/// Base64 of what is in memory at once, without line ends; for streams see `Base64LineEncoder` and `Base64Decoder`.
///
/// Source: RFC 4648 §4
package enum Base64 {
  /// The characters for `bytes`, padded, in one line.
  package static func encode(_ bytes: [UInt8]) -> [UInt8] {
    let whole = bytes.count / 3 * 3
    let pairs = Base64Tables.pairs
    // Holds: the capacity is the exact length, whole groups fill the first part of it, and the rest follows.
    return unsafe [UInt8](unsafeUninitializedCapacity: (bytes.count + 2) / 3 * 4) { output, count in
      unsafe bytes.withUnsafeBytes { input in
        guard let base = output.baseAddress else { return }
        unsafe Base64Tables.encode(groups: UnsafeRawBufferPointer(rebasing: input[..<whole]), into: base, pairs.span)
      }
      count = whole / 3 * 4
      for character in lastGroup(bytes[whole...]) {
        unsafe output.initializeElement(at: count, to: character)
        count += 1
      }
    }
  }

  /// The bytes of `text`, or nil unless it is base64 to the letter: whole groups, padding at the end only, no other character,
  /// no bits left over.
  package static func decodeStrictly(_ text: [UInt8]) -> [UInt8]? {
    guard text.count.isMultiple(of: 4) else { return nil }
    let bytes = decode(text).bytes
    return encode(bytes) == text ? bytes : nil
  }

  /// The bytes of `text`, read as leniently as `Base64Decoder` does.
  package static func decode(_ text: [UInt8]) -> (bytes: [UInt8], isClean: Bool) {
    var decoder = Base64Decoder()
    var bytes = [UInt8](repeating: 0, count: Base64Decoder.bound(for: text.count))
    let count = bytes.withMutableRawSpan { output in
      let count = decoder.decode(text.rawSpan, into: &output)
      var rest = output._mutatingExtracting(count..<output.byteCount)
      return count + decoder.finish(into: &rest)
    }
    bytes.removeLast(bytes.count - count)
    return (bytes, decoder.isClean)
  }

  /// What a character stands for (0 to 63), or nil when it is none of the alphabet.
  package static func value(of character: UInt8) -> UInt32? {
    let value = Base64Tables.quarters[768 + Int(character)]
    return value == Base64Tables.invalid ? nil : value
  }

  /// The padded group of the last one or two bytes.
  private static func lastGroup(_ bytes: ArraySlice<UInt8>) -> [UInt8] {
    guard let first = bytes.first else { return [] }
    let second = bytes.dropFirst().first
    let bits = Int(first) << 16 | Int(second ?? 0) << 8
    let alphabet = Base64Tables.alphabet
    let third = second == nil ? UInt8(ascii: "=") : alphabet[bits >> 6 & 63]
    return [alphabet[bits >> 18], alphabet[bits >> 12 & 63], third, UInt8(ascii: "=")]
  }
}
