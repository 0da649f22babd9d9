package import GPGME
import MIME

/// What is known about one signature and the certificate behind it.
package struct SignerRecord: Sendable, Equatable {
  /// The finding for this signature alone.
  package let finding: SignatureFinding
  /// The key ID that the signature names: 16 hex digits, a claim and never an identity; nil where it names none.
  package let claimedKeyID: String?
  /// The primary fingerprint of the signer's certificate; nil when it is not in the keyring.
  package let fingerprint: Fingerprint?
  /// The user ID that fits the From address, else the certificate's first valid one; raw text, unsafe for a terminal.
  package let userID: String?
  /// The address of `userID`, as written there.
  package let address: String?
  /// When the signature says it was made, in seconds since 1970; nil where it says nothing.
  package let signedAt: Int64?
  /// When the signature expires, in seconds since 1970; nil for never, or where it cannot be told.
  package let expiresAt: Int64?
  /// Name of the hash, such as "SHA512"; nil where gpgme gives none.
  package let hashName: String?
  /// Name of the public-key algorithm; nil where gpgme gives none.
  package let algorithmName: String?
  /// How far the certificate is trusted to belong to its user ID.
  package let trust: SignerTrust
  /// The reason in words for a finding that is not good; nil for a good one.
  package let reason: String?

  /// `address` as nothing else looks: foreign letters of a domain as its A-label, of a local part that mixes alphabets as numbers.
  package var shownAddress: String? {
    guard let address, !address.utf8.allSatisfy({ $0 < 0x80 }) else { return address }
    guard let mailbox = (try? AddrSpec(address)).flatMap({ try? Mailbox($0) }) else { return address.spelledOut }
    return mailbox.addressMixesAlphabets ? mailbox.address.text.spelledOut : mailbox.address.text
  }

  /// `userID` with its address like that.
  package var shownUserID: String? {
    guard let address, let shownAddress, shownAddress != address else { return userID }
    return userID?.replacing(address, with: shownAddress)
  }

  /// True for a good signature by a certificate that GnuPG holds valid or that the user accepted.
  package var isGoodAndTrusted: Bool { finding == .good && trust != .unverified }
}

/// How far a certificate is trusted to belong to a user ID.
package enum SignerTrust: Sendable, Equatable {
  /// GnuPG's validity is full or ultimate.
  case verified
  /// The user accepted the certificate for the address by a local certification at this time (seconds since 1970).
  case accepted(Int64)
  /// Nothing says that the certificate belongs to the address.
  case unverified
}

extension String {
  /// The text with each letter that is not ASCII's as its number.
  var spelledOut: String {
    unicodeScalars.map { $0.isASCII ? String($0) : "{U+\(String($0.value, radix: 16, uppercase: true))}" }.joined()
  }
}
