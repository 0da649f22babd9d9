package import ByteStreams
package import GPGME
package import MIME

extension Sealer {
  /// The copy of a message that its sender keeps: sealed to themselves alone, whatever the others get, with the Bcc field inside.
  ///
  /// - Parameters:
  ///   - plan: for whom the message is sealed; what is signed or in clear for others is sealed here all the same.
  ///   - storage: where it is collected.
  /// - Returns: nil for a sender without a key to encrypt to.
  /// - Throws: `SealError`.
  ///
  /// Source: RFC 9787 §9.4.1
  package static func ownCopy(
    of message: OutgoingMessage, plan: SealPlan, options: SealOptions,
    storage: any StoringSink = Spool(memoryLimit: spoolInMemory), with context: inout Context
  ) throws(SealError) -> SubmittableMessage? {
    let own: Certificate?
    if let known = plan.ownCertificate {
      own = known
    } else {
      own = try ownCertificate(
        for: plan.sender, signer: plan.signer,
        among: try candidates(for: [plan.sender], options: options, with: &context), options: options)
    }
    guard let own else { return nil }
    let recalled: OutgoingMessage
    do throws(MIMEError) { recalled = try message.recallingBlindCopies() } catch { throw SealError(error) }
    let alone = SealPlan(alone: own, sender: plan.sender, signer: plan.signer)
    return try sealAlone(recalled, plan: alone, options: options, storage: storage, with: &context).message
  }
}
