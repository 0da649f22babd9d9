import ByteStreams
package import GPGME
package import MIME
import OpenPGPPackets

/// Certificates as Autocrypt sends them: in a header field, cut down to five packets.
///
/// Source: Autocrypt Level 1, "OpenPGP Based key data"
package enum AutocryptKey {
  /// The most bytes of a certificate that is cut down.
  private static let exportLimit = 4 << 20

  /// The key data of `certificate` for mail of or to `address`: its primary key, the user ID with the address (another where none
  /// has it), the subkey that is encrypted to, and their self-signatures; nil when it cannot be encrypted to.
  ///
  /// - Throws: `SealError.engine`, `.stream`.
  package static func data(
    of certificate: Certificate, for address: AddrSpec, at now: Int64, with context: inout Context
  ) throws(SealError) -> [UInt8]? {
    guard let subkey = certificate.encryptionKey(at: now) else { return nil }
    let userID = certificate.userIDs(for: address.text).first ?? certificate.userIDs.first(where: \.isUsable)
    let whole = MemorySink(limit: exportLimit, what: "a certificate")
    do throws(GPGMEError) {
      try context.exportCertificate(ofSubkey: subkey.fingerprint, into: whole)
    } catch {
      throw .engine(error)
    }
    do throws(StreamError) {
      return try LeanCertificate.cut(ArraySource(whole.bytes), of: certificate.keyID) { bytes in
        userID.map { $0.text == String(decoding: bytes, as: UTF8.self) } ?? true
      }
    } catch {
      throw .stream(error)
    }
  }

  /// Whether received key data is one certificate without secret parts; nothing of it is checked.
  package static func isCertificate(_ data: [UInt8]) -> Bool {
    guard let keys = try? KeyblockSummary.readAll(from: ArraySource(data)) else { return false }
    return keys.count == 1 && !keys[0].isSecret
  }
}

extension SealPlan {
  /// The keys of those who share the message by To and Cc, for each other: none for one recipient alone, none of Bcc, none unless
  /// only they can read it.
  ///
  /// - Throws: `SealError.engine`, `.stream`.
  ///
  /// Source: Autocrypt Level 1, "Key Gossip Injection in Outbound Messages"
  package func gossip(at now: Int64, with context: inout Context) throws(SealError) -> [AutocryptHeader] {
    guard protection.isEncrypted, let shared = copies.first(where: { !$0.isBlind })?.addresses else { return [] }
    let named = Set(shared)
    let others = recipients.filter { named.contains($0.address) && $0.address != sender }
    guard others.count > 1 else { return [] }
    var told: [AutocryptHeader] = []
    for recipient in others {
      let data = try AutocryptKey.data(of: recipient.certificate, for: recipient.address, at: now, with: &context)
      if let data { told.append(AutocryptHeader(address: recipient.address, keyData: data)) }
    }
    return told
  }
}
