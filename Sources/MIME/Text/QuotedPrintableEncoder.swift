package import ByteStreams

/// A stream as quoted-printable.
package typealias QuotedPrintableEncodingSource = TransformedSource<QuotedPrintableEncoder>

extension TransformedSource<QuotedPrintableEncoder> {
  /// - Parameters:
  ///   - source: the content.
  ///   - content: whether its line ends are line ends.
  package convenience init(_ source: any ByteSource, content: QuotedPrintableEncoder.Content) {
    self.init(source, QuotedPrintableEncoder(content))
  }
}

/// Encodes as quoted-printable that survives signing and every mail system: lines of at most 76 characters, no blank
/// at a line's end (so `-- ` and the soft breaks of format=flowed survive), no line that starts with `From `, a dot
/// or `--` (which could be a boundary), CRLF only.
///
/// Source: RFC 2045 §6.7, RFC 3156 §5, RFC 3676 §4.1
package struct QuotedPrintableEncoder: ByteTransform {
  /// What is encoded.
  package enum Content: Sendable {
    /// Lines: CRLF and LF both end one, and come out as CRLF; a bare CR is content.
    case text
    /// Octets: CR and LF are encoded like every control character.
    case binary
  }

  private let content: Content
  private var column = 0
  /// The current line is one hyphen so far.
  private var isLoneHyphen = false
  /// A blank whose place in the line is not known yet.
  private var blank: UInt8?
  /// A CR of text that may start a line end.
  private var hasCR = false
  /// How many octets of `From` at the start of a line are held back.
  private var heldFrom = 0

  private static let from = Array("From".utf8)
  /// A line's room before the `=` of a soft break.
  private static let lineRoom = 75

  package init(_ content: Content) {
    self.content = content
  }

  package mutating func feed(_ bytes: RawSpan, into output: inout [UInt8]) {
    for index in 0..<bytes.byteCount { take(bytes[index], into: &output) }
  }

  package mutating func finish(into output: inout [UInt8]) {
    releaseCR(into: &output)
    releaseFrom(into: &output)
    if let blank { appendEscaped(blank, into: &output) }
    self = QuotedPrintableEncoder(content)
  }

  private mutating func take(_ octet: UInt8, into output: inout [UInt8]) {
    if content == .text {
      if octet == ASCII.lineFeed {
        hasCR = false
        endLine(into: &output)
        return
      }
      releaseCR(into: &output)
      if octet == ASCII.carriageReturn {
        hasCR = true
        return
      }
    }
    if let held = blank {
      appendPlain(held, into: &output)
      blank = nil
    }
    if holdsFrom(octet, into: &output) { return }
    switch octet {
    case ASCII.space, ASCII.tab: blank = octet
    case UInt8(ascii: ".") where startsLine: appendEscaped(octet, into: &output)
    case ASCII.hyphen where isLoneHyphen: appendEscaped(octet, into: &output)
    case ASCII.equals: appendEscaped(octet, into: &output)
    case 0x21...0x7E: appendPlain(octet, into: &output)
    default: appendEscaped(octet, into: &output)
    }
  }

  /// Whether the next plain octet would be the first of a line.
  private var startsLine: Bool { column == 0 || column + 1 > Self.lineRoom }

  /// Holds back a `From` at the start of a line until the octet after it is known; true when `octet` was dealt with.
  private mutating func holdsFrom(_ octet: UInt8, into output: inout [UInt8]) -> Bool {
    if heldFrom == 0 {
      guard octet == Self.from[0], startsLine else { return false }
    } else if heldFrom == Self.from.count {
      guard octet == ASCII.space else {
        releaseFrom(into: &output)
        return false
      }
      appendEscaped(Self.from[0], into: &output)
      for letter in Self.from.dropFirst() { appendPlain(letter, into: &output) }
      heldFrom = 0
      blank = octet
      return true
    } else if octet != Self.from[heldFrom] {
      releaseFrom(into: &output)
      return false
    }
    heldFrom += 1
    return true
  }

  private mutating func releaseFrom(into output: inout [UInt8]) {
    for letter in Self.from.prefix(heldFrom) { appendPlain(letter, into: &output) }
    heldFrom = 0
  }

  private mutating func releaseCR(into output: inout [UInt8]) {
    guard hasCR else { return }
    hasCR = false
    releaseFrom(into: &output)
    if let held = blank {
      appendPlain(held, into: &output)
      blank = nil
    }
    appendEscaped(ASCII.carriageReturn, into: &output)
  }

  private mutating func endLine(into output: inout [UInt8]) {
    releaseFrom(into: &output)
    if let held = blank {
      appendEscaped(held, into: &output)
      blank = nil
    }
    output += [ASCII.carriageReturn, ASCII.lineFeed]
    (column, isLoneHyphen) = (0, false)
  }

  private mutating func appendPlain(_ octet: UInt8, into output: inout [UInt8]) {
    makeRoom(1, into: &output)
    output.append(octet)
    isLoneHyphen = column == 0 && octet == ASCII.hyphen
    column += 1
  }

  private mutating func appendEscaped(_ octet: UInt8, into output: inout [UInt8]) {
    makeRoom(3, into: &output)
    output.append(ASCII.equals)
    output.append(.hexDigit(octet >> 4))
    output.append(.hexDigit(octet & 0x0F))
    isLoneHyphen = false
    column += 3
  }

  private mutating func makeRoom(_ length: Int, into output: inout [UInt8]) {
    guard column + length > Self.lineRoom else { return }
    output += [ASCII.equals, ASCII.carriageReturn, ASCII.lineFeed]
    column = 0
  }
}
