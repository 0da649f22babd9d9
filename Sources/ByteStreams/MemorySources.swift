/// A stream of the bytes of an array.
package final class ArraySource: ByteSource {
  private let bytes: [UInt8]
  private var position = 0

  /// Streams the whole array.
  package init(_ bytes: [UInt8]) {
    self.bytes = bytes
  }

  package func read(into buffer: inout MutableRawSpan) throws(StreamError) -> Int {
    let count = min(buffer.byteCount, bytes.count - position)
    let bytes = bytes
    buffer.copy(bytes.rawSpan.extracting(position..<position + count))
    position += count
    return count
  }
}

/// Several streams, one after the other.
package final class ConcatenatedSource: ByteSource {
  private var remaining: ArraySlice<any ByteSource>

  /// Streams `sources` in their order; each is let go at its end.
  package init(_ sources: [any ByteSource]) {
    remaining = sources[...]
  }

  package func read(into buffer: inout MutableRawSpan) throws(StreamError) -> Int {
    if buffer.isEmpty { return 0 }
    while let source = remaining.first {
      let count = try source.read(into: &buffer)
      if count > 0 { return count }
      remaining.removeFirst()
    }
    return 0
  }
}
