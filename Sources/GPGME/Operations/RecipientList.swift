/// The certificates that one ciphertext is made for: at least one, each once.
///
/// An empty list is impossible by type: gpg would ask for a passphrase and encrypt with that.
package struct RecipientList: Sendable {
  /// The certificates, in the order given.
  package let certificates: [Certificate]

  /// These certificates; one given twice counts once.
  package init(_ first: Certificate, _ others: [Certificate] = []) {
    var seen: Set<Fingerprint> = []
    certificates = ([first] + others).filter { seen.insert($0.fingerprint).inserted }
  }

  /// These certificates; nil when there are none.
  package init?(_ all: some Sequence<Certificate>) {
    let all = Array(all)
    guard let first = all.first else { return nil }
    self.init(first, Array(all.dropFirst()))
  }
}

/// Whether gpg compresses before it encrypts.
package enum Compression: Sendable {
  /// As GnuPG prefers: right for small text.
  case standard
  /// Not at all: right for large or already compressed content.
  case none
}

/// What is encrypted.
package enum EncryptedContent: Sendable {
  /// Bytes of any kind, which become the one text of the message.
  case data
  /// The packets of an OpenPGP message, which stand inside as they are.
  case packets
}

/// What encrypting gave.
package struct EncryptionReport: Sendable, Equatable {
  /// The primary fingerprints of all recipients, in the order of the list.
  package let recipients: [Fingerprint]
  /// The key IDs of the encryption keys that gpg should have used, in the same order: to compare with what the ciphertext names.
  package let encryptionKeys: [Fingerprint]
  /// The signature inside; nil when none was asked for.
  package let signature: CreatedSignature?
}

/// A signature that gpg made.
///
/// GPGME: `gpgme_new_signature_t`
package struct CreatedSignature: Sendable, Equatable {
  /// The key that signed: the primary key or a subkey.
  package let fingerprint: Fingerprint
  /// Name of the hash, upper case: "SHA256", "SHA384" or "SHA512"; nothing weaker comes through.
  package let hashName: String
  /// Name of the public-key algorithm, such as "EdDSA".
  package let algorithmName: String
  /// When it was made, in seconds since 1970.
  package let created: Int64?
}
