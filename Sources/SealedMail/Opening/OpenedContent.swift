package import ByteStreams
package import MIME

/// The content of an opened message: its structure, and its bytes as often as they are wanted.
///
/// What was small was held in memory; what was large is decrypted again, with the key of that one message, so that plaintext
/// of received mail never lies on a disk and nobody is asked for a passphrase twice.
package struct OpenedContent: Sendable {
  /// The structure that `root` and all ranges refer to.
  package let structure: MessageStructure
  /// The entity that is the payload: the message's real content, its header the protected one.
  package let root: Int
  /// What the payload protects, and what of its text repeats that; nil when nothing vouches for its header.
  package let protection: HeaderProtection?
  /// The entities that the cryptographic envelope covers, and the verdict speaks of; nil when there is no envelope.
  package let covered: Range<Int>?

  let bytes: Bytes

  /// Where the bytes come from.
  indirect enum Bytes: Sendable {
    /// They are there.
    case held(ByteStore)
    /// They are decrypted again.
    case again(EncryptedLayer)
  }

  init(structure: MessageStructure, root: Int, covered: Int?, protection: HeaderProtection?, bytes: Bytes) {
    self.structure = structure
    self.root = root
    self.covered = covered.map(structure.subtree)
    self.protection = protection
    self.bytes = bytes
  }

  /// The payload root.
  package var payload: Entity { structure[root] }

  /// A stream of a range of the content; each of a large message decrypts from its start.
  ///
  /// - Throws: `OpenError.stream`.
  package func source(_ range: Range<Int>) throws(OpenError) -> any ByteSource {
    do throws(StreamError) {
      return try bytes.source(range)
    } catch {
      throw .stream(error)
    }
  }

  /// Asks whether what was read is what was judged: the message is read from its file again, and of a ciphertext not to its end.
  ///
  /// - Throws: `OpenError.stream` with `changed`.
  func checkUnchanged() throws(OpenError) {
    do throws(StreamError) { try bytes.checkUnchanged() } catch { throw .stream(error) }
  }

  /// Streams of several ranges, which must be in order and apart, in one pass: `body` gets each with its index and reads it before the
  /// next one comes.
  ///
  /// What it got must be dropped when this throws: the bytes may not be those that were judged.
  /// - Throws: what `body` throws; `OpenError.stream`, with `changed` when the file was written to since it was judged.
  package func withSources(
    _ ranges: [Range<Int>], _ body: (_ index: Int, _ source: any ByteSource) throws -> Void
  ) throws {
    switch bytes {
    case .held(let store):
      for (index, range) in ranges.enumerated() { try body(index, store.source(range)) }
    case .again(let layer):
      let stream = try layer.plaintext()
      var position = 0
      for (index, range) in ranges.enumerated() {
        let window = RangeSource(stream, from: position, range: range)
        try body(index, window)
        try window.skipToEnd()
        position = range.upperBound
      }
    }
    try checkUnchanged()
  }
}

extension OpenedContent.Bytes {
  /// Asks whether the received message is still the one that was opened.
  func checkUnchanged() throws(StreamError) {
    switch self {
    case .held(let store): try store.checkUnchanged()
    case .again(let layer): try layer.ciphertext.bytes.checkUnchanged()
    }
  }

  /// A stream of one range.
  func source(_ range: Range<Int>) throws(StreamError) -> any ByteSource {
    switch self {
    case .held(let store): store.source(range)
    case .again(let layer): RangeSource(try layer.plaintext(), from: 0, range: range)
    }
  }
}
