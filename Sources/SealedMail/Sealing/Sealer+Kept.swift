import ByteStreams
package import GPGME
package import MIME

extension Sealer {
  /// A message sealed for its sender alone, to be kept: outside stands nothing but who keeps it and when.
  ///
  /// It is not signed, since it says nothing to anybody; so no passphrase is needed, and what a person wrote is kept even where their
  /// key cannot be unlocked.
  /// - Parameters:
  ///   - fields: what is added inside, such as the Bcc field, which no copy for others may have.
  ///   - options: whose `signer` names the key, where that is not to be found by the From address.
  /// - Throws: `SealError`; `.ownCopy` where the sender has no key to encrypt to.
  package static func sealKept(
    _ message: OutgoingMessage, with fields: [FieldLine], options: SealOptions, with context: inout Context
  ) throws(SealError) -> SubmittableMessage {
    var options = options
    options.protection = .encryptedOnly
    options.confidentiality = .kept
    let sender = message.from.address
    let candidates = try candidates(for: [sender], options: options, with: &context)
    guard let own = try ownCertificate(for: sender, signer: nil, among: candidates, options: options) else {
      throw .ownCopy(sender, .none)
    }
    let copy = PlannedCopy(addresses: [sender], isBlind: false)
    let plan = SealPlan(
      protection: .encryptedOnly, sender: sender, signer: nil, ownCertificate: own, recipients: [], copies: [copy])
    let job = SealJob(
      message: message.kept(with: fields), plan: plan, options: options, storage: Spool(memoryLimit: spoolInMemory),
      progress: { _ in })
    do { return try job.encrypted(for: copy, with: &context) } catch { throw SealError(error) }
  }
}
