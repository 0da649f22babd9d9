import ByteStreams
import MIME

/// Reads a message from its start, in pieces that are large enough to be quick and small enough to keep memory
/// flat and progress smooth.
struct ContentReader {
  /// How many octets were read.
  private(set) var offset = 0
  private let message: ByteStore
  private let label: String

  /// - Parameter label: what errors call the message.
  init(_ message: ByteStore, label: String) {
    self.message = message
    self.label = label
  }

  init(_ copy: Submission) { self.init(copy.message.bytes, label: copy.label) }

  /// The next piece; nil at the end.
  ///
  /// - Throws: `TransportError.reading`.
  mutating func next() throws(TransportError) -> [UInt8]? {
    guard offset < message.count else { return nil }
    do throws(StreamError) {
      let piece = try message.read(offset..<min(offset + 64 * 1024, message.count))
      offset += piece.count
      return piece
    } catch {
      throw .reading(error, label: label)
    }
  }
}
