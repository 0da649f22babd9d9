/// The characters of a group of base64 that is not whole yet.
///
/// Source: RFC 4648 §4
package struct Base64Group {
  /// How many characters it has: 0 to 3.
  package private(set) var count = 0
  private var bits: UInt32 = 0

  package init() {}

  /// Adds what a character stands for; the three bytes of a group that is whole go to `output`, at `written`.
  package mutating func take(_ value: UInt32, into output: inout MutableRawSpan, _ written: inout Int) {
    bits = bits << 6 | value
    count += 1
    if count == 4 { putOut(3, into: &output, &written) }
  }

  /// How a group ended.
  package enum End {
    /// With its whole bytes.
    case whole
    /// With a lone character, which is less than a byte and is lost.
    case truncated
  }

  /// Ends the group, whether its padding came or not: its whole bytes go to `output`, at `written`, and a new one begins.
  package mutating func end(into output: inout MutableRawSpan, _ written: inout Int) -> End {
    let end = count == 1 ? End.truncated : .whole
    bits <<= UInt32(6 * (4 - count))
    putOut(max(0, count - 1), into: &output, &written)
    return end
  }

  private mutating func putOut(_ bytes: Int, into output: inout MutableRawSpan, _ written: inout Int) {
    for index in 0..<bytes {
      output.set(UInt8(truncatingIfNeeded: bits >> UInt32(16 - 8 * index)), at: written)
      written += 1
    }
    self = Base64Group()
  }
}
