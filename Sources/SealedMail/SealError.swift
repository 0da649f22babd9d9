package import ByteStreams
package import GPGME
package import MIME

/// Why nothing was sealed: whatever the case, no byte of output exists.
package enum SealError: LayeredError, Sendable {
  /// Recipients who cannot be encrypted to, all of them at once, in the order of the message's fields.
  case recipients([RecipientGap])
  /// The message names nobody to send to.
  case noRecipients
  /// Nobody is named as the one sender: how many From mailboxes stand there.
  case sender(count: Int)
  /// The sender, nil where nothing says who that is, has no key that can sign, or it cannot be used; the reason.
  case signer(AddrSpec?, SignerGap)
  /// The sender's own copy cannot be made, and nobody sends what they cannot read again; the reason.
  case ownCopy(AddrSpec?, SignerGap)
  /// An already sealed message whose envelope does not fit its encryption: addresses that could not read it.
  case alreadySealedForOthers([AddrSpec])
  /// An already sealed message that is not fit to be submitted as it is; why.
  case alreadySealedMalformed(String)
  /// A field that mail has once stands there several times, and readers would differ about which one counts.
  case repeatedField(name: String, count: Int)
  /// Recipients ask for different protections; each with the protection its rule gives.
  case mixedProtection([(AddrSpec, Protection)])
  /// Names without a domain, of which nobody said what address they stand for.
  case localNames([String])
  /// A program asks by a field of its message for something that is not to be had; what the field says.
  case unknownRequest(String)
  /// Clear text was configured for a recipient but not permitted on the command line.
  case wouldGoInClear([AddrSpec])
  /// The ciphertext that gpg made is not for exactly those it was made for; nothing of it is used.
  case readBack(expected: [String], found: [String])
  /// The file to sign in the clear is no text all of which such a signature would cover.
  case notPlainText
  /// The message to seal is malformed or breaks a limit.
  case message(MIMEError)
  /// gpg or gpgme failed.
  case engine(GPGMEError)
  /// Reading the message or writing the ciphertext failed.
  case stream(StreamError)
}

/// Why one recipient cannot be encrypted to.
package struct RecipientGap: Error, Sendable {
  /// The address as the message names it.
  package let address: AddrSpec
  /// The reason.
  package let reason: CertificateGap

  package init(address: AddrSpec, reason: CertificateGap) {
    self.address = address
    self.reason = reason
  }
}

/// Why no certificate serves an address.
package enum CertificateGap: Error, Sendable {
  /// No certificate in the keyring has the address as a user ID.
  case none
  /// There are usable ones, but none is verified or accepted for the address.
  case notAccepted([Certificate])
  /// Every one that has the address is unusable; the one most likely meant, and why.
  case unusable(Certificate, CertificateProblem)
  /// Several usable and trusted ones: one has to be named.
  case ambiguous([Certificate])
  /// The configuration names a fingerprint for the address that is not in the keyring.
  case mappedButMissing(Fingerprint)
}

/// Why the sender's own key does not serve.
package enum SignerGap: Error, Sendable {
  /// No secret key has the address as a user ID.
  case none
  /// The key that is named is not here with its secret part.
  case missing(Fingerprint)
  /// There is one, but it cannot be used now; why.
  case unusable(Certificate, CertificateProblem)
  /// Several could be meant: one has to be named.
  case ambiguous([Certificate])
}

/// The kinds of protection of a message, and no more.
///
/// Source: RFC 9787 §5.3
package enum Protection: String, Sendable, Equatable {
  /// Encrypted and signed in one operation.
  case sealed
  /// Encrypted without a signature, for a sender without a key.
  case encryptedOnly
  /// Signed only.
  case signed
  /// Neither.
  case clear

  /// Whether only its recipients can read a message of this kind.
  package var isEncrypted: Bool {
    switch self {
    case .sealed, .encryptedOnly: true
    case .signed, .clear: false
    }
  }
}
