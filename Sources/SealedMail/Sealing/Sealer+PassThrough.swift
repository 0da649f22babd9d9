import ByteStreams
package import GPGME
import MIME
import OpenPGPPackets

extension Sealer {
  /// More armor headers than any program writes, which stand there in clear.
  private static let armorHeaderLimit = 5

  /// The plan and the one copy of a message that is sealed already, unchanged but for its line ends; nil when it is not sealed.
  ///
  /// Every recipient's certificate must have one of the keys that the ciphertext names, so that nobody gets what they cannot read.
  /// - Throws: `SealError.alreadySealedForOthers` with those who could not read it, Bcc recipients among them unless it goes to
  ///   one alone, since a sealed message has no copy for them; `.recipients` for those without a certificate;
  ///   `.alreadySealedMalformed`.
  package static func passThrough(
    _ message: OutgoingMessage, options: SealOptions, with context: inout Context
  ) throws(SealError) -> (plan: SealPlan, copy: SealedCopy)? {
    guard case .encrypted(let layer) = CryptoStructure(of: message.structure).root else { return nil }
    guard !(message.shared + message.blind).isEmpty else { throw .noRecipients }
    let recipients = try recipients(message.shared + message.blind, options: options, with: &context)
    // A copy that was made for one Bcc recipient may go to them.
    let isCopyOfOne = message.shared.isEmpty && message.blind.count == 1
    do {
      let leaf = message.structure[layer.ciphertext]
      let armor = DearmorSource(leaf.transferEncoding.decoding(message.store.source(leaf.body)))
      let summary = try CiphertextSummary.read(from: armor, .all)
      // What has the shape of sealed mail and hides nothing, or is read by whoever knows a word, is not what it says; nor is what has a
      // text, or packets, beside the ciphertext.
      guard summary.isEncrypted, summary.problems.isEmpty, summary.passphraseCount == 0, summary.followers == [],
        armor.leader == .nothing, armor.trailer == .nothing, armor.headers.count <= armorHeaderLimit
      else {
        throw SealError.alreadySealedMalformed("it is not encrypted to certificates alone")
      }
      let named = Set(summary.recipientKeyIDs)
      let excluded = recipients.filter { recipient in
        !isCopyOfOne && message.blind.contains(recipient.address)
          || named.isDisjoint(with: recipient.certificate.subkeys.map(\.keyID))
      }
      guard excluded.isEmpty else { throw SealError.alreadySealedForOthers(excluded.map(\.address)) }
      let spool = Spool(memoryLimit: spoolInMemory)
      _ = try CRLFSource(message.store.source()).copy(to: spool)
      let store = try spool.store()
      let plan = SealPlan(
        protection: .sealed, sender: message.from.address, signer: nil, ownCertificate: nil, recipients: recipients,
        copies: [PlannedCopy(addresses: message.shared + message.blind, isBlind: isCopyOfOne)])
      let sealed = try SubmittableMessage.sealed(store)
      return (plan, SealedCopy(addresses: message.shared + message.blind, isBlind: isCopyOfOne, message: sealed))
    } catch MIMEError.notReproduced(let reason) {
      throw .alreadySealedMalformed(reason)
    } catch {
      throw SealError(error)
    }
  }

  /// The certificates of recipients, all gaps at once.
  private static func recipients(
    _ addresses: [AddrSpec], options: SealOptions, with context: inout Context
  ) throws(SealError) -> [RecipientCertificate] {
    try choose(addresses, among: try candidates(for: addresses, options: options, with: &context), options: options)
  }
}
