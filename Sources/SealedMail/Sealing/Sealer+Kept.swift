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
    let plan = try ownerPlan(for: message.from.address, options: options, with: &context)
    return try sealAlone(message.kept(with: fields), plan: plan, options: options, with: &context).message
  }

  /// The plan for what its owner alone can read, unsigned.
  ///
  /// - Throws: `SealError`; `.ownCopy` where the owner has no key to encrypt to.
  static func ownerPlan(
    for owner: AddrSpec, options: SealOptions, with context: inout Context
  ) throws(SealError) -> SealPlan {
    let candidates = try candidates(for: [owner], options: options, with: &context)
    guard let own = try ownCertificate(for: owner, signer: nil, among: candidates, options: options) else {
      throw .ownCopy(owner, .none)
    }
    return SealPlan(alone: own, sender: owner, signer: nil)
  }

  /// Makes the one copy of a plan that has one.
  ///
  /// - Throws: `SealError`.
  static func sealAlone(
    _ message: OutgoingMessage, plan: SealPlan, options: SealOptions,
    storage: any StoringSink = Spool(memoryLimit: spoolInMemory), with context: inout Context
  ) throws(SealError) -> SealedCopy {
    let copies = try seal(message, plan: plan, options: options, storage: { _ in storage }, with: &context)
    guard let copy = copies.first else { throw .noRecipients }
    return copy
  }
}
