package import ByteStreams

/// What a scan over the lines of a stream found: all that decides whether they may go out, and how.
///
/// Source: RFC 5322 §2.1.1, RFC 3156 §5
package struct LineScan: Equatable, Sendable {
  /// How many octets there were.
  package private(set) var count = 0
  /// How many octets above 127.
  package private(set) var highCount = 0
  /// A NUL.
  package private(set) var hasNUL = false
  /// An LF without CR before it.
  package private(set) var hasBareLF = false
  /// A CR without LF after it.
  package private(set) var hasBareCR = false
  /// A line of more than 998 octets.
  package private(set) var hasLongLine = false
  /// A line that ends with a space or a tab.
  package private(set) var hasTrailingBlank = false
  /// A line that starts with `From `.
  package private(set) var hasFromLine = false

  private var lineLength = 0
  /// The last two octets of the current line, 0 where there are none.
  private var last: UInt8 = 0
  private var beforeLast: UInt8 = 0
  /// How many octets of `From ` the current line starts with; -1 when it starts otherwise.
  private var fromMatch = 0

  private static let from = Array("From ".utf8)

  /// Scans a whole stream.
  package init(_ source: any ByteSource) throws(StreamError) {
    var chunk = [UInt8](repeating: 0, count: 64 << 10)
    while true {
      let count = try source.read(into: &chunk)
      if count == 0 { break }
      feed(chunk.rawSpan.extracting(0..<count))
    }
    finish()
  }

  /// Scans bytes in memory.
  init(_ bytes: [UInt8]) {
    feed(bytes.rawSpan)
    finish()
  }

  private mutating func feed(_ bytes: RawSpan) {
    count += bytes.byteCount
    highCount += Self.highOctets(bytes)
    if !hasNUL, bytes.firstIndex(of: 0) != nil { hasNUL = true }
    var position = 0
    while let end = bytes.firstIndex(of: ASCII.lineFeed, from: position) {
      takePart(bytes.extracting(position..<end))
      endLine()
      position = end + 1
    }
    takePart(bytes.extracting(position..<bytes.byteCount))
  }

  /// Takes octets of one line, without its LF.
  private mutating func takePart(_ part: RawSpan) {
    guard part.byteCount > 0 else { return }
    if last == ASCII.carriageReturn { hasBareCR = true }
    if !hasBareCR, let index = part.firstIndex(of: ASCII.carriageReturn), index < part.byteCount - 1 {
      hasBareCR = true
    }
    var index = 0
    while fromMatch >= 0, fromMatch < Self.from.count, index < part.byteCount {
      fromMatch = part[index] == Self.from[fromMatch] ? fromMatch + 1 : -1
      index += 1
    }
    lineLength += part.byteCount
    beforeLast = part.byteCount > 1 ? part[part.byteCount - 2] : last
    last = part[part.byteCount - 1]
  }

  private mutating func endLine() {
    let hasCR = last == ASCII.carriageReturn
    if !hasCR { hasBareLF = true }
    judgeLine(length: hasCR ? lineLength - 1 : lineLength, end: hasCR ? beforeLast : last)
  }

  /// Judges what stands after the last LF.
  private mutating func finish() {
    if last == ASCII.carriageReturn { hasBareCR = true }
    judgeLine(length: lineLength, end: last)
  }

  private mutating func judgeLine(length: Int, end: UInt8) {
    if length > FieldFolder.hardLimit { hasLongLine = true }
    if end.isBlank { hasTrailingBlank = true }
    if fromMatch == Self.from.count { hasFromLine = true }
    (lineLength, last, beforeLast, fromMatch) = (0, 0, 0, 0)
  }

  /// A hot loop: every octet of a large message passes here.
  private static func highOctets(_ bytes: RawSpan) -> Int {
    // Holds: the pointer is used only within the closure, for its own count of octets.
    unsafe bytes.withUnsafeBytes { buffer in
      var high = 0
      for index in 0..<buffer.count { high &+= Int(unsafe buffer[index] >> 7) }
      return high
    }
  }

  /// Whether the lines may be signed as they are, but for bare LFs, which become CRLF.
  ///
  /// Source: RFC 3156 §3, §5
  var isSignable: Bool {
    highCount == 0 && !hasNUL && !hasBareCR && !hasLongLine && !hasTrailingBlank && !hasFromLine
  }
}
