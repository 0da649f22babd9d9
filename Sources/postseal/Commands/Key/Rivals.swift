import GPGME
import SealedMail

/// An address that is new for a certificate, and that another certificate of the keyring has already.
struct Rival {
  let address: String
  let other: Certificate

  /// What the person is told before the new one comes in.
  var words: String {
    "\(address) already has another certificate, \(other.fingerprint.short); it stays in use until you accept the new one"
  }

  /// Those that the certificates would get, found in one listing.
  ///
  /// - Parameter certificates: each with what the keyring has of it.
  /// - Throws: What can befall gpg.
  static func all(
    of certificates: [(new: Certificate, known: Certificate?)], with gpg: inout Context
  ) throws(GPGMEError) -> [Rival] {
    var wanted: [(address: String, fingerprint: Fingerprint)] = []
    for (new, known) in certificates {
      let own = known?.userIDs.filter(\.isUsable).compactMap(\.address) ?? []
      for address in new.userIDs.filter(\.isUsable).compactMap(\.address) {
        guard !own.contains(where: { UserID.address($0, equals: address) }) else { continue }
        wanted.append((address, new.fingerprint))
      }
    }
    let found = try gpg.certificates(for: wanted.map(\.address))
    return zip(wanted, found).flatMap { wanted, known in
      known.filter { $0.fingerprint != wanted.fingerprint }.map { Rival(address: wanted.address, other: $0) }
    }
  }
}
