import ByteStreams
package import GPGME
import OpenPGPPackets

/// What a certificate's own signatures say about it that gpg does not tell: how strong they are, and what it asks of senders.
package struct SelfSignatureReview: Sendable {
  /// The hash, such as "SHA-1", of a self-signature or subkey binding that anybody with enough money can forge; nil when all
  /// are sound.
  package let weakHash: String?
  /// Whether it asks senders for AEAD-encrypted packets (GnuPG's OCB), which only GnuPG 2.3 and later reads.
  package let asksForAEAD: Bool

  /// A certificate without the certifications of others, and without pictures, is a few kilobytes.
  private static let sizeLimit = 4 << 20

  /// Reads them from the keyring.
  ///
  /// Only the newest of each kind are looked at: GnuPG's minimal export leaves out those that were replaced.
  ///
  /// - Throws: `GPGMEError`, with a stream's error for a certificate that cannot be walked.
  /// Source: RFC 9580 §5.2.1 (types), §9.5 (MD5, SHA-1 and RIPEMD-160)
  package init(of certificate: Certificate, with context: inout Context) throws(GPGMEError) {
    let sink = MemorySink(limit: Self.sizeLimit, what: "the certificate")
    try context.export([certificate.fingerprint], as: .minimalCertificate, into: sink)
    let signatures: [SignatureSummary]
    do throws(StreamError) {
      signatures = try SignatureSummary.readAll(from: ArraySource(sink.bytes))
    } catch {
      throw GPGMEError(.export, subject: certificate.fingerprint.hex, cause: .stream(error))
    }
    let own = signatures.filter { $0.issuer == certificate.keyID && $0.type.map(Self.isBinding) == true }
    weakHash = own.lazy.compactMap(\.hash).first { (1...3).contains($0.rawValue) }?.description
    asksForAEAD = own.contains(where: \.offersAEAD)
  }

  /// Certifications of user IDs, bindings of subkeys, and signatures over the key itself; not revocations, which cannot hurt.
  private static func isBinding(_ type: UInt8) -> Bool { (0x10...0x13).contains(type) || [0x18, 0x1F].contains(type) }
}
