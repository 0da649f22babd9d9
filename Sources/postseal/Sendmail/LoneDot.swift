/// Looks for the line with nothing but a dot that ends a message on a sendmail's standard input.
///
/// A value that is fed with pieces of any size, then finished.
struct LoneDot {
  private enum Place {
    case lineStart
    case afterDot
    case afterCR
    case elsewhere
  }

  private var place = Place.lineStart
  private var offset = 0
  private var lineStart = 0

  /// Takes the next piece; gives the length of the text before that line once its end was seen.
  mutating func feed(_ bytes: ArraySlice<UInt8>) -> Int? {
    var index = bytes.startIndex
    while index < bytes.endIndex {
      switch (place, bytes[index]) {
      case (.lineStart, 0x2E): place = .afterDot
      case (.afterDot, 0x0D): place = .afterCR
      case (.afterDot, 0x0A), (.afterCR, 0x0A): return lineStart
      case (_, 0x0A):
        place = .lineStart
        lineStart = offset + index - bytes.startIndex + 1
      case (.elsewhere, _):
        // Nothing in a line matters but its end.
        index = bytes[index...].firstIndex(of: 0x0A) ?? bytes.endIndex
        continue
      default: place = .elsewhere
      }
      index += 1
    }
    offset += bytes.count
    return nil
  }

  /// The length of the text, after which nothing comes: a dot in a last line without end is that line, too.
  func finish() -> Int {
    switch place {
    case .afterDot, .afterCR: lineStart
    case .lineStart, .elsewhere: offset
    }
  }
}
