package import ByteStreams

/// A change made to a stream of bytes, fed in pieces of any size; how it is cut makes no difference to what comes out.
package protocol ByteTransform {
  /// Appends what `bytes` become to `output`; may hold some back.
  mutating func feed(_ bytes: RawSpan, into output: inout [UInt8])

  /// Appends what was held back; nothing is fed afterwards.
  mutating func finish(into output: inout [UInt8])
}

/// A stream behind a transform.
package final class TransformedSource<Transform: ByteTransform>: ByteSource {
  /// The transform; what it counts is complete at the end of the stream.
  package private(set) var transform: Transform
  private let source: any ByteSource
  private var chunk: [UInt8]
  private var ready: [UInt8] = []
  private var position = 0
  private var isAtEnd = false

  /// - Parameters:
  ///   - source: what is transformed.
  ///   - transform: a fresh one.
  ///   - chunkSize: how many bytes are taken from the source at a time.
  package init(_ source: any ByteSource, _ transform: Transform, chunkSize: Int = 32 << 10) {
    self.source = source
    self.transform = transform
    chunk = [UInt8](repeating: 0, count: max(1, chunkSize))
  }

  package func read(into buffer: inout MutableRawSpan) throws(StreamError) -> Int {
    if buffer.isEmpty { return 0 }
    while position == ready.count {
      if isAtEnd { return 0 }
      ready.removeAll(keepingCapacity: true)
      position = 0
      let count = try source.read(into: &chunk)
      if count == 0 {
        isAtEnd = true
        transform.finish(into: &ready)
      } else {
        transform.feed(chunk.rawSpan.extracting(0..<count), into: &ready)
      }
    }
    let count = min(buffer.byteCount, ready.count - position)
    buffer.copy(ready.rawSpan.extracting(position..<position + count))
    position += count
    return count
  }
}
