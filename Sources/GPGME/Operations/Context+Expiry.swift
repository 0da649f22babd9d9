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
    try setEnd(expires, of: [], in: before)
    if !subkeys.isEmpty {
      do throws(GPGMEError) {
        try setEnd(expires, of: subkeys, in: before)
      } catch {
        throw GPGMEError(.setExpiry, subject: subject, cause: .partlyChanged(1, of: subkeys.count + 1))
      }
    }
    return try self.certificate(after: expires, of: [before.fingerprint] + subkeys, in: before)
  }

  /// Sets when the primary key of an own key ends, and leaves its subkeys as they are.
  ///
  /// Parameters, result and errors are those of ``setExpiry(_:of:at:)``.
  package mutating func setPrimaryExpiry(
    _ expires: Int64?, of certificate: Certificate
  ) throws(GPGMEError) -> Certificate {
    let before = try self.certificate(with: certificate.fingerprint)
    try setEnd(expires, of: [], in: before)
    return try self.certificate(after: expires, of: [before.fingerprint], in: before)
  }

  /// Sets when subkeys of an own key end, and leaves the primary key as it is.
  ///
  /// Parameters, result and errors are those of ``setExpiry(_:of:at:)``; an end that is now, or was, means a second from
  /// now, which is waited for.
  package mutating func setExpiry(
    _ expires: Int64?, ofSubkeys subkeys: [Fingerprint], of certificate: Certificate
  ) throws(GPGMEError) -> Certificate {
    precondition(!subkeys.isEmpty && !subkeys.contains(certificate.fingerprint), "none would mean the primary key")
    let before = try self.certificate(with: certificate.fingerprint)
    try setEnd(expires, of: subkeys, in: before)
    let after = try self.certificate(after: expires, of: subkeys, in: before)
    let ends = after.subkeys.filter { subkeys.contains($0.fingerprint) }.compactMap(\.expires)
    guard let last = ends.max(), last - currentTime() == 1 else { return after }
    Self.waitUntilAfter(last - 1)
    return try self.certificate(with: certificate.fingerprint)
  }

  /// Lets gpg set the end of these subkeys, or of the primary key when there are none.
  private mutating func setEnd(
    _ expires: Int64?, of subkeys: [Fingerprint], in certificate: Certificate
  ) throws(GPGMEError) {
    // gpg takes a span and counts it from its own clock; 0 stands for never.
    let span = expires.map { CUnsignedLong(clamping: max(1, $0 - currentTime())) } ?? 0
    let names = subkeys.isEmpty ? nil : subkeys.map(\.hex).joined(separator: "\n")
    unsafe try run(.setExpiry, subject: certificate.fingerprint.hex) { context in
      unsafe gpgme_op_setexpire_start(context, certificate.handle.key, span, names, 0)
    }
  }

  /// The certificate after these keys got their new end, which is looked at.
  private mutating func certificate(
    after expires: Int64?, of keys: [Fingerprint], in before: Certificate
  ) throws(GPGMEError) -> Certificate {
    let after = try self.certificate(with: before.fingerprint)
    guard after.subkeys.filter({ keys.contains($0.fingerprint) }).allSatisfy({ Self.fits($0.expires, expires) })
    else {
      throw GPGMEError(.setExpiry, subject: before.fingerprint.hex, cause: unsaidCause(for: before))
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
