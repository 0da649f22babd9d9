import ByteStreams

/// Takes the plaintext of a file while gpg still writes it, and releases nothing.
///
/// It goes into the output, where nobody sees that before it is finished; without such an output it is held up to a bound, and past
/// that dropped, to be decrypted again. Past `expansionLimit` gpg is stopped.
final class FileCollector: ByteSink {
  private let staged: OutputFile?
  private let holdLimit: Int
  private let expansionLimit: Int
  private var held: Spool?
  /// How many bytes came.
  private(set) var count = 0
  private(set) var brokeExpansionLimit = false

  /// - Parameter staged: an output that is atomic; nil to hold.
  init(into staged: OutputFile?, holdLimit: Int, expansionLimit: Int) {
    self.staged = staged
    self.holdLimit = holdLimit
    self.expansionLimit = expansionLimit
    held = staged == nil ? Spool(memoryLimit: .max) : nil
  }

  func write(_ bytes: RawSpan) throws(StreamError) {
    count += bytes.byteCount
    guard count <= expansionLimit else {
      brokeExpansionLimit = true
      throw .limitExceeded(limit: expansionLimit, what: "plaintext")
    }
    if let staged { return try staged.write(bytes) }
    if count > holdLimit { held = nil }
    try held?.write(bytes)
  }

  func finish() throws(StreamError) {}

  /// The plaintext; nil when it was dropped.
  func plaintext() throws(StreamError) -> ByteStore? { try held?.store() }
}
