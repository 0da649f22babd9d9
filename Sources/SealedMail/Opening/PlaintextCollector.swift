import ByteStreams
import MIME

/// Takes plaintext while gpg still writes it: parses it as it comes, holds it up to a bound and releases nothing.
///
/// Past the bound what is held goes to the scratch folder, or without one is dropped, so that only the structure is kept; past
/// `expansionLimit` gpg is stopped.
final class PlaintextCollector: ByteSink {
  private var parser: MessageParser
  private let options: OpenOptions
  private let expansionLimit: Int
  private var held: Spool?
  /// How many bytes came.
  private(set) var count = 0
  /// The parser's complaint, which the stream's error type cannot carry.
  private(set) var parseError: MIMEError?
  private(set) var brokeExpansionLimit = false

  /// - Parameters:
  ///   - depth: how many levels of the message are around the plaintext.
  ///   - header: the header of an entity that the plaintext is the body of; empty when the plaintext is an entity.
  init(_ options: OpenOptions, depth: Int, expansionLimit: Int, header: [UInt8] = []) throws {
    parser = MessageParser(limits: options.limits.below(depth: depth))
    self.options = options
    self.expansionLimit = expansionLimit
    held = Spool(memoryLimit: options.scratch == nil ? .max : options.holdLimit, directory: options.scratch)
    try parser.feed(header.rawSpan)
    try held?.write(header.rawSpan)
  }

  func write(_ bytes: RawSpan) throws(StreamError) {
    count += bytes.byteCount
    guard count <= expansionLimit else {
      brokeExpansionLimit = true
      throw .limitExceeded(limit: expansionLimit, what: "plaintext")
    }
    do throws(MIMEError) { try parser.feed(bytes) } catch {
      parseError = error
      throw .cancelled
    }
    if options.scratch == nil, count > options.holdLimit { held = nil }
    try held?.write(bytes)
  }

  func finish() throws(StreamError) {}

  /// The structure of all that came; to be asked once, after the last byte.
  func structure() throws(MIMEError) -> MessageStructure { try parser.finish() }

  /// The plaintext; nil when it was dropped and has to be decrypted again to be released.
  func plaintext() throws(StreamError) -> ByteStore? { try held?.store() }
}
