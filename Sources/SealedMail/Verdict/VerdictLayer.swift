package import GPGME

/// One layer of a message's cryptographic envelope.
///
/// Source: RFC 9787 §4.4.1
package struct VerdictLayer: Sendable, Equatable {
  /// What the layer is.
  package let kind: Kind
  /// The section number of the layer's entity within the layer around it, such as "1"; "" for a multipart at the root.
  package let section: String
  /// Whether it could be judged and gave the message something: false for a layer that was not opened, for one without any signature
  /// that holds, and for a signature outside of the encryption.
  package internal(set) var counts: Bool
  /// For an opened layer of encryption what GnuPG calls its cipher, such as "AES256.CFB"; nil otherwise.
  package let cipherName: String?
  /// For an opened layer of encryption what opened it; nil otherwise.
  package let opening: DecryptionReport.Opening?
  /// For a layer of encryption the key IDs of the recipients that it names, 16 hex digits each; all zeros for a hidden one.
  package let recipients: [String]

  /// The kinds of layers.
  package enum Kind: String, Sendable, Equatable {
    /// PGP/MIME encryption. Source: RFC 3156 §4
    case encrypted
    /// A PGP/MIME signature. Source: RFC 3156 §5
    case signed
    /// What a mailing list put around a signed message.
    case mailingList
    /// An encrypted block that is all of the message's text.
    case inlineEncrypted
    /// A cleartext signed block that is all of the message's text.
    case inlineSigned
    /// S/MIME, which is not looked into.
    case smime
    /// Something that calls itself PGP/MIME and is not.
    case malformed
  }

  init(
    _ kind: Kind, section: String, counts: Bool = false, cipherName: String? = nil,
    opening: DecryptionReport.Opening? = nil, recipients: [String] = []
  ) {
    self.kind = kind
    self.section = section
    self.counts = counts
    self.cipherName = cipherName
    self.opening = opening
    self.recipients = recipients
  }
}
