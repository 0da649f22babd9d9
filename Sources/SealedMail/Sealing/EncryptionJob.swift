import ByteStreams
import GPGME
import MIME
import OpenPGPPackets

/// The making of one encrypted message: frame, payload and ciphertext, read back, complete.
///
/// Source: RFC 3156 §4
struct EncryptionJob {
  let header: ProtectedHeader
  let payload: SevenBitRewriter
  let recipients: RecipientList
  /// Nil for no signature.
  let signer: Certificate?
  /// How many bytes the message has.
  let size: Int
  let now: Int64
  /// Where the finished message is collected.
  let storage: any StoringSink
  /// Told how many bytes of the message have been read.
  let progress: (Int) -> Void

  /// Messages up to this size are compressed: gpg's zlib takes seconds for large ones, which are mostly compressed already.
  private static let compressedSize = 256 << 10

  /// Signs, if there is a signer, and encrypts in one operation.
  ///
  /// - Throws: `SealError.readBack`, `MIMEError`, `GPGMEError`, `StreamError`.
  func run(with context: inout Context) throws -> ByteStore {
    let frame = try PGPMIME.encryptedFrame(fields: header.outside, boundary: .random())
    try storage.write(frame.head)
    let armor = ArmorSink(.message, into: storage)
    _ = try context.encrypt(
      CountingSource(payload.source(fields: header.inside), progress: progress), to: recipients, signer: signer,
      compression: size <= Self.compressedSize ? .standard : .none, at: now, into: armor)
    try armor.finish()
    let ciphertext = frame.head.count..<storage.count
    try storage.write(frame.tail)
    let store = try storage.store()
    try ReadBack.check(store.source(ciphertext), against: recipients.certificates, at: now)
    return store
  }
}
