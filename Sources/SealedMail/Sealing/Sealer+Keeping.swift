package import ByteStreams
package import GPGME
package import MIME

extension Sealer {
  /// The name of the attachment that `keep` makes.
  package static let keptName = "message.eml"

  /// Seals whatever a program wanted sent, byte for byte, to its owner alone: a message of one attachment.
  ///
  /// It is not signed, so that no passphrase is needed: what is kept has to be kept when nobody is there.
  ///
  /// - Parameters:
  ///   - store: the bytes; they need not be a message that can be read.
  ///   - owner: whose it is.
  ///   - reason: one sentence, why it was not sent; it becomes the subject, which is encrypted.
  /// - Throws: `SealError.ownCopy` when the owner has no key that it can be encrypted to.
  package static func keep(
    _ store: ByteStore, for owner: AddrSpec, reason: String, options: SealOptions,
    circumstances: OutgoingMessage.Circumstances, with context: inout Context
  ) throws(SealError) -> SealedCopy {
    var options = options
    options.protection = .encryptedOnly
    let plan = try ownerPlan(for: owner, options: options, with: &context)
    do {
      let spool = Spool(memoryLimit: spoolInMemory)
      try ArraySource(try keptHeader(owner, reason: reason).bytes).copy(to: spool)
      try Base64EncodingSource(store.source()).copy(to: spool)
      let message = try OutgoingMessage(try spool.store(), circumstances: circumstances)
      return try sealAlone(message, plan: plan, options: options, with: &context)
    } catch {
      throw SealError(error)
    }
  }

  private static func keptHeader(_ owner: AddrSpec, reason: String) throws(MIMEError) -> HeaderDraft {
    let own = AddressList([try Mailbox(owner)])
    return HeaderDraft([
      try .addresses("From", own), try .addresses("To", own),
      try .unstructured("Subject", withoutControls(reason)),
      .mimeVersion, try .parameterized("Content-Type", "application/octet-stream", ["name": keptName]),
      try .parameterized("Content-Disposition", "attachment", ["filename": keptName]), .transferEncoding(.base64),
    ])
  }

  /// Foreign words may be in it, and a field takes no control characters.
  private static func withoutControls(_ text: String) -> String {
    String(String.UnicodeScalarView(text.unicodeScalars.map { $0.properties.generalCategory == .control ? "?" : $0 }))
  }
}
