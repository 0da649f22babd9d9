import MIME

/// Makes a message fit between DATA and the line with a single dot, piece by piece. Source: RFC 5321 §4.5.2
///
/// A dot is added only at the start of a line, and a line ends only with CRLF. What the survey of the message refused is refused
/// here once more, in case the bytes changed since: nothing that could be read as an end of data leaves.
struct DotStuffer {
  /// The only end of data. Source: RFC 5321 §4.1.1.4
  static let endOfData: [UInt8] = Array(".\r\n".utf8)

  private var survey: ContentSurvey
  private var atLineStart = true

  init(lines: SubmittableMessage.Lines = .standard) {
    survey = ContentSurvey(lines: lines)
  }

  /// The next bytes, made transparent.
  mutating func take(_ bytes: [UInt8]) throws(ContentProblem) -> [UInt8] {
    try survey.take(bytes)
    var stuffed: [UInt8] = []
    stuffed.reserveCapacity(bytes.count + bytes.count / 64 + 16)
    for byte in bytes {
      if atLineStart, byte == UInt8(ascii: ".") { stuffed.append(byte) }
      stuffed.append(byte)
      atLineStart = byte == 0x0A
    }
    return stuffed
  }

  /// What must follow the last bytes so that the end of data stands on a line of its own.
  func finish() throws(ContentProblem) -> [UInt8] {
    try survey.finish()
    return atLineStart ? [] : [0x0D, 0x0A]
  }
}
