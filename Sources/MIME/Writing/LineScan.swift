package import ByteStreams

#if canImport(Darwin)
  import Darwin
#else
  import Glibc
#endif

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
  package var hasBareCR: Bool { returnCount != pairCount }
  /// A line of more than 998 octets.
  package private(set) var hasLongLine = false
  /// A line that ends with a space or a tab.
  package private(set) var hasTrailingBlank = false
  /// A line that starts with `From `.
  package private(set) var hasFromLine = false

  /// How many CRs there were, and how many of them before an LF.
  private var returnCount = 0
  private var pairCount = 0
  private var lineLength = 0
  /// The last two octets of the current line, 0 where there are none.
  private var last: UInt8 = 0
  private var beforeLast: UInt8 = 0
  /// How many octets of `From ` the current line starts with; -1 when it starts otherwise.
  private var fromMatch = 0

  private static let from = Array("From ".utf8)

  /// A scan of nothing yet.
  init() {}

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

  mutating func feed(_ bytes: RawSpan) {
    count += bytes.byteCount
    if !hasNUL, bytes.firstIndex(of: 0) != nil { hasNUL = true }
    // Holds: every index that is read lies below the count of the buffer, which is not kept.
    unsafe bytes.withUnsafeBytes { buffer in
      unsafe countOctets(buffer)
      var position = 0
      while position < buffer.count {
        guard let base = buffer.baseAddress,
          let found = unsafe memchr(base + position, CInt(ASCII.lineFeed), buffer.count - position)
        else { break }
        let end = unsafe UnsafeRawPointer(found) - base
        unsafe takePart(buffer, position..<end)
        endLine()
        position = end + 1
      }
      unsafe takePart(buffer, position..<buffer.count)
    }
  }

  /// A hot loop: every octet of a large message passes here.
  private mutating func countOctets(_ buffer: UnsafeRawBufferPointer) {
    var (high, returns) = (0, 0)
    let words = buffer.count / 8
    for word in 0..<words {
      // Holds: eight octets from here are below the count.
      let octets = unsafe buffer.loadUnaligned(fromByteOffset: word * 8, as: UInt64.self)
      high &+= (octets & Self.highBits).nonzeroBitCount
      // An octet of `other` is 0 where there was a CR; adding 127 to the low seven bits sets the top bit of every other octet.
      let other = octets ^ Self.returns
      returns &+= (~(((other & ~Self.highBits) &+ ~Self.highBits) | other) & Self.highBits).nonzeroBitCount
    }
    for index in (words * 8)..<buffer.count {
      // Holds: the index is below the count.
      let octet = unsafe buffer[index]
      high &+= Int(octet >> 7)
      returns &+= octet == ASCII.carriageReturn ? 1 : 0
    }
    highCount += high
    returnCount += returns
  }

  private static let highBits: UInt64 = 0x8080_8080_8080_8080
  private static let returns: UInt64 = 0x0D0D_0D0D_0D0D_0D0D

  /// Takes octets of one line, without its LF; a hot loop calls it for every line.
  private mutating func takePart(_ buffer: UnsafeRawBufferPointer, _ part: Range<Int>) {
    guard !part.isEmpty else { return }
    // Holds: the range lies within the buffer and is not empty.
    if fromMatch >= 0, fromMatch < Self.from.count {
      for index in part {
        fromMatch = unsafe buffer[index] == Self.from[fromMatch] ? fromMatch + 1 : -1
        if fromMatch < 0 || fromMatch == Self.from.count { break }
      }
    }
    lineLength += part.count
    beforeLast = part.count > 1 ? unsafe buffer[part.upperBound - 2] : last
    last = unsafe buffer[part.upperBound - 1]
  }

  private mutating func endLine() {
    let hasCR = last == ASCII.carriageReturn
    if hasCR { pairCount += 1 } else { hasBareLF = true }
    judgeLine(length: hasCR ? lineLength - 1 : lineLength, end: hasCR ? beforeLast : last)
  }

  /// Judges what stands after the last LF.
  mutating func finish() { judgeLine(length: lineLength, end: last) }

  private mutating func judgeLine(length: Int, end: UInt8) {
    if length > FieldFolder.hardLimit { hasLongLine = true }
    if end.isBlank { hasTrailingBlank = true }
    if fromMatch == Self.from.count { hasFromLine = true }
    (lineLength, last, beforeLast, fromMatch) = (0, 0, 0, 0)
  }

  /// Whether no mail system on the way has a reason to touch the lines, but for bare LFs, which become CRLF.
  ///
  /// Source: RFC 5322 §2.1.1, RFC 2045 §2.7
  var isTransportable: Bool { highCount == 0 && !hasNUL && !hasBareCR && !hasLongLine }

  /// Whether the lines may be signed as they are, but for bare LFs, which become CRLF.
  ///
  /// Source: RFC 3156 §3, §5
  var isSignable: Bool { isTransportable && !hasTrailingBlank && !hasFromLine }
}
