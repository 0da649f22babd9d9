/// Decodes a stream of base64 as mail brings it: characters that are none of the alphabet are skipped and counted, lines have
/// any length, padding may be missing, and what follows padding is a new run.
///
/// A value that carries an unfinished group; feed it in pieces of any size, then `finish`.
///
/// Source: RFC 2045 §6.8
package struct Base64Decoder {
  /// How many characters were skipped that are neither of the alphabet nor `=` nor white space.
  package private(set) var foreignCount = 0
  /// Whether a run ended with a lone character, which is less than a byte; it is dropped.
  package private(set) var isTruncated = false
  private var group = Base64Group()

  package init() {}

  /// Whether everything read was base64 and nothing was dropped.
  package var isClean: Bool { foreignCount == 0 && !isTruncated }

  /// The most room that `decode` (or `finish`, for 0) wants for `count` characters; it writes fewer bytes than that.
  package static func bound(for count: Int) -> Int {
    (count + 3) / 4 * 3 + 2 * Base64Tables.slack
  }

  /// Decodes all of `text` except the last unfinished group.
  ///
  /// - Parameter output: at least `bound(for: text.byteCount)` bytes.
  /// - Returns: how many bytes were put at its start; beyond them its content is undefined.
  package mutating func decode(_ text: RawSpan, into output: inout MutableRawSpan) -> Int {
    precondition(output.byteCount >= Base64Decoder.bound(for: text.byteCount))
    var (position, written) = (0, 0)
    while position < text.byteCount {
      if group.count == 0 {
        Base64.decodeRun(text, &position, into: &output, &written)
        if position == text.byteCount { break }
      }
      take(text[position], into: &output, &written)
      position += 1
    }
    return written
  }

  /// Puts out the bytes of an unfinished group, whose padding is missing; the decoder can be fed a new run afterwards.
  ///
  /// - Parameter output: at least `bound(for: 0)` bytes.
  /// - Returns: how many bytes were put at its start.
  package mutating func finish(into output: inout MutableRawSpan) -> Int {
    var written = 0
    endRun(into: &output, &written)
    return written
  }

  private mutating func take(_ character: UInt8, into output: inout MutableRawSpan, _ written: inout Int) {
    guard let value = Base64.value(of: character) else {
      switch character {
      case UInt8(ascii: "="): endRun(into: &output, &written)
      case UInt8(ascii: " "), UInt8(ascii: "\t"), UInt8(ascii: "\r"), UInt8(ascii: "\n"): break
      default: foreignCount += 1
      }
      return
    }
    group.take(value, into: &output, &written)
  }

  private mutating func endRun(into output: inout MutableRawSpan, _ written: inout Int) {
    if group.end(into: &output, &written) == .truncated { isTruncated = true }
  }
}

extension Base64 {
  /// Decodes whole groups, skipping a line end between two, until anything else comes: the fast part of a decoder.
  ///
  /// - Parameters:
  ///   - position: where to go on in `text`; afterwards the first character that was not taken.
  ///   - output: from `written` on at least `Base64Decoder.bound(for:)` of what is left of `text`.
  ///   - written: where to go on in `output`; afterwards the end of the result.
  package static func decodeRun(
    _ text: RawSpan, _ position: inout Int, into output: inout MutableRawSpan, _ written: inout Int
  ) {
    let left = text.byteCount - position
    precondition(position >= 0 && left >= 0 && written >= 0)
    precondition(output.byteCount - written >= left / 4 * 3 + Base64Tables.slack)
    let quarters = Base64Tables.quarters
    // Holds: the room for every group that may come was checked; both pointers stay in here.
    unsafe output.withUnsafeMutableBytes { target in
      unsafe text.withUnsafeBytes { source in
        guard let to = target.baseAddress else { return }
        unsafe Base64Tables.decode(run: source, &position, into: to, &written, quarters.span)
      }
    }
  }
}
