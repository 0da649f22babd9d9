import ByteStreams
import MIME

/// Takes plaintext while gpg still writes it: parses it as it comes, holds it up to a bound and releases nothing.
///
/// Past `holdLimit` the bytes held are dropped and only the structure is kept; past `expansionLimit` gpg is stopped.
final class PlaintextCollector: ByteSink {
  private var parser: MessageParser
  private let holdLimit: Int
  private let expansionLimit: Int
  private var held: [UInt8]? = []
  /// How many bytes came.
  private(set) var count = 0
  /// The parser's complaint, which the stream's error type cannot carry.
  private(set) var parseError: MIMEError?
  private(set) var brokeExpansionLimit = false

  init(limits: MIMELimits, holdLimit: Int, expansionLimit: Int) {
    parser = MessageParser(limits: limits)
    self.holdLimit = holdLimit
    self.expansionLimit = expansionLimit
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
    guard count <= holdLimit else {
      held = nil
      return
    }
    held?.append(bytes)
  }

  func finish() throws(StreamError) {}

  /// The structure of all that came; to be asked once, after the last byte.
  func structure() throws(MIMEError) -> MessageStructure { try parser.finish() }

  /// The plaintext when it fitted the bound; nil when it has to be decrypted again to be released.
  func heldBytes() -> [UInt8]? { held }
}
