package import ByteStreams

/// A source that gives `step` bytes at a time, to move every border between chunks.
package final class SteppingSource: ByteSource {
  private let bytes: [UInt8]
  private let step: Int
  private var position = 0

  package init(_ bytes: [UInt8], step: Int) {
    self.bytes = bytes
    self.step = step
  }

  package func read(into buffer: inout MutableRawSpan) throws(StreamError) -> Int {
    let count = min(step, buffer.byteCount, bytes.count - position)
    let bytes = bytes
    buffer.copy(bytes.rawSpan.extracting(position..<position + count))
    position += count
    return count
  }
}
