import ByteStreams
import GPGME
import MIME
import OpenPGPPackets

/// One ciphertext that was decrypted and found whole, and how to decrypt it again without asking anybody.
struct EncryptedLayer: Sendable {
  /// The ciphertext, as it stands in the message: transfer-encoded and armored.
  let ciphertext: Ciphertext
  /// The key to this one message.
  let sessionKey: SessionKey
  /// The header of an entity that the plaintext is the body of; empty when the plaintext is an entity.
  let header: [UInt8]
  /// How gpg is run.
  let configuration: EngineConfiguration

  /// Where a ciphertext stands: in the received message, or in the plaintext of another layer.
  struct Ciphertext: Sendable {
    let bytes: OpenedContent.Bytes
    let range: Range<Int>
    let encoding: ContentTransferEncoding
    /// True to leave out session keys and signatures of versions that an older gpg stumbles over.
    var isFamiliarOnly = false

    /// The ciphertext without its transfer encoding and its armor, for whoever asks what stands around that.
    ///
    /// - Parameter progress: told how many bytes of how many have been read.
    func dearmored(progress: @escaping (Int, Int) -> Void = { _, _ in }) throws(StreamError) -> DearmorSource {
      let total = range.count
      return DearmorSource(encoding.decoding(CountingSource(try bytes.source(range)) { progress($0, total) }))
    }

    /// The OpenPGP packets for gpg, of what `dearmored` gave.
    func packets(_ binary: DearmorSource) -> SingleMessageSource {
      SingleMessageSource(isFamiliarOnly ? FamiliarPacketSource(binary) : binary)
    }

    /// The OpenPGP packets for gpg.
    func source() throws(StreamError) -> any ByteSource { packets(try dearmored()) }
  }

  /// The entity again, its plaintext decrypted as it is read; see ``openedAgain(_:)``.
  func plaintext() throws(StreamError) -> any ByteSource {
    let content = try openedAgain { context, packets, key, sink throws(GPGMEError) in
      _ = try context.decrypt(packets, sessionKey: key, into: sink)
    }
    return header.isEmpty ? content : ConcatenatedSource([ArraySource(header), content])
  }

  /// What `act` writes, on a thread of its own as it is read.
  ///
  /// An error of gpg comes as `StreamError.malformed`: the first pass found the message good, so it is not expected.
  func openedAgain(
    _ act: @escaping @Sendable (inout Context, any ByteSource, SessionKeyUse, any ByteSink) throws(GPGMEError) -> Void
  ) throws(StreamError) -> any ByteSource {
    let layer = self
    return try PumpedSource { (sink) throws(StreamError) in
      do throws(GPGMEError) {
        var context = try Context.open(layer.configuration)
        let packets = try GPGMEError.streaming(.decrypt) { () throws(StreamError) in try layer.ciphertext.source() }
        try act(&context, packets, .known(layer.sessionKey), sink)
      } catch {
        if case .stream(let cause) = error.cause { throw cause }
        throw .malformed("the message could be decrypted once but not again")
      }
    }
  }
}
