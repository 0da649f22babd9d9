import ByteStreams

/// The data of an armored block: base64 to the end of it, and its checksum.
///
/// Source: RFC 9580 §6, RFC 4648 §4
struct ArmorBody {
  private var group = Base64Group()
  /// Nothing but blanks and quote marks stand before on this line.
  private var isAtLineStart = true
  private var computed = CRC24()
  private var stated: UInt32?

  /// Decodes `text` to its end, or to the `=` or the `-` that ends the data.
  ///
  /// - Parameters:
  ///   - output: at least `Base64Decoder.bound(for:)` of the text.
  ///   - written: how many bytes were put there.
  /// - Returns: how many characters were taken.
  /// - Throws: `malformed` at a character that has no business here.
  mutating func decode(
    _ text: RawSpan, into output: inout MutableRawSpan, _ written: inout Int
  ) throws(StreamError) -> Int {
    var position = 0
    while position < text.byteCount {
      if group.count == 0 {
        let start = position
        Base64.decodeRun(text, &position, into: &output, &written)
        if position > start { isAtLineStart = text[position - 1] == UInt8(ascii: "\n") }
        if position == text.byteCount { break }
      }
      let byte = text[position]
      if byte == UInt8(ascii: "=") || byte == UInt8(ascii: "-") && isAtLineStart { return position }
      try take(byte, into: &output, &written)
      position += 1
    }
    return position
  }

  private mutating func take(
    _ byte: UInt8, into output: inout MutableRawSpan, _ written: inout Int
  ) throws(StreamError) {
    if let value = Base64.value(of: byte) {
      group.take(value, into: &output, &written)
      isAtLineStart = false
      return
    }
    switch byte {
    case UInt8(ascii: "\r"), UInt8(ascii: "\n"): isAtLineStart = true
    case UInt8(ascii: " "), UInt8(ascii: "\t"): break
    case UInt8(ascii: ">") where isAtLineStart: break
    default: throw .malformed("the armor holds something else than base64")
    }
  }

  /// Takes the rest of a line from its first `=` on: the end of the data.
  mutating func takeTail(
    _ text: ArraySlice<UInt8>, into output: inout MutableRawSpan, _ written: inout Int
  ) throws(StreamError) {
    switch ArmorTail(text, held: group.count) {
    case .padding: break
    case .checksum(let value): stated = value
    case nil: throw .malformed("the armor's padding or checksum is broken")
    }
    try endGroup(into: &output, &written)
  }

  /// Puts out the last group, whose padding may be missing.
  mutating func endGroup(into output: inout MutableRawSpan, _ written: inout Int) throws(StreamError) {
    if group.end(into: &output, &written) == .truncated { throw .malformed("the armor is cut off") }
  }

  /// Takes a line after the data that should be its checksum.
  mutating func takeChecksum(_ text: ArraySlice<UInt8>) throws(StreamError) {
    guard stated == nil, case .checksum(let value) = ArmorTail(text, held: 0) else {
      throw .malformed("the armor's padding or checksum is broken")
    }
    stated = value
  }

  /// Takes the first `count` bytes of `output` into the checksum.
  mutating func updateChecksum(_ output: borrowing MutableRawSpan, _ count: Int) {
    computed.update(output.bytes.extracting(0..<count))
  }

  /// - Throws: `malformed` when a checksum was given and is another than that of the data.
  func verifyChecksum() throws(StreamError) {
    if let stated, stated != computed.value { throw .malformed("the armor's checksum is wrong") }
  }
}
