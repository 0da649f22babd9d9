package import ByteStreams

/// The bytes behind a stream of quoted-printable.
package typealias QuotedPrintableDecodingSource = TransformedSource<QuotedPrintableDecoder>

extension TransformedSource<QuotedPrintableDecoder> {
  /// - Parameter source: the encoded text; its line ends stay what they are.
  package convenience init(_ source: any ByteSource) {
    self.init(source, QuotedPrintableDecoder())
  }
}

/// Decodes quoted-printable as mail brings it: blanks at line ends go, also after a soft break's `=`; hex digits of
/// either case count; an `=` that means nothing stays as it is, and so do octets above 127.
///
/// Source: RFC 2045 §6.7
package struct QuotedPrintableDecoder: ByteTransform {
  /// Blanks that will go if the line ends here.
  private var blanks: [UInt8] = []
  /// What stands between an `=` and the current octet, and decides what it means.
  private var escape: Escape?
  /// A CR in text was taken and may start a line end.
  private var hasCR = false

  private enum Escape {
    case equals
    case digit(UInt8)
    case blanks([UInt8])
    case carriageReturn([UInt8])
  }

  /// Blanks beyond this are content: RFC 5322 has no longer lines, and what is held back has a bound.
  private static let blankLimit = 998

  package init() {}

  package mutating func feed(_ bytes: RawSpan, into output: inout [UInt8]) {
    var position = 0
    while position < bytes.byteCount {
      if escape == nil, !hasCR {
        let end = Self.endOfPlain(bytes, from: position)
        takePlain(bytes.extracting(position..<end), into: &output)
        position = end
        guard position < bytes.byteCount else { return }
      }
      take(bytes[position], into: &output)
      position += 1
    }
  }

  package mutating func finish(into output: inout [UInt8]) {
    // A soft break that nothing follows, and blanks at the end, mean nothing.
    if case .digit(let digit) = escape { output += [ASCII.equals, digit] }
    if hasCR { output += blanks + [ASCII.carriageReturn] }
    self = QuotedPrintableDecoder()
  }

  private static func endOfPlain(_ bytes: RawSpan, from start: Int) -> Int {
    var position = start
    while position < bytes.byteCount {
      let octet = bytes[position]
      if octet == ASCII.equals || octet == ASCII.lineFeed || octet == ASCII.carriageReturn { break }
      position += 1
    }
    return position
  }

  /// Takes octets that stand for themselves, and holds back the blanks at their end.
  private mutating func takePlain(_ plain: RawSpan, into output: inout [UInt8]) {
    var end = plain.byteCount
    while end > 0, plain[end - 1].isBlank { end -= 1 }
    if end > 0 {
      output += blanks
      blanks.removeAll(keepingCapacity: true)
      output.append(plain.extracting(0..<end))
    }
    for index in end..<plain.byteCount { hold(plain[index], into: &output) }
  }

  private mutating func hold(_ blank: UInt8, into output: inout [UInt8]) {
    blanks.append(blank)
    guard blanks.count > Self.blankLimit else { return }
    output += blanks
    blanks.removeAll(keepingCapacity: true)
  }

  /// Takes one octet that has a meaning, or that comes after one.
  private mutating func take(_ octet: UInt8, into output: inout [UInt8]) {
    if let current = escape {
      takeEscaped(octet, after: current, into: &output)
      return
    }
    if hasCR {
      hasCR = false
      if octet == ASCII.lineFeed {
        blanks.removeAll(keepingCapacity: true)
        output += [ASCII.carriageReturn, ASCII.lineFeed]
        return
      }
      output += blanks + [ASCII.carriageReturn]
      blanks.removeAll(keepingCapacity: true)
    }
    switch octet {
    case ASCII.carriageReturn: hasCR = true
    case ASCII.lineFeed:
      blanks.removeAll(keepingCapacity: true)
      output.append(octet)
    case ASCII.equals:
      output += blanks
      blanks.removeAll(keepingCapacity: true)
      escape = .equals
    case _ where octet.isBlank: hold(octet, into: &output)
    default:
      output += blanks
      blanks.removeAll(keepingCapacity: true)
      output.append(octet)
    }
  }

  private mutating func takeEscaped(_ octet: UInt8, after current: Escape, into output: inout [UInt8]) {
    escape = nil
    switch (current, octet) {
    case (.equals, _) where octet.hexValue != nil: escape = .digit(octet)
    case (.digit(let digit), _):
      if let high = digit.hexValue, let low = octet.hexValue {
        output.append(high << 4 | low)
      } else {
        output += [ASCII.equals, digit]
        take(octet, into: &output)
      }
    case (_, ASCII.lineFeed): break
    case (.equals, ASCII.carriageReturn): escape = .carriageReturn([])
    case (.blanks(let held), ASCII.carriageReturn): escape = .carriageReturn(held)
    case (.equals, _) where octet.isBlank: escape = .blanks([octet])
    case (.blanks(let held), _) where octet.isBlank && held.count < Self.blankLimit: escape = .blanks(held + [octet])
    case (.equals, _):
      output.append(ASCII.equals)
      take(octet, into: &output)
    case (.blanks(let held), _):
      output += [ASCII.equals] + held
      take(octet, into: &output)
    case (.carriageReturn(let held), _):
      output += [ASCII.equals] + held + [ASCII.carriageReturn]
      take(octet, into: &output)
    }
  }
}
