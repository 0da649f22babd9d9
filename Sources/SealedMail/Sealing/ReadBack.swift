import ByteStreams
import GPGME
import OpenPGPPackets

/// Reads a finished ciphertext back: whom it is really encrypted for.
///
/// gpg is asked for certain recipients, and its configuration, a bug or an attacker may make it take others; what counts is
/// what the packets say. Source: RFC 9580 §5.1
enum ReadBack {
  /// Compares the recipients that `ciphertext` (armored) names with the keys of `certificates`.
  ///
  /// - Throws: `SealError.readBack` when they differ in any way, `.stream` when it cannot be read.
  static func check(
    _ ciphertext: any ByteSource, against certificates: [Certificate], at now: Int64
  ) throws(SealError) {
    let expected = certificates.compactMap { $0.encryptionKey(at: now)?.keyID.description }.sorted()
    let summary = try read(ciphertext)
    let found = summary.recipientKeyIDs.map(\.description).sorted()
    guard summary.isEncrypted, summary.problems.isEmpty, summary.passphraseCount == 0, !expected.isEmpty,
      found == expected
    else {
      throw .readBack(expected: expected, found: found)
    }
  }

  /// Makes sure that one passphrase opens `ciphertext`, binary or armored, and no key does.
  ///
  /// - Throws: `SealError.readBack` else, `.stream` when it cannot be read.
  static func checkPassphrase(_ ciphertext: any ByteSource) throws(SealError) {
    let summary = try read(ciphertext)
    guard summary.isEncrypted, summary.problems.isEmpty, summary.passphraseCount == 1, summary.recipients.isEmpty else {
      throw .readBack(expected: [], found: summary.recipientKeyIDs.map(\.description))
    }
  }

  private static func read(_ ciphertext: any ByteSource) throws(SealError) -> CiphertextSummary {
    do throws(StreamError) {
      return try CiphertextSummary.read(from: DearmorSource(ciphertext))
    } catch {
      throw .stream(error)
    }
  }
}
