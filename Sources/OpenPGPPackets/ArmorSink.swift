package import ByteStreams

/// Puts what is written into ASCII armor: BEGIN line, empty line, base64 in lines of 64, checksum, END line, all with CRLF.
///
/// No armor headers are written. The BEGIN line comes with the first byte that is passed on.
///
/// Source: RFC 9580 §6.2
package final class ArmorSink: ByteSink {
  private let kind: ArmorKind
  private let target: any ByteSink
  private var encoder = Base64LineEncoder(lineLength: 64)
  private var checksum = CRC24()
  /// Armor that was not passed on yet; always with room for one more slice.
  private var output: [UInt8]
  private var filled = 0

  /// Bytes encoded at a time: their armor, about 64 KiB, stays in the cache.
  private static let slice = 48 << 10

  /// - Parameters:
  ///   - kind: what the block says it holds; the bytes are not looked at.
  ///   - target: where the armor goes; it is not finished, since more may follow the armor.
  package init(_ kind: ArmorKind, into target: any ByteSink) {
    self.kind = kind
    self.target = target
    output = [UInt8](repeating: 0, count: 2 * encoder.bound(for: ArmorSink.slice + 64))
    add(kind.beginLine + "\r\n\r\n")
  }

  package func write(_ bytes: RawSpan) throws(StreamError) {
    checksum.update(bytes)
    var position = 0
    while position < bytes.byteCount {
      let end = min(position + ArmorSink.slice, bytes.byteCount)
      try passOn(keepingRoomFor: encoder.bound(for: end - position))
      filled += output.withMutableRawSpan { output in
        var room = output._mutatingExtracting(filled..<output.byteCount)
        return encoder.encode(bytes.extracting(position..<end), into: &room)
      }
      position = end
    }
  }

  package func finish() throws(StreamError) {
    try passOn(keepingRoomFor: output.count)
    filled += output.withMutableRawSpan { encoder.finish(into: &$0) }
    add("=")
    add(checksum.armored)
    add("\r\n" + kind.endLine + "\r\n")
    try passOn(keepingRoomFor: output.count)
  }

  /// Passes on everything unless there is room for `count` more bytes.
  private func passOn(keepingRoomFor count: Int) throws(StreamError) {
    guard output.count - filled < count, filled > 0 else { return }
    try target.write(output, 0..<filled)
    filled = 0
  }

  private func add(_ text: String) {
    add(Array(text.utf8))
  }

  private func add(_ bytes: [UInt8]) {
    output.withMutableRawSpan { $0.copy(bytes.rawSpan, at: filled) }
    filled += bytes.count
  }
}
