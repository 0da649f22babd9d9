package import GPGME
package import MIME

/// Who a message will be sealed for, by whom and in which copies: everything decided before the first byte is encrypted.
package struct SealPlan: Sendable {
  /// What is done to the message.
  package let protection: Protection
  /// The one From address.
  package let sender: AddrSpec
  /// The certificate that signs; nil only without a signature.
  package let signer: Certificate?
  /// The sender's own certificate, encrypted to in every copy; nil only when nothing is encrypted, or for a sender without a key.
  package let ownCertificate: Certificate?
  /// Every recipient with the certificate chosen, in the order of the message's fields; empty when nothing is encrypted.
  package let recipients: [RecipientCertificate]
  /// The copies: To and Cc together first, then one for each Bcc recipient.
  package let copies: [PlannedCopy]
}

extension SealPlan {
  /// The plan for a message that its sender alone can read: one copy, encrypted to their own certificate, and signed where there is a signer.
  init(alone own: Certificate, sender: AddrSpec, signer: Certificate?) {
    self.init(
      protection: signer == nil ? .encryptedOnly : .sealed, sender: sender, signer: signer, ownCertificate: own,
      recipients: [], copies: [PlannedCopy(addresses: [sender], isBlind: false)])
  }
}

/// One copy of a message: who receives it.
///
/// Source: RFC 9787 §9.4.1
package struct PlannedCopy: Sendable, Equatable {
  /// The addresses of this copy's envelope; never empty.
  package let addresses: [AddrSpec]
  /// True for a copy of one Bcc recipient's own.
  package let isBlind: Bool
}

/// The certificate chosen for one address.
package struct RecipientCertificate: Sendable {
  /// The address as the message names it.
  package let address: AddrSpec
  /// The certificate that serves it.
  package let certificate: Certificate
  /// Why it may be used.
  package let trust: RecipientTrust
}

/// Why a certificate may be used for an address.
package enum RecipientTrust: Sendable, Equatable {
  /// GnuPG's validity is full or ultimate.
  case verified
  /// The user accepted it by a local certification, at this time in seconds since 1970.
  case accepted(Int64)
  /// The configuration or the command names its fingerprint.
  case named
  /// Mail from the address, or to it, carried the certificate, and the configuration lets that count where nothing better is there.
  case autocrypt
}

/// One finished copy: what a submitter takes, and for whom.
package struct SealedCopy: Sendable {
  /// The addresses of the envelope; never empty.
  package let addresses: [AddrSpec]
  /// True for a copy of one Bcc recipient's own.
  package let isBlind: Bool
  /// The finished message.
  package let message: SubmittableMessage
}
