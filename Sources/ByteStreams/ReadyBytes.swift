/// Bytes that a source has made ahead of being asked for them.
package struct ReadyBytes {
  private var bytes: [UInt8]
  private var position = 0
  private var end = 0

  /// - Parameter capacity: the most bytes that are made at a time.
  package init(capacity: Int) {
    bytes = [UInt8](repeating: 0, count: capacity)
  }

  /// Whether new ones have to be made.
  package var isEmpty: Bool { position == end }

  /// Moves as many as fit into `buffer` and returns how many.
  package mutating func take(into buffer: inout MutableRawSpan) -> Int {
    let count = min(buffer.byteCount, end - position)
    buffer.copy(bytes.rawSpan.extracting(position..<position + count))
    position += count
    return count
  }

  /// Makes new ones, in place of the old: `make` fills a span of the capacity from its start and returns how many it made.
  package mutating func remake<Failure: Error>(_ make: (inout MutableRawSpan) throws(Failure) -> Int) throws(Failure) {
    position = 0
    end = 0
    end = try bytes.withMutableRawSpan(make)
  }
}
