internal import CGcrypt

/// Hashes that OpenPGP builds names from; nothing here is protected by them.
///
/// libgcrypt does it, which is on every machine that has gpg.
package enum Digest {
  /// libgcrypt wants to be asked for its version before anything else.
  static let isReady = unsafe gcry_check_version(nil) != nil

  /// SHA-1, as fingerprints of version 4 and names in Web Key Directories want it.
  ///
  /// Source: FIPS 180-4
  package static func sha1(_ bytes: [UInt8]) -> [UInt8] { hash(bytes, GCRY_MD_SHA1, size: 20) }

  /// SHA-256, as fingerprints of later versions want it.
  ///
  /// Source: FIPS 180-4
  package static func sha256(_ bytes: [UInt8]) -> [UInt8] { hash(bytes, GCRY_MD_SHA256, size: 32) }

  private static func hash(_ bytes: [UInt8], _ algorithm: gcry_md_algos, size: Int) -> [UInt8] {
    precondition(isReady, "libgcrypt is there, since it is linked")
    var digest = [UInt8](repeating: 0, count: size)
    // libgcrypt reads the bytes counted and writes as many as the algorithm's digest has, which is the size of the array.
    unsafe digest.withUnsafeMutableBytes { digest in
      unsafe bytes.withUnsafeBytes { bytes in
        unsafe gcry_md_hash_buffer(CInt(algorithm.rawValue), digest.baseAddress, bytes.baseAddress, bytes.count)
      }
    }
    return digest
  }
}
