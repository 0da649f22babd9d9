import CGPGME

extension Context {
  /// Sets when an own key ends: its primary key, and the subkeys that ``Certificate/renewableSubkeys(at:)`` names.
  ///
  /// - Parameter expires: seconds since 1970, after now and before 2^32; nil for never.
  /// - Returns: The certificate as it is afterwards.
  /// - Throws: `.noSecretKey` when the secret part of the primary key is not here, `.passphrase`, `.partlyChanged` when gpg failed
  ///   after the primary key, `.nothingChanged` when GnuPG did not do what it said, and what else can befall gpg.
  ///
  /// GPGME: `gpgme_op_setexpire`
  package mutating func setExpiry(
    _ expires: Int64?, of certificate: Certificate, at now: Int64 = currentTime()
  ) throws(GPGMEError) -> Certificate {
    let subject = certificate.fingerprint.hex
    let before = try self.certificate(with: certificate.fingerprint)
    let subkeys = before.renewableSubkeys(at: now).map(\.fingerprint)
    // gpgme's "*" leaves out what has expired, which is what a late renewal is for.
    let targets = [nil] + (subkeys.isEmpty ? [] : [subkeys.map(\.hex).joined(separator: "\n")])
    for (index, names) in targets.enumerated() {
      // gpg takes a span and counts it from its own clock; 0 stands for never.
      let span = expires.map { CUnsignedLong(clamping: max(1, $0 - currentTime())) } ?? 0
      do throws(GPGMEError) {
        unsafe try run(.setExpiry, subject: subject) { context in
          unsafe gpgme_op_setexpire_start(context, before.handle.key, span, names, 0)
        }
      } catch {
        guard index > 0 else { throw error }
        throw GPGMEError(.setExpiry, subject: subject, cause: .partlyChanged(1, of: subkeys.count + 1))
      }
    }
    let after = try self.certificate(with: certificate.fingerprint)
    let wanted = Set([after.fingerprint] + subkeys)
    guard after.subkeys.filter({ wanted.contains($0.fingerprint) }).allSatisfy({ Self.fits($0.expires, expires) })
    else {
      throw GPGMEError(.setExpiry, subject: subject, cause: .nothingChanged)
    }
    return after
  }

  /// True when both mean the same end; starting gpg takes a moment, by which its clock is later than ours was.
  private static func fits(_ actual: Int64?, _ wanted: Int64?) -> Bool {
    guard let actual, let wanted else { return actual == nil && wanted == nil }
    return abs(actual - wanted) <= 60
  }
}

extension Certificate {
  /// The subkeys whose end is set together with that of the primary key.
  ///
  /// Those that are neither revoked nor over; where nothing is left for a use, also the newest that is over for it. A subkey that
  /// another one replaced stays over.
  package func renewableSubkeys(at now: Int64) -> [Subkey] {
    let sound = subkeys.dropFirst().filter { $0.flags.isDisjoint(with: [.revoked, .invalid]) }
    let living = sound.filter { !$0.isOver(at: now) }
    var missing = Set(KeyUse.allCases).subtracting(living.flatMap(\.uses))
    var chosen = Set(living.map(\.fingerprint))
    for key in sound.sorted(by: { ($0.created ?? 0) > ($1.created ?? 0) }) where !key.uses.isDisjoint(with: missing) {
      chosen.insert(key.fingerprint)
      missing.subtract(key.uses)
    }
    return sound.filter { chosen.contains($0.fingerprint) }
  }
}

extension Subkey {
  /// True when its own time is over: while that of its primary key is, gpg calls every subkey expired.
  fileprivate func isOver(at now: Int64) -> Bool {
    expires.map { $0 <= now } ?? false
  }
}
