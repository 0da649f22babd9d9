import MIME

/// What must be known of a message before its first byte is offered to anybody.
///
/// A message passes only with CRLF line ends throughout: a CR or LF alone is how one message is smuggled inside another.
/// Source: RFC 5321 §2.3.8, §4.1.1.4
struct ContentSurvey: Equatable {
  /// With line ends, as SIZE counts them: what is added for transparency and at the end is not in it. Source: RFC 1870 §5
  private(set) var octets = 0

  /// A byte above 127 stands in the header, which needs SMTPUTF8. Source: RFC 6531 §3.2
  private(set) var hasEightBitHeader = false

  /// A byte above 127 stands anywhere, which needs 8BITMIME. Source: RFC 6152
  private(set) var hasEightBit = false

  /// The most octets of a line, its end not counted. Source: RFC 5322 §2.1.1
  static let longestLine = 998

  private let lines: SubmittableMessage.Lines
  private var lineLength = 0
  private var inHeader = true
  private var afterCR = false

  init(lines: SubmittableMessage.Lines = .standard) {
    self.lines = lines
  }

  /// Reads every copy once, in their order.
  ///
  /// - Throws: `content`, `reading`.
  static func of(_ copies: [Submission]) throws(TransportError) -> [ContentSurvey] {
    var surveys: [ContentSurvey] = []
    for copy in copies {
      var survey = ContentSurvey(lines: copy.message.lines)
      var reader = ContentReader(copy)
      while let chunk = try reader.next() {
        do throws(ContentProblem) { try survey.take(chunk) } catch { throw .content(error, label: copy.label) }
      }
      do throws(ContentProblem) { try survey.finish() } catch { throw .content(error, label: copy.label) }
      surveys.append(survey)
    }
    return surveys
  }

  /// Takes the next bytes.
  mutating func take(_ bytes: [UInt8]) throws(ContentProblem) {
    for byte in bytes {
      let position = octets
      octets += 1
      if afterCR != (byte == 0x0A) { throw .bareLineEnd(offset: afterCR ? position - 1 : position) }
      switch byte {
      case 0x0A:
        if lineLength == 0 { inHeader = false }
        afterCR = false
        lineLength = 0
      case 0x0D: afterCR = true
      case 0: throw .nul(offset: position)
      default:
        lineLength += 1
        if lineLength > Self.longestLine, lines == .standard { throw .longLine(offset: position - lineLength + 1) }
        if byte >= 0x80 {
          hasEightBit = true
          hasEightBitHeader = hasEightBitHeader || inHeader
        }
      }
    }
  }

  /// Says that no byte follows.
  func finish() throws(ContentProblem) {
    if afterCR { throw .bareLineEnd(offset: octets - 1) }
    if octets == 0 { throw .empty }
  }

  /// The extensions without which the message would have to be changed on its way.
  var needs: Set<SMTPExtension> {
    var needs: Set<SMTPExtension> = []
    if hasEightBit { needs.insert(.eightBitMIME) }
    if hasEightBitHeader { needs.insert(.smtpUTF8) }
    return needs
  }
}
