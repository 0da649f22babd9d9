package import ByteStreams
package import GPGME
import MIME

extension Resealer {
  /// A message that is not encrypted, with everything decided about how it is sealed.
  package struct ClearMessage: Sendable {
    fileprivate let store: ByteStore
    fileprivate let header: ProtectedHeader
    fileprivate let payload: SevenBitRewriter
  }

  /// Reads a message that is not encrypted as a whole.
  ///
  /// Where nothing else protects it, its header goes inside, and the subject is hidden. A message with a signature of its own keeps its
  /// header outside: what the signature covers is all that a reader believes inside.
  /// - Throws: `SealError` when its header cannot be written again, or it cannot be read.
  package static func prepareClear(
    _ store: ByteStore, confidentiality: HeaderConfidentiality
  ) throws(SealError) -> ClearMessage {
    let message = try IncomingMessage(store)
    do {
      let isBare = CryptoStructure(of: message.structure).root == .none
      let header =
        if isBare {
          try ProtectedHeader(carrying: message, encrypting: confidentiality)
        } else {
          ProtectedHeader(outside: try HeaderDraft(message.structure.root.header))
        }
      let payload = try SevenBitRewriter(message.structure, in: store, form: .encrypted)
      return ClearMessage(store: store, header: header, payload: payload)
    } catch {
      throw SealError(error)
    }
  }

  /// Writes the message encrypted for `recipients` alone, unsigned, read back.
  ///
  /// The sink is not finished, and must not be when this throws.
  /// - Throws: `SealError`.
  package static func seal(
    _ message: ClearMessage, to recipients: RecipientList, at now: Int64, into sink: any StoringSink,
    with context: inout Context
  ) throws(SealError) {
    do {
      let job = EncryptionJob(
        header: message.header, payload: message.payload, recipients: recipients, signer: nil,
        size: message.store.count, now: now, storage: sink, progress: { _ in })
      _ = try job.run(with: &context)
      try message.store.checkUnchanged()
    } catch {
      throw SealError(error)
    }
  }
}
