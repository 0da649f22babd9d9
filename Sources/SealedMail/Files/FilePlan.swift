package import GPGME
package import MIME

/// For whom a file will be sealed and by whom: everything decided before the first byte is encrypted.
package struct FilePlan: Sendable {
  /// What is done to the file.
  package let protection: Protection
  /// The address that the sender goes by; nil where only a certificate says who that is.
  package let sender: AddrSpec?
  /// The certificate that signs; nil only without a signature.
  package let signer: Certificate?
  /// The sender's own certificate, encrypted to as well; nil only when nothing is encrypted, or for a sender without a key.
  package let ownCertificate: Certificate?
  /// Every recipient with the certificate chosen, in the order given; empty when nothing is encrypted.
  package let recipients: [RecipientCertificate]
}
