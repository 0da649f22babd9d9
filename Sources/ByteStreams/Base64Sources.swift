/// A stream as base64, in lines that each end with CRLF.
package final class Base64EncodingSource: ByteSource {
  private var encoder: Base64LineEncoder
  private var pump: ChunkPump

  /// - Parameters:
  ///   - source: what is encoded.
  ///   - lineLength: characters of a full line: a multiple of 4, at most 76 in mail.
  ///   - chunkSize: how many bytes are taken from it at a time.
  package init(_ source: any ByteSource, lineLength: Int = 76, chunkSize: Int = 48 << 10) {
    encoder = Base64LineEncoder(lineLength: lineLength)
    pump = ChunkPump(source, chunkSize: chunkSize, capacity: encoder.bound(for: chunkSize + lineLength))
  }

  package func read(into buffer: inout MutableRawSpan) throws(StreamError) -> Int {
    try pump.read(into: &buffer) {
      encoder.encode($0, into: &$1)
    } finish: {
      encoder.finish(into: &$0)
    }
  }
}

/// The bytes behind a stream of base64, read as leniently as `Base64Decoder` does.
package final class Base64DecodingSource: ByteSource {
  /// The state of the decoder: after the end its findings are complete.
  package private(set) var decoder = Base64Decoder()
  private var pump: ChunkPump

  /// - Parameters:
  ///   - source: the text.
  ///   - chunkSize: how many bytes are taken from it at a time.
  package init(_ source: any ByteSource, chunkSize: Int = 64 << 10) {
    pump = ChunkPump(source, chunkSize: chunkSize, capacity: Base64Decoder.bound(for: chunkSize))
  }

  package func read(into buffer: inout MutableRawSpan) throws(StreamError) -> Int {
    try pump.read(into: &buffer) {
      decoder.decode($0, into: &$1)
    } finish: {
      decoder.finish(into: &$0)
    }
  }
}
