package import GPGME
package import MIME

/// How the certificate for an address was chosen: the outcome, and every step that led to it.
package struct CertificateDecision: Sendable {
  /// The address as it was asked for.
  package let address: AddrSpec
  /// What was asked, in this order; the last step is the one that decided.
  package let steps: [Step]
  /// Every certificate that came into question, in the keyring's order.
  package let candidates: [Candidate]
  /// The certificate, or why there is none.
  package let outcome: Result<RecipientCertificate, RecipientGap>

  /// One question, and the certificates that it left.
  package enum Step: Sendable {
    /// Whether the configuration names a certificate; the entry that does.
    case configuration(CertificateMap.Entry?)
    /// Which certificates have the address as a user ID.
    case address([Certificate])
    /// Which of these can be encrypted to.
    case usable([Certificate])
    /// Which of the usable ones the user accepted.
    case accepted([Certificate])
    /// Which of the usable ones GnuPG holds valid for another reason.
    case verified([Certificate])
    /// Which came with mail; asked only where the configuration says so and nothing above decided.
    case autocrypt([Certificate])
  }

  /// A certificate that came into question.
  package struct Candidate: Sendable {
    package let certificate: Certificate
    /// Why it cannot be encrypted to; nil when it can.
    package let problem: CertificateProblem?
    /// Why it may stand for the address; nil when nothing says that it belongs there.
    package let trust: RecipientTrust?
  }
}

extension CertificateDecision {
  /// A certificate that gpg finds for an address and that does not come into question.
  package struct Bystander: Sendable {
    package let certificate: Certificate
    package let reason: Reason

    /// Why it does not.
    package enum Reason: Sendable, Equatable {
      /// Its owner revoked the user ID that has the address.
      case userIDRevoked
      /// The user ID that has the address has no valid self-signature.
      case userIDInvalid
      /// Its address has other capitals, and another certificate has the address letter by letter; its address.
      case otherCapitals(String)
      /// The address only occurs in a user ID that stands for another address, or for none.
      case otherAddress
    }
  }
}
