import ByteStreams

/// A range of a longer stream, which is read and dropped up to the range's start.
final class RangeSource: ByteSource {
  private let stream: any ByteSource
  private var toSkip: Int
  private var left: Int

  /// - Parameter position: where in the whole the stream stands; not past the start of `range`.
  init(_ stream: any ByteSource, from position: Int, range: Range<Int>) {
    precondition(position <= range.lowerBound)
    self.stream = stream
    toSkip = range.lowerBound - position
    left = range.count
  }

  func read(into buffer: inout MutableRawSpan) throws(StreamError) -> Int {
    while toSkip > 0 {
      var window = buffer._mutatingExtracting(0..<min(toSkip, buffer.byteCount))
      let count = try stream.read(into: &window)
      guard count > 0 else { throw .malformed("the message became shorter since it was checked") }
      toSkip -= count
    }
    guard left > 0 else { return 0 }
    var window = buffer._mutatingExtracting(0..<min(left, buffer.byteCount))
    let count = try stream.read(into: &window)
    guard count > 0 else { throw .malformed("the message became shorter since it was checked") }
    left -= count
    return count
  }

  /// Reads what is left of the range and drops it.
  func skipToEnd() throws(StreamError) {
    _ = try copy(to: NullSink())
  }
}
