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
    guard let home, revocationCertificate(of: fingerprint) == nil else { return false }
    guard bytes.count <= Self.revocationLimit else {
      throw GPGMEError(.importKeys, subject: fingerprint.hex, cause: .notItsRevocation(nil))
    }
    _ = try Self.revocation(in: bytes, of: fingerprint, .importKeys)
    do throws(StreamError) {
      let folder = home.appending("openpgp-revocs.d")
      try Folders.create(folder)
      let file = try OutputFile(folder.appending("\(fingerprint.hex).rev"), policy: .neverReplace)
      try ArraySource(bytes).copy(to: file)
      try file.finish()
      return true
    } catch {
      throw GPGMEError(.importKeys, subject: fingerprint.hex, cause: .stream(error))
    }
  }

  /// The one revocation of this key that data consists of, binary.
  ///
  /// The colon with which GnuPG makes the armor of a stored one harmless is passed over; the signature is not checked.
  /// - Throws: `.notItsRevocation` for anything else, `.stream`.
  static func revocation(
    in data: [UInt8], of fingerprint: Fingerprint, _ operation: GPGMEError.Operation
  ) throws(GPGMEError) -> [UInt8] {
    let subject = fingerprint.hex
    var binary: [UInt8] = []
    do throws(StreamError) {
      let blocks = armoredBlocks(of: data)
      if blocks.count == 1 { binary = try blocks[0].readAll(limit: data.count, what: "the revocation certificate") }
    } catch {
      throw GPGMEError(operation, subject: subject, cause: .stream(error))
    }
    let found = SignatureSummary.keyRevocation(ArraySource(binary))
    guard let found, found.issuer == fingerprint.keyID else {
      throw GPGMEError(operation, subject: subject, cause: .notItsRevocation(found?.issuer))
    }
    return binary
  }
}
