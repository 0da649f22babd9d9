package import MIME

/// One thing a careful reader of a message should know beside the finding.
package enum VerdictWarning: Sendable, Hashable {
  /// A protected header differs from the one outside: name, value inside, value outside (nil when absent there). Raw text.
  case headerDiffers(name: String, protected: String, outer: String?)
  /// The message names another sender inside than outside, and no good signature by a trusted certificate confirms that; the From
  /// outside is the one shown. The claim inside, raw text.
  case senderInsideUnproven(String)
  /// The Subject, or another field, was not protected although the message is sealed.
  case headersNotProtected
  /// Another crypto part stands elsewhere in the message and gives it nothing; its section number such as "1.2" and its kind.
  ///
  /// A forwarded one is the whole message of a message/rfc822 part.
  case errantPart(section: String, kind: CryptoStructure.Errant.Kind, isForwarded: Bool)
  /// The message or its crypto layer was mangled on the way and was repaired for reading; says how.
  case repaired(String)
  /// The signature's time and the Date field are more than 24 hours apart; both in seconds since 1970.
  case signedAtOtherTime(signedAt: Int64, date: Int64)
  /// A further signature on the message does not hold; says why.
  case otherSignature(String)
  /// A further signature is of a kind that this gpg cannot check; the sentence about it.
  case uncheckedSignature(String)
  /// The message has several From fields or mailboxes, or none.
  case fromIsAmbiguous(count: Int)
  /// The display name of the sender holds an address other than the sender's. Raw text.
  case displayNameHoldsAddress(String)
  /// The sender's address mixes alphabets whose letters look the same; the address with other letters than ASCII's as numbers.
  case addressMixesAlphabets(String)
  /// A signature stands outside the encryption, where RFC 9787 §5.2 allows none; it does not count.
  case signatureOutsideEncryption
  /// Only this part is signed; the others were put around it as mailing lists do, and are not signed.
  case mailingListWrapper(section: String, others: [String])
  /// The message is S/MIME, which postseal neither opens nor checks.
  case smime(CryptoStructure.SMIME)
  /// A part is Outlook's own wrapping of attachments (TNEF), which is not unpacked.
  case tnef(section: String)
  /// A text part holds so many inline OpenPGP blocks among other text, which give the message nothing.
  case inlineBlock(section: String, count: Int)
  /// Text stands around the armored block that was opened, in a text or in the ciphertext of PGP/MIME, and is not shown.
  case textAroundBlock
}
