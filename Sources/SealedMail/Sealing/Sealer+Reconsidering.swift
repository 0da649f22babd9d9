package import GPGME
package import MIME

extension Sealer {
  /// Looks again at the sender's own certificate before a message is sent later than it was sealed.
  ///
  /// - Parameters:
  ///   - fingerprint: what every copy is encrypted to, or signed by.
  ///   - use: encryption, or signing for what is only signed.
  ///   - now: seconds since 1970.
  /// - Throws: `SealError.ownCopy`, `.signer` when it would not be used for that today: it was revoked, it expired, or it is gone;
  ///   `.engine`.
  package static func reconsider(
    own fingerprint: Fingerprint, of sender: AddrSpec?, for use: KeyUse, at now: Int64, with context: inout Context
  ) throws(SealError) {
    let known: [Certificate]
    do throws(GPGMEError) { known = try context.certificates(with: [fingerprint]) } catch { throw .engine(error) }
    guard case .failure(let gap) = CertificateChoice.own(sender, for: use, among: known, named: fingerprint, at: now)
    else { return }
    throw use == .signing ? .signer(sender, gap) : .ownCopy(sender, gap)
  }

  /// Looks again at the certificates that a message was sealed to, before it is sent later than it was sealed.
  ///
  /// - Parameter sealed: each recipient with the fingerprint of their certificate.
  /// - Returns: those for whom the message would not be sealed to that certificate today, in order: it was revoked, it expired, it is no
  ///   longer accepted for the address, or it is gone.
  /// - Throws: `SealError.engine`.
  package static func reconsider(
    _ sealed: [(address: AddrSpec, certificate: Fingerprint)], options: SealOptions, with context: inout Context
  ) throws(SealError) -> [RecipientGap] {
    let known: [Certificate]
    do throws(GPGMEError) {
      known = try context.certificates(with: sealed.map(\.certificate), detail: .certifications)
    } catch {
      throw .engine(error)
    }
    return sealed.compactMap { recipient in
      guard let certificate = known.first(where: { $0.fingerprint == recipient.certificate }) else {
        return RecipientGap(address: recipient.address, reason: .none)
      }
      if let named = options.map.fingerprint(for: recipient.address), named != recipient.certificate {
        return RecipientGap(address: recipient.address, reason: .notAccepted([certificate]))
      }
      let choice = CertificateChoice.recipient(
        recipient.address, among: [certificate], map: options.map, autocrypt: options.autocrypt, at: options.now)
      if case .failure(let gap) = choice { return gap }
      return nil
    }
  }
}
