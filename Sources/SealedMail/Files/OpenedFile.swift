package import ByteStreams

/// A file after it was decrypted: the verdict and, unless refused, the content.
package struct OpenedFile: Sendable {
  package let verdict: Verdict
  /// How many bytes the content has.
  package let count: Int
  let content: Content

  /// Where the content is.
  enum Content: Sendable {
    /// Nowhere: it was refused.
    case none
    /// In the output already.
    case staged
    /// In memory.
    case held(ByteStore)
    /// To be decrypted again.
    case again(EncryptedLayer)
  }

  /// Writes the content to an output that it was not staged in; the sink is not finished.
  ///
  /// - Throws: `OpenError.stream`.
  package func write(into sink: any ByteSink) throws(OpenError) {
    do {
      switch content {
      case .none: preconditionFailure("what was refused has no content")
      case .staged: break
      case .held(let store): try store.source().copy(to: sink)
      case .again(let layer):
        let written = try layer.plaintext().copy(to: sink)
        try layer.ciphertext.bytes.checkUnchanged()
        guard written == count else { throw StreamError.malformed("the file could be decrypted once but not again") }
      }
    } catch {
      throw OpenError(error)
    }
  }
}
