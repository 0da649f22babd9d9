/// A stream as base64, in lines that each end with CRLF.
package final class Base64EncodingSource: ByteSource {
  private let source: any ByteSource
  private var encoder: Base64LineEncoder
  private var chunk: [UInt8]
  private var ready: ReadyBytes
  private var isAtEnd = false

  /// - Parameters:
  ///   - source: what is encoded.
  ///   - lineLength: characters of a full line: a multiple of 4, at most 76 in mail.
  ///   - chunkSize: how many bytes are taken from it at a time.
  package init(_ source: any ByteSource, lineLength: Int = 76, chunkSize: Int = 48 << 10) {
    self.source = source
    encoder = Base64LineEncoder(lineLength: lineLength)
    chunk = [UInt8](repeating: 0, count: chunkSize)
    ready = ReadyBytes(capacity: encoder.bound(for: chunkSize + lineLength))
  }

  package func read(into buffer: inout MutableRawSpan) throws(StreamError) -> Int {
    if buffer.isEmpty { return 0 }
    while ready.isEmpty {
      if isAtEnd { return 0 }
      let count = try source.read(into: &chunk)
      isAtEnd = count == 0
      ready.remake { output in
        if isAtEnd { return encoder.finish(into: &output) }
        let bytes = chunk
        return encoder.encode(bytes.rawSpan.extracting(0..<count), into: &output)
      }
    }
    return ready.take(into: &buffer)
  }
}

/// The bytes behind a stream of base64, read as leniently as `Base64Decoder` does.
package final class Base64DecodingSource: ByteSource {
  /// The state of the decoder: after the end its findings are complete.
  package private(set) var decoder = Base64Decoder()
  private let source: any ByteSource
  private var chunk: [UInt8]
  private var ready: ReadyBytes
  private var isAtEnd = false

  /// - Parameters:
  ///   - source: the text.
  ///   - chunkSize: how many bytes are taken from it at a time.
  package init(_ source: any ByteSource, chunkSize: Int = 64 << 10) {
    self.source = source
    chunk = [UInt8](repeating: 0, count: chunkSize)
    ready = ReadyBytes(capacity: Base64Decoder.bound(for: chunkSize))
  }

  package func read(into buffer: inout MutableRawSpan) throws(StreamError) -> Int {
    if buffer.isEmpty { return 0 }
    while ready.isEmpty {
      if isAtEnd { return 0 }
      let count = try source.read(into: &chunk)
      isAtEnd = count == 0
      ready.remake { output in
        if isAtEnd { return decoder.finish(into: &output) }
        let text = chunk
        return decoder.decode(text.rawSpan.extracting(0..<count), into: &output)
      }
    }
    return ready.take(into: &buffer)
  }
}
