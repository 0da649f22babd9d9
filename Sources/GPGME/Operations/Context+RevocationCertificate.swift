import ByteStreams
import OpenPGPPackets
import SystemPackage

extension Context {
  /// More than any revocation certificate with the text that gpg writes above it.
  private static let revocationLimit = 64 << 10

  /// The revocation certificate that is stored for a key, with the text above it; nil when there is none.
  ///
  /// - Throws: `.stream`.
  package func storedRevocation(of fingerprint: Fingerprint) throws(GPGMEError) -> [UInt8]? {
    guard let path = revocationCertificate(of: fingerprint) else { return nil }
    do throws(StreamError) {
      return try ReadableFile.open(path).source().readAll(
        limit: Self.revocationLimit, what: "the revocation certificate")
    } catch {
      throw GPGMEError(.export, subject: fingerprint.hex, cause: .stream(error))
    }
  }

  /// Stores a revocation certificate where gpg stores those that it makes; one that is there already stays.
  ///
  /// - Parameter bytes: armored, as ``storedRevocation(of:)`` gives it; the signature in it is not checked.
  /// - Returns: Whether it was stored.
  /// - Throws: `.notItsRevocation` for anything but a revocation of this key, `.stream`.
  package func storeRevocation(_ bytes: [UInt8], of fingerprint: Fingerprint) throws(GPGMEError) -> Bool {
    let subject = fingerprint.hex
    guard let home, revocationCertificate(of: fingerprint) == nil else { return false }
    do {
      let blocks = Self.armoredBlocks(of: bytes)
      guard bytes.count <= Self.revocationLimit, blocks.count == 1,
        let revocation = SignatureSummary.keyRevocation(
          ArraySource(try blocks[0].readAll(limit: bytes.count, what: "")))
      else { throw GPGMEError(.importKeys, subject: subject, cause: .notItsRevocation(nil)) }
      guard revocation.issuer == fingerprint.keyID else {
        throw GPGMEError(.importKeys, subject: subject, cause: .notItsRevocation(revocation.issuer))
      }
      let folder = home.appending("openpgp-revocs.d")
      try Folders.create(folder)
      let file = try OutputFile(folder.appending("\(subject).rev"), policy: .neverReplace)
      try ArraySource(bytes).copy(to: file)
      try file.finish()
      return true
    } catch let error as StreamError {
      throw GPGMEError(.importKeys, subject: subject, cause: .stream(error))
    } catch let error as GPGMEError {
      throw error
    } catch {
      preconditionFailure("nothing else is thrown")
    }
  }
}
