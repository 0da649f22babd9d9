/// Bytes in memory that grow without ever being moved: an array that grows holds them twice for a moment.
struct SegmentedBytes: Sendable {
  private(set) var count = 0
  /// All full except the last.
  private(set) var segments: [[UInt8]] = []

  private static let segmentSize = 256 << 10

  /// Appends the bytes of a span.
  mutating func append(_ bytes: RawSpan) {
    var position = 0
    while position < bytes.byteCount {
      if segments.isEmpty || segments[segments.count - 1].count == SegmentedBytes.segmentSize { segments.append([]) }
      let last = segments.count - 1
      let end = min(position + SegmentedBytes.segmentSize - segments[last].count, bytes.byteCount)
      segments[last].append(bytes.extracting(position..<end))
      position = end
    }
    count += bytes.byteCount
  }

  /// Fills all of `buffer` with the bytes from `offset` on, which must be there.
  func read(at offset: Int, into buffer: inout MutableRawSpan) {
    var done = 0
    while done < buffer.byteCount {
      let (index, start) = (offset + done).quotientAndRemainder(dividingBy: SegmentedBytes.segmentSize)
      let segment = segments[index]
      let end = min(start + buffer.byteCount - done, segment.count)
      buffer.copy(segment.rawSpan.extracting(start..<end), at: done)
      done += end - start
    }
  }
}
