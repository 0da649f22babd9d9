/// Reads a source in chunks, and gives them byte by byte, line by line or as they are.
package struct ChunkReader {
  private let source: any ByteSource
  private var chunk: [UInt8]
  private var position = 0
  private var end = 0
  /// How many bytes were taken.
  package private(set) var consumed = 0

  /// - Parameters:
  ///   - source: what is read.
  ///   - chunkSize: how many bytes are taken from it at a time.
  package init(_ source: any ByteSource, chunkSize: Int = 64 << 10) {
    self.source = source
    chunk = [UInt8](repeating: 0, count: max(1, chunkSize))
  }

  /// How many bytes are here already.
  package var available: Int { end - position }

  /// Makes sure that a byte is here; false at the end of the source.
  package mutating func fill() throws(StreamError) -> Bool {
    if position < end { return true }
    (position, end) = (0, 0)
    end = try source.read(into: &chunk)
    return end > 0
  }

  /// The next byte, which stays; nil at the end of the source.
  package mutating func peek() throws(StreamError) -> UInt8? {
    try fill() ? chunk[position] : nil
  }

  /// Takes the next byte; nil at the end of the source.
  package mutating func next() throws(StreamError) -> UInt8? {
    guard try fill() else { return nil }
    defer { skip(1) }
    return chunk[position]
  }

  /// Gives `body` the bytes that are here; they stay until `skip`.
  package func withAvailable<Result, Failure: Error>(
    _ body: (RawSpan) throws(Failure) -> Result
  ) throws(Failure) -> Result {
    let chunk = chunk
    return try body(chunk.rawSpan.extracting(position..<end))
  }

  /// Takes `count` of the bytes that are here.
  package mutating func skip(_ count: Int) {
    precondition(count >= 0 && count <= available)
    position += count
    consumed += count
  }

  /// Takes bytes for as long as `isSkipped` says so; false at the end of the source.
  package mutating func skip(while isSkipped: (UInt8) -> Bool) throws(StreamError) -> Bool {
    while try fill() {
      let count = chunk[position..<end].firstIndex { !isSkipped($0) }.map { $0 - position } ?? available
      skip(count)
      if available > 0 { return true }
    }
    return false
  }

  /// Makes bytes that were taken the next ones again.
  package mutating func putBack(_ bytes: [UInt8]) {
    chunk.replaceSubrange(0..<position, with: bytes)
    end += bytes.count - position
    position = 0
    consumed -= bytes.count
  }

  /// Takes a line with its LF (the last one may have none), of which `limit` bytes are kept; nil at the end of the source.
  package mutating func line(limit: Int) throws(StreamError) -> Line? {
    guard try fill() else { return nil }
    var line = Line()
    while try fill() {
      let count = withAvailable { bytes in
        let count = bytes.firstIndex(of: UInt8(ascii: "\n")).map { $0 + 1 } ?? bytes.byteCount
        line.bytes.append(bytes.extracting(0..<min(count, limit - line.bytes.count)))
        line.isEnded = bytes[count - 1] == UInt8(ascii: "\n")
        return count
      }
      line.count += count
      skip(count)
      if line.isEnded { break }
    }
    return line
  }

  /// A line as it was read.
  package struct Line: Sendable {
    /// Its bytes with the LF, as many as the limit allowed.
    package fileprivate(set) var bytes: [UInt8] = []
    /// How many bytes it has, with those that the limit cut off.
    package fileprivate(set) var count = 0
    /// Whether it ends with LF; the last one of a source may not.
    package fileprivate(set) var isEnded = false

    /// Whether the limit cut something off.
    package var isCut: Bool { count > bytes.count }
  }
}
