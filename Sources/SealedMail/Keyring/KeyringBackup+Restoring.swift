import ByteStreams
package import GPGME
import OpenPGPPackets

/// What became of one key of a backup.
package struct RestoredKey: Sendable {
  /// What the keyring had of it before.
  package enum Arrival: Sendable, Equatable {
    /// Not its secret key.
    case new
    /// Its secret key, but not all that came in: subkeys, user IDs, signatures.
    case completed
    /// All of it.
    case unchanged
  }

  /// As it is afterwards.
  package let certificate: Certificate
  package let arrival: Arrival
  /// Whether it is marked as one's own since then, or trusted otherwise; nil when the trust stayed as it was.
  package let raisedTrust: Validity?
  /// Whether its revocation certificate was stored: false where one is stored already, or none came.
  package let storedRevocation: Bool
}

extension KeyringBackup {
  /// The keys in it, as yet outside the keyring.
  ///
  /// - Throws: `.noData` when there is none, `.malformed` when something else is among them, and what else can befall gpg.
  package func keys(with context: inout Context) throws(GPGMEError) -> [Certificate] {
    guard isPure else { throw GPGMEError(.preview, cause: .malformed) }
    let keys = try context.preview(ArraySource(secretKeys))
    let others = try context.preview(ArraySource(certificates)).map(\.fingerprint)
    guard keys.allSatisfy(\.hasSecret), Set(keys.map(\.fingerprint)) == Set(others) else {
      throw GPGMEError(.preview, cause: .malformed)
    }
    return keys
  }

  /// Whether each of the two files has keyblocks of its own kind alone: gpg would take in what it does not list.
  private var isPure: Bool {
    guard let secret = try? KeyPackets(ArraySource(secretKeys)),
      let others = try? KeyPackets(ArraySource(certificates))
    else { return false }
    return secret.isWhole && others.isWhole && secret.certificates.isEmpty && others.secretKeys.isEmpty
  }

  /// Brings the keys into the keyring: what is there already stays, and trust is only raised.
  ///
  /// - Parameter keys: from ``keys(with:)``.
  /// - Throws: `.nothingChanged` when the keyring has no secret key afterwards, `.notItsRevocation`, and what else can befall gpg.
  package func restore(_ keys: [Certificate], with context: inout Context) throws(GPGMEError) -> [RestoredKey] {
    let fingerprints = keys.map(\.fingerprint)
    let before = try context.certificates(with: fingerprints, in: .secretKeys)
    let reports = [
      try context.importUnchanged(ArraySource(certificates)), try context.importUnchanged(ArraySource(secretKeys)),
    ]
    let changed = Set(
      reports.flatMap(\.entries).filter { !$0.changes.subtracting(.secretKey).isEmpty }.map(\.fingerprint))
    var restored: [RestoredKey] = []
    for fingerprint in fingerprints {
      let after = try context.certificate(with: fingerprint)
      guard after.hasSecret else {
        throw GPGMEError(.importKeys, subject: fingerprint.hex, cause: .nothingChanged)
      }
      let known = before.first { $0.fingerprint == fingerprint }
      let arrival: RestoredKey.Arrival =
        if let known { known.secrets == after.secrets && !changed.contains(fingerprint) ? .unchanged : .completed } else
        { .new }
      let trust = trust(in: fingerprint).flatMap { $0 > after.ownertrust ? $0 : nil }
      restored.append(
        RestoredKey(
          certificate: try trust.map { trust throws(GPGMEError) in try context.setOwnertrust(trust, of: after) }
            ?? after,
          arrival: arrival, raisedTrust: trust,
          storedRevocation: try revocations[fingerprint].map { bytes throws(GPGMEError) in
            try context.storeRevocation(bytes, of: fingerprint)
          } ?? false))
    }
    return restored
  }
}

extension Certificate {
  /// The keys whose secret part is here.
  fileprivate var secrets: Set<Fingerprint> { Set(subkeys.filter(\.hasSecret).map(\.fingerprint)) }
}
