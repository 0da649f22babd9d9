import ByteStreams
import GPGME
import MIME
import OpenPGPPackets

/// The making of one message's copies: the bytes, once everything is decided.
struct SealJob {
  let message: OutgoingMessage
  let plan: SealPlan
  let options: SealOptions
  /// Where the finished message is collected.
  let storage: any StoringSink
  /// Told how many bytes of the message have been read.
  let progress: (Int) -> Void

  /// One copy: signed and encrypted in one operation, read back, and complete.
  ///
  /// Source: RFC 3156 §6.2
  func encrypted(for copy: PlannedCopy, with context: inout Context) throws -> SubmittableMessage {
    let certificates = certificates(for: copy)
    guard let recipients = RecipientList(certificates) else { throw SealError.noRecipients }
    let job = EncryptionJob(
      header: try ProtectedHeader(message, encrypting: options.confidentiality),
      payload: try SevenBitRewriter(message.structure, in: message.store, form: .encrypted), recipients: recipients,
      signer: plan.signer, size: message.store.count, now: options.now, storage: storage, progress: progress)
    return try SubmittableMessage.sealed(try job.run(with: &context), expecting: job.header.outside)
  }

  /// The one message of a sign-only plan.
  ///
  /// Source: RFC 3156 §5
  func signed(with context: inout Context) throws -> SubmittableMessage {
    guard let signer = plan.signer else { throw SealError.signer(plan.sender, .none) }
    let header = try ProtectedHeader(signing: message)
    let payload = try SevenBitRewriter(message.structure, in: message.store, form: .signed)
    let signature = MemorySink(limit: 1 << 20, what: "signature")
    let armor = ArmorSink(.signature, into: signature)
    let made = try context.signDetached(
      CountingSource(payload.source(fields: header.inside), progress: progress), signer: signer, at: options.now,
      into: armor)
    try armor.finish()
    let source = try PGPMIME.signed(
      fields: header.outside, boundary: .random(), micalg: "pgp-\(made.hashName.lowercased())",
      payload: payload.source(fields: header.inside), signature: signature.bytes)
    return try SubmittableMessage.signed(try stored(source), expecting: header.outside)
  }

  /// The message without protection, completed and with CRLF at its line ends.
  func clear(_ permission: ClearPermission) throws -> SubmittableMessage {
    let payload = try SevenBitRewriter(message.structure, in: message.store, form: .signed)
    let source = CountingSource(payload.source(fields: message.header.fields), progress: progress)
    return try SubmittableMessage.clear(try stored(source), permission)
  }

  private func stored(_ source: any ByteSource) throws -> ByteStore {
    _ = try source.copy(to: storage)
    return try storage.store()
  }

  /// The certificates of one copy: its own recipients' and the sender's, nobody else's.
  private func certificates(for copy: PlannedCopy) -> [Certificate] {
    let addresses = Set(copy.addresses)
    let theirs = plan.recipients.filter { addresses.contains($0.address) }.map(\.certificate)
    return theirs + [plan.ownCertificate].compactMap(\.self)
  }
}
