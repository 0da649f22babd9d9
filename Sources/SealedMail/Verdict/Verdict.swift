import GPGME

/// What postseal concludes about one whole message, or one file: the single value that every report, exit status and JSON is made from.
///
/// Computed from the cryptographic envelope only; a part below other content never counts.
/// Source: RFC 9787 §4, §6
package struct Verdict: Sendable, Equatable {
  /// What was judged.
  package enum Subject: String, Sendable, Equatable {
    case message
    /// A plain file: nothing says who should have signed it.
    case file
  }

  /// What was judged.
  package let subject: Subject
  /// The section number of the one part that was judged, as if it were a message; nil for the whole message.
  package let part: String?
  /// The layers of the cryptographic envelope, outermost first.
  package let layers: [VerdictLayer]
  /// Whether the whole message came encrypted.
  package let encryption: EncryptionFinding
  /// The one finding about who signed the whole message.
  package let signature: SignatureFinding
  /// The signer the finding is about: nil where nothing is signed or nothing is known of the signer.
  package let signer: SignerRecord?
  /// Every signature that was looked at, in the order met, the one of `signer` among them.
  package let signatures: [SignerRecord]
  /// Everything a careful reader should be told, in the order found; each once.
  package let warnings: [VerdictWarning]

  package init(
    subject: Subject = .message, part: String? = nil, layers: [VerdictLayer] = [], encryption: EncryptionFinding,
    signature: SignatureFinding, signer: SignerRecord?, signatures: [SignerRecord], warnings: [VerdictWarning]
  ) {
    self.subject = subject
    self.part = part
    self.layers = layers
    self.encryption = encryption
    self.signature = signature
    self.signer = signer
    self.signatures = signatures
    self.warnings = warnings
  }

  /// True when a passphrase opened it and no secret key did: whoever knows the passphrase can read it, and may have made it.
  package var isOpenedByPassphrase: Bool {
    layers.contains { $0.opening == .passphrase } && !layers.contains { $0.opening == .secretKey }
  }

  /// True for a good signature by a certificate that GnuPG holds valid or that the user accepted.
  package var isGoodAndTrusted: Bool {
    signature == .good && signer?.isGoodAndTrusted == true
  }
}

/// Whether a message came encrypted as a whole.
package enum EncryptionFinding: Sendable, Equatable {
  /// The message is not encrypted.
  case none
  /// The whole message was encrypted, with integrity, and has been opened.
  case whole
  /// The whole message is encrypted and was not opened; not one byte of it is released.
  case refused(DecryptionRefusal)
}

/// Why an encrypted message was not opened.
package enum DecryptionRefusal: Sendable, Equatable {
  /// No secret key here fits; the key IDs it was encrypted for, in order, and how many recipients are not named.
  ///
  /// For a recipient who is not named every secret key is tried; `isFinal` is false when locked ones could not be, because nobody can be
  /// asked for their passphrases.
  case noSecretKey(recipients: [String], hidden: Int, isFinal: Bool)
  /// The passphrase was wrong, the question was cancelled, or nobody could be asked; the sentence of the cause.
  case passphrase(String)
  /// The ciphertext was altered, cut or has no integrity protection.
  case integrity(String)
  /// It claims to be encrypted and is not.
  case notEncrypted
  /// It is of a kind that this gpg cannot read, or not safely.
  case unreadable(UnreadableCiphertext)
  /// Any other reason: the sentence of the cause.
  case other(String)
}

/// The finding about the signature over a whole message.
package enum SignatureFinding: String, Sendable, Equatable, CaseIterable {
  /// Nothing is signed.
  case none
  /// Valid, over the whole payload, by a certificate with the From address as a valid user ID.
  case good
  /// The signature does not match the message: it was altered or forged. Counts as unsigned.
  case bad
  /// Signed by a certificate that is not in the keyring.
  case unknownSigner
  /// The signature or the signer's certificate has expired.
  case expired
  /// The signer's certificate or signing subkey is revoked.
  case revoked
  /// Made with a hash or at a time that our policy does not accept.
  case weak
  /// Valid, but by somebody who is not the From address.
  case senderMismatch
  /// Only a part of the message carries a signature; where a signer is named, theirs fits that part.
  case partial
  /// There is a signature that cannot be read.
  case malformed
}
