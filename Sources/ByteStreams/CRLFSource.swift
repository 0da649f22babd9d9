/// A stream whose line ends are all CRLF: a bare LF and a bare CR each become CRLF, and CRLF stays.
///
/// Source: RFC 3156 §5 (canonical line ends), RFC 5322 §2.3 (CR and LF only together)
package final class CRLFSource: ByteSource {
  private let source: any ByteSource
  private var chunk: [UInt8]
  private var position = 0
  private var end = 0
  /// A CR was passed on and its LF is still to come, for want of room.
  private var owesLF = false
  /// A CR was the last byte taken, so an LF that follows belongs to it.
  private var tookCR = false
  /// Where the next CR and the next LF of the chunk are (its end when there is none), so that each is searched for once.
  private var nextCR = 0
  private var nextLF = 0

  /// - Parameters:
  ///   - source: what is streamed.
  ///   - chunkSize: how many bytes are taken from it at a time.
  package init(_ source: any ByteSource, chunkSize: Int = 64 << 10) {
    self.source = source
    chunk = [UInt8](repeating: 0, count: max(1, chunkSize))
  }

  package func read(into buffer: inout MutableRawSpan) throws(StreamError) -> Int {
    var filled = 0
    while filled < buffer.byteCount {
      if owesLF {
        buffer.set(UInt8(ascii: "\n"), at: filled)
        filled += 1
        owesLF = false
        continue
      }
      if position == end {
        // What is there goes out before the source, which may be slow, is asked again.
        if filled > 0 { break }
        guard try refill() else { break }
      }
      takeLineEnd(into: &buffer, &filled)
      copyRun(into: &buffer, &filled)
    }
    return filled
  }

  private func refill() throws(StreamError) -> Bool {
    position = 0
    end = try source.read(into: &chunk)
    nextCR = find(UInt8(ascii: "\r"), from: 0)
    nextLF = find(UInt8(ascii: "\n"), from: 0)
    return end > 0
  }

  private func find(_ byte: UInt8, from start: Int) -> Int {
    chunk.rawSpan.firstIndex(of: byte, in: start..<end) ?? end
  }

  /// Takes a line end at the current position and writes CR, and says that LF is owed.
  private func takeLineEnd(into buffer: inout MutableRawSpan, _ filled: inout Int) {
    guard position < end, position == nextCR || position == nextLF else { return }
    let isLF = position == nextLF
    position += 1
    if isLF {
      nextLF = find(UInt8(ascii: "\n"), from: position)
    } else {
      nextCR = find(UInt8(ascii: "\r"), from: position)
    }
    defer { tookCR = !isLF }
    if isLF && tookCR { return }
    buffer.set(UInt8(ascii: "\r"), at: filled)
    filled += 1
    owesLF = true
  }

  /// Copies bytes that stay as they are, CRLF included, up to the next bare CR or LF.
  private func copyRun(into buffer: inout MutableRawSpan, _ filled: inout Int) {
    guard !owesLF, filled < buffer.byteCount else { return }
    let start = position
    let limit = min(end, start + buffer.byteCount - filled)
    while true {
      position = min(nextCR, nextLF, limit)
      guard position == nextCR, nextLF == position + 1, position + 2 <= limit else { break }
      position += 2
      nextCR = find(UInt8(ascii: "\r"), from: position)
      nextLF = find(UInt8(ascii: "\n"), from: position)
    }
    guard position > start else { return }
    tookCR = false
    buffer.copy(chunk.rawSpan.extracting(start..<position), at: filled)
    filled += position - start
  }
}
