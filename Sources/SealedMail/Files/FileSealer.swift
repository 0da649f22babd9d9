package import ByteStreams
package import GPGME
package import MIME
import OpenPGPPackets

/// Encrypts and signs plain files: decides who and which keys as for mail, then makes the whole output before any of it is released.
package enum FileSealer {
  /// How OpenPGP data is written.
  package enum Form: Sendable {
    case binary
    /// ASCII armor.
    case armored
  }

  /// Files up to this size are compressed; see ``SealJob``.
  private static let compressedSize = 256 << 10

  /// Decides everything about sealing a file for `addresses`, without encrypting a byte.
  ///
  /// - Parameters:
  ///   - addresses: whom it is for; each counts once. Looked at only when something is encrypted.
  ///   - sender: who seals it; nil to take the certificate that `options` names, else the only own one that can.
  /// - Throws: `SealError.recipients` with every gap at once, `.signer`, `.ownCopy`, `.noRecipients`, `.engine`.
  package static func plan(
    for addresses: [AddrSpec], sender: AddrSpec?, options: SealOptions, with context: inout Context
  ) throws(SealError) -> FilePlan {
    let isEncrypted = options.protection.isEncrypted
    var seen: Set<AddrSpec> = []
    let addresses = isEncrypted ? addresses.filter { seen.insert($0).inserted } : []
    guard !isEncrypted || !addresses.isEmpty else { throw .noRecipients }
    var candidates = try Sealer.candidates(
      for: addresses + [sender].compactMap(\.self), options: options, with: &context)
    let recipients = try Sealer.choose(addresses, among: candidates, options: options)
    if sender == nil, options.signer == nil { candidates = try ownCertificates(with: &context) }
    let signer = try Sealer.signer(for: sender, among: candidates, options: options)
    return FilePlan(
      protection: options.protection, sender: sender, signer: signer,
      ownCertificate: isEncrypted
        ? try Sealer.ownCertificate(for: sender, signer: signer, among: candidates, options: options) : nil,
      recipients: recipients)
  }

  /// Encrypts, and signs in the same operation when the plan says so; the output is whole and read back, and not finished.
  ///
  /// - Parameters:
  ///   - output: must be abandoned when this throws.
  ///   - progress: told how many bytes of how many have been read.
  /// - Throws: `SealError`; `.stream` with `changed` when the file was written to meanwhile.
  package static func encrypt(
    _ store: ByteStore, plan: FilePlan, as form: Form, options: SealOptions, into output: any StoringSink,
    with context: inout Context, progress: @escaping (_ done: Int, _ total: Int) -> Void = { _, _ in }
  ) throws(SealError) {
    let certificates = plan.recipients.map(\.certificate) + [plan.ownCertificate].compactMap(\.self)
    guard plan.protection.isEncrypted, !plan.recipients.isEmpty, let recipients = RecipientList(certificates) else {
      throw .noRecipients
    }
    do {
      let armor = form == .armored ? ArmorSink(.message, into: output) : nil
      _ = try context.encrypt(
        CountingSource(store.source()) { progress($0, store.count) }, to: recipients, signer: plan.signer,
        compression: store.count <= compressedSize ? .standard : .none, at: options.now, into: armor ?? output)
      try armor?.finish()
      try store.checkUnchanged()
      try ReadBack.check(output.store().source(), against: recipients.certificates, at: options.now)
    } catch {
      throw SealError(error)
    }
  }

  /// All certificates of which a secret key is here.
  private static func ownCertificates(with context: inout Context) throws(SealError) -> [Certificate] {
    do throws(GPGMEError) {
      let own = try context.certificates(in: .secretKeys).map(\.fingerprint)
      return try context.certificates(with: own, detail: .certifications)
    } catch {
      throw .engine(error)
    }
  }
}
