import ByteStreams

/// A source that gives `step` bytes at a time, to move every border between chunks.
final class SteppingSource: ByteSource {
  private let bytes: [UInt8]
  private let step: Int
  private var position = 0

  init(_ bytes: [UInt8], step: Int) {
    self.bytes = bytes
    self.step = step
  }

  func read(into buffer: inout MutableRawSpan) throws(StreamError) -> Int {
    let count = min(step, buffer.byteCount, bytes.count - position)
    let bytes = bytes
    buffer.copy(bytes.rawSpan.extracting(position..<position + count))
    position += count
    return count
  }
}

extension ByteSource {
  /// Everything, asked for `step` bytes at a time.
  func drain(step: Int = 1000) throws -> [UInt8] {
    var result: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: step)
    while true {
      let count = try read(into: &buffer)
      if count == 0 { return result }
      result += buffer[..<count]
    }
  }
}

extension [UInt8] {
  init(_ text: String) {
    self = Array(text.utf8)
  }
}
