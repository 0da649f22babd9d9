import ByteStreams

/// Looks whether a signature in text mode covers all of a text.
///
/// gpg hashes no more than the first 19,995 octets of each line then, without the CRs and NULs at the end of those: what stands behind
/// twenty thousand CRs is signed by nobody, and base64 does not even show them. No program writes such lines into a part that it signs.
final class TextLineCheck: ByteSink {
  /// Whether it would cover all that `source` gives, which is read to its end.
  static func passes(_ source: any ByteSource) throws(StreamError) -> Bool {
    let check = TextLineCheck()
    try source.copy(to: check)
    try check.finish()
    return check.isWhole
  }

  /// False once gpg would leave something out.
  private var isWhole = true
  private var previous: UInt8 = 0
  private var lineLength = 0

  /// Octets of a line, its end included; below gpg's own bound.
  private static let lineLimit = 16 << 10

  func write(_ bytes: RawSpan) throws(StreamError) {
    guard isWhole else { return }
    for offset in 0..<bytes.byteCount {
      let octet = bytes[offset]
      lineLength += 1
      // Only the CR of a line end may be missing from what is hashed.
      guard octet != 0, lineLength <= Self.lineLimit, previous != UInt8(ascii: "\r") || octet == UInt8(ascii: "\n")
      else {
        isWhole = false
        return
      }
      if octet == UInt8(ascii: "\n") { lineLength = 0 }
      previous = octet
    }
  }

  func finish() throws(StreamError) { if previous == UInt8(ascii: "\r") { isWhole = false } }
}
