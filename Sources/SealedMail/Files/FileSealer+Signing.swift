package import ByteStreams
package import GPGME
import OpenPGPPackets

extension FileSealer {
  /// Octets of a signature that we make: far more than any key needs.
  private static let signatureLimit = 1 << 20

  /// Signs the bytes of `store` as they are: the signature alone goes into `sink`, which is not finished.
  ///
  /// - Parameter progress: told how many bytes of how many have been read.
  /// - Throws: `SealError`; `.stream` with `changed` when the file was written to meanwhile.
  package static func signDetached(
    _ store: ByteStore, plan: FilePlan, as form: Form, options: SealOptions, into sink: any ByteSink,
    with context: inout Context, progress: @escaping (_ done: Int, _ total: Int) -> Void = { _, _ in }
  ) throws(SealError) {
    guard let signer = plan.signer else { throw .signer(plan.sender, .none) }
    do {
      let signature = MemorySink(limit: signatureLimit, what: "signature")
      let armor = form == .armored ? ArmorSink(.signature, into: signature) : nil
      _ = try context.signDetached(
        CountingSource(store.source()) { progress($0, store.count) }, signer: signer, at: options.now,
        into: armor ?? signature)
      try armor?.finish()
      try store.checkUnchanged()
      try sink.write(signature.bytes)
    } catch {
      throw SealError(error)
    }
  }

  /// Signs a text in the clear: it goes into `sink` with its signature around it, which is not finished.
  ///
  /// - Throws: `SealError.notPlainText` for what such a signature would not cover; `.stream` with `limitExceeded` for more than
  ///   ``FileVerifier`` takes.
  package static func signCleartext(
    _ store: ByteStore, plan: FilePlan, options: SealOptions, into sink: any ByteSink, with context: inout Context
  ) throws(SealError) {
    guard let signer = plan.signer else { throw .signer(plan.sender, .none) }
    do {
      let text = try store.source().readAll(limit: FileVerifier.textLimit / 2, what: "a text to sign in the clear")
      guard try TextLineCheck.passes(ArraySource(text)) else { throw SealError.notPlainText }
      let signed = MemorySink(limit: FileVerifier.textLimit, what: "the signed text")
      _ = try context.signCleartext(ArraySource(text), signer: signer, at: options.now, into: signed)
      try store.checkUnchanged()
      try sink.write(signed.bytes)
    } catch {
      throw SealError(error)
    }
  }
}
