/// Takes a source chunk by chunk, and gives what a coder makes of each: the frame of a source that codes another.
struct ChunkPump {
  private let source: any ByteSource
  private var chunk: [UInt8]
  private var ready: ReadyBytes
  private var isAtEnd = false

  /// - Parameters:
  ///   - source: what is coded.
  ///   - chunkSize: how many bytes are taken from it at a time.
  ///   - capacity: the most bytes that a chunk, or the end, can become.
  init(_ source: any ByteSource, chunkSize: Int, capacity: Int) {
    self.source = source
    chunk = [UInt8](repeating: 0, count: max(1, chunkSize))
    ready = ReadyBytes(capacity: capacity)
  }

  /// Fills `buffer` as `ByteSource.read` does.
  ///
  /// - Parameters:
  ///   - code: puts what a chunk becomes at the start of a span of the capacity, and returns how many bytes that are.
  ///   - finish: the same for what is left at the end.
  mutating func read(
    into buffer: inout MutableRawSpan,
    _ code: (RawSpan, inout MutableRawSpan) -> Int, finish: (inout MutableRawSpan) -> Int
  ) throws(StreamError) -> Int {
    if buffer.isEmpty { return 0 }
    while ready.isEmpty {
      if isAtEnd { return 0 }
      let count = try source.read(into: &chunk)
      isAtEnd = count == 0
      if isAtEnd {
        ready.remake(finish)
      } else {
        let bytes = chunk
        ready.remake { output in code(bytes.rawSpan.extracting(0..<count), &output) }
      }
    }
    return ready.take(into: &buffer)
  }
}
