import ByteStreams
package import OpenPGPPackets

/// What decrypting gave, returned only when the plaintext came whole and protected against alteration.
///
/// GPGME: `gpgme_decrypt_result_t`
package struct DecryptionReport: Sendable {
  /// The recipients that the message names, in order.
  package let recipients: [DecryptionRecipient]
  /// What opened it.
  package let opening: Opening
  /// The symmetric cipher with its mode, such as "AES256.CFB"; nil where GnuPG does not tell.
  package let cipherName: String?
  /// How many bytes went into the sink.
  package let plaintextLength: Int
  /// The key to this one message; nil unless it was asked for.
  package let sessionKey: SessionKey?
  /// What GnuPG said about each signature inside, in order; empty when there is none.
  package let signatures: [SignatureReport]

  /// What GnuPG gave, or a script that stands for it.
  package init(
    recipients: [DecryptionRecipient], opening: Opening, cipherName: String?, plaintextLength: Int,
    sessionKey: SessionKey?, signatures: [SignatureReport]
  ) {
    self.recipients = recipients
    self.opening = opening
    self.cipherName = cipherName
    self.plaintextLength = plaintextLength
    self.sessionKey = sessionKey
    self.signatures = signatures
  }
}

extension DecryptionReport {
  /// What opened a message.
  package enum Opening: String, Sendable, Equatable {
    /// A secret key of the keyring.
    case secretKey
    /// A passphrase that the message is encrypted with, which anybody may know.
    case passphrase
    /// The symmetric key of the message itself, known before.
    case sessionKey
  }
}

/// One recipient that an encrypted message names.
package struct DecryptionRecipient: Sendable, Equatable {
  /// Whether we can read what is meant for it.
  package enum Status: Sendable, Equatable {
    /// Its secret key is here, as far as gpg had to look.
    case known
    /// Its secret key is not here.
    case noSecretKey
    /// Something else is wrong with its secret key, in gpg-error's words.
    case failed(String)
  }

  /// The key meant: a claim; 0 for one that is not named.
  package let keyID: KeyID
  /// Name of the public-key algorithm, such as "ECDH"; nil where GnuPG does not tell.
  package let algorithmName: String?
  /// Whether we can read what is meant for it.
  package let status: Status
}

/// The symmetric key of one message: reads that message without the secret key, so a second pass asks nobody anything.
package struct SessionKey: Sendable {
  /// GnuPG's text for it: algorithm number, colon, hex digits.
  let text: SecretBytes
}

/// Where the symmetric key of a message comes from and whether it is kept.
package enum SessionKeyUse: Sendable {
  /// Found with a secret key of the keyring, and forgotten.
  case ordinary
  /// Found with a secret key of the keyring, and reported.
  case export
  /// Known from an earlier pass over the same message.
  case known(SessionKey)
}
