/// The bytes that a detached signature over a MIME part was made of: each LF without a CR before it gets one, nothing else changes.
///
/// A bare CR stays what it is, unlike in ``CRLFSource``: no reader of messages takes it for a line end, so whoever turned line
/// ends into bare CRs would change what the message says, and the signature must not hold any more.
///
/// Source: RFC 3156 §5
package final class SignedTextSource: ByteSource {
  private let source: any ByteSource
  private var chunk: [UInt8]
  private var position = 0
  private var end = 0
  /// A CR was passed on, and the LF that it was made for is still to come.
  private var owesLF = false
  /// The byte before `position`.
  private var previous: UInt8 = 0
  /// Where the next LF of the chunk is; its end when there is none.
  private var nextLF = 0

  /// - Parameters:
  ///   - source: the part as it was received.
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
      if position == nextLF, previous != UInt8(ascii: "\r") {
        buffer.set(UInt8(ascii: "\r"), at: filled)
        filled += 1
        owesLF = true
        pass(to: position + 1)
      } else {
        let start = position
        pass(to: endOfRun(before: min(end, position + buffer.byteCount - filled)))
        buffer.copy(chunk.rawSpan.extracting(start..<position), at: filled)
        filled += position - start
      }
    }
    return filled
  }

  private func refill() throws(StreamError) -> Bool {
    position = 0
    end = try source.read(into: &chunk)
    nextLF = find(from: 0)
    return end > 0
  }

  private func find(from start: Int) -> Int {
    chunk.rawSpan.firstIndex(of: UInt8(ascii: "\n"), in: start..<end) ?? end
  }

  /// Where the bytes from `position` on stop being as they should be: at a bare LF, at the latest at `limit`.
  private func endOfRun(before limit: Int) -> Int {
    while nextLF < limit {
      let before = nextLF > position ? chunk[nextLF - 1] : previous
      guard before == UInt8(ascii: "\r") else { return nextLF }
      nextLF = find(from: nextLF + 1)
    }
    return limit
  }

  /// Notes that the bytes up to `place` were taken.
  private func pass(to place: Int) {
    previous = chunk[place - 1]
    position = place
    if nextLF < place { nextLF = find(from: place) }
  }
}
