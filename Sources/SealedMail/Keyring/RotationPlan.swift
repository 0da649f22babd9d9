package import GPGME

/// How the subkeys of an own key are replaced: steps in an order in which the key serves after each of them.
///
/// New subkeys are there before old ones end, and the key itself lasts before either. What a run that was interrupted did is not done
/// again: a subkey of the last day beside an older one counts as the new one.
package struct RotationPlan: Sendable {
  /// What has to be done, in this order.
  package let steps: [Step]
  /// Subkeys of the last day that count as new ones.
  package let kept: [Subkey]
  /// The smartcard that holds a subkey which would be replaced by one outside of it; nil when there is none.
  package let card: String?

  /// One change, which gpg makes as a whole or not at all.
  package enum Step: Sendable, Equatable {
    /// Lets the primary key end when the new subkeys do, because it would end before; nil for never.
    case extend(Int64?)
    case add(SubkeyRequest)
    /// Lets old encryption subkeys expire now.
    case expire([Fingerprint])
    /// Revokes old encryption subkeys as superseded.
    case revoke([Fingerprint])
  }

  /// What becomes of the old encryption subkeys; they decrypt in either case.
  package enum OldSubkeys: Sendable {
    case expire
    case revoke
  }

  /// A subkey made within this time, in seconds, counts as a new one.
  private static let freshness: Int64 = 86_400

  /// Plans the rotation of an own key at `now`, in seconds since 1970.
  ///
  /// - Parameters:
  ///   - expires: when the new subkeys expire; nil for never.
  ///   - algorithm: what they are made of.
  package static func of(
    _ certificate: Certificate, expires: Int64?, algorithm: KeyRequest.Algorithm, old: OldSubkeys, at now: Int64
  ) -> RotationPlan {
    let sound = certificate.subkeys.dropFirst().filter { $0.flags.isDisjoint(with: [.revoked, .invalid]) }
    // While the primary key is over, gpg calls every subkey expired.
    let living = sound.filter { $0.expires.map { $0 > now } ?? true }
    let encryption = living.filter { $0.uses.contains(.encryption) }
    let isFresh = { (key: Subkey) in (key.created ?? 0) > now - freshness }
    let newestEncryption = encryption.max { ($0.created ?? 0) < ($1.created ?? 0) }
    let newEncryption = newestEncryption.flatMap { encryption.count > 1 && isFresh($0) ? $0 : nil }
    // Signing subkeys are made first: after a whole rotation the one for encryption is the newer.
    let signing = sound.filter { $0.uses.contains(.signing) }
    let newSigning = signing.filter(living.contains).max { ($0.created ?? 0) < ($1.created ?? 0) }.flatMap { newest in
      isFresh(newest) && (newEncryption != nil || (newest.created ?? 0) >= (newestEncryption?.created ?? 0))
        ? newest : nil
    }
    var steps: [Step] = []
    if let last = certificate.expires, expires.map({ $0 - freshness > last }) ?? true { steps.append(.extend(expires)) }
    let signsBySubkey = !signing.isEmpty || !certificate.primary.uses.contains(.signing)
    if signsBySubkey, newSigning == nil {
      steps.append(.add(SubkeyRequest(for: .signing, algorithm, expires: expires)))
    }
    if newEncryption == nil { steps.append(.add(SubkeyRequest(for: .encryption, algorithm, expires: expires))) }
    let replaced = encryption.filter { $0 != newEncryption }
    if !replaced.isEmpty {
      let names = replaced.map(\.fingerprint)
      steps.append(old == .expire ? .expire(names) : .revoke(names))
    }
    return RotationPlan(
      steps: steps, kept: [newSigning, newEncryption].compactMap(\.self),
      card: (encryption + signing).lazy.compactMap(\.card).first)
  }
}

extension RotationPlan.Step {
  /// Makes the change and looks at what came of it.
  ///
  /// - Returns: The certificate as it is afterwards, and the subkey that was added.
  /// - Throws: What the act of `Context` throws; nothing has changed then.
  package func perform(
    on certificate: Certificate, with context: inout Context
  ) throws(GPGMEError) -> (certificate: Certificate, added: Subkey?) {
    switch self {
    case .extend(let expires): return (try context.setPrimaryExpiry(expires, of: certificate), nil)
    case .add(let request):
      let (changed, subkey) = try context.addSubkey(request, to: certificate)
      return (changed, subkey)
    case .expire(let subkeys):
      return (try context.setExpiry(currentTime(), ofSubkeys: subkeys, of: certificate), nil)
    case .revoke(let subkeys):
      return (try context.revokeSubkeys(subkeys, of: certificate, saying: RevocationStatement(.superseded)), nil)
    }
  }
}
