import CGPGME

/// The subkey that is to be made.
package struct SubkeyRequest: Sendable, Equatable {
  /// What it is for: encryption, signing or authentication.
  package let use: KeyUse
  package let algorithm: KeyRequest.Algorithm
  /// When it expires, in seconds since 1970; nil for never.
  package let expires: Int64?

  package init(for use: KeyUse, _ algorithm: KeyRequest.Algorithm, expires: Int64?) {
    self.use = use
    self.algorithm = algorithm
    self.expires = expires
  }
}

extension Context {
  /// Adds a subkey to an own key; it gets the passphrase of the primary key, which signs that.
  ///
  /// It is the newest, so that GnuPG takes it for its use from now on.
  /// - Returns: The certificate as it is afterwards, and the new key.
  /// - Throws: `.noSecretKey` when the secret part of the primary key is not here, `.passphrase`, `.unsupportedAlgorithm`,
  ///   `.nothingChanged`, and what else can befall gpg.
  ///
  /// GPGME: `gpgme_op_createsubkey`
  package mutating func addSubkey(
    _ request: SubkeyRequest, to certificate: Certificate
  ) throws(GPGMEError) -> (certificate: Certificate, subkey: Subkey) {
    let subject = certificate.fingerprint.hex
    let before = try self.certificate(with: certificate.fingerprint)
    let names = try request.algorithm.names(for: subject)
    let algorithm = request.use == .encryption ? names.subkey : names.primary
    var flags =
      switch request.use {
      case .encryption: GPGME_CREATE_ENCR
      case .signing, .certification: GPGME_CREATE_SIGN
      case .authentication: GPGME_CREATE_AUTH
      }
    if request.expires == nil { flags |= GPGME_CREATE_NOEXPIRE }
    let protection = primaryProtection(of: before)
    // gpg would ask for a passphrase for it.
    if protection == KeyRequest.Protection.none { flags |= GPGME_CREATE_NOPASSWD }
    let chosenFlags = CUnsignedInt(flags)
    // Of two keys of the same second nobody knows which is the newer.
    Self.waitUntilAfter(before.subkeys.compactMap(\.created).max())
    let span = request.expires.map { CUnsignedLong(clamping: max(1, $0 - currentTime())) } ?? 0
    do throws(GPGMEError) {
      unsafe try run(.addSubkey, subject: subject) { context in
        unsafe gpgme_op_createsubkey_start(context, before.handle.key, algorithm, 0, span, chosenFlags)
      }
    } catch {
      // Of a key that stayed locked gpg only says that there was an error; it wants the passphrase even when gpg-agent remembers it.
      guard case .other = error.cause, protection == .passphrase else { throw error }
      throw GPGMEError(.addSubkey, subject: subject, cause: .passphrase(passphrase.likelyProblem))
    }
    let after = try self.certificate(with: certificate.fingerprint)
    let known = Set(before.subkeys.map(\.fingerprint))
    let added = after.subkeys.filter { !known.contains($0.fingerprint) && $0.hasSecret && $0.uses == [request.use] }
    guard added.count == 1 else { throw GPGMEError(.addSubkey, subject: subject, cause: unsaidCause(for: before)) }
    return (after, added[0])
  }

  /// Revokes a subkey of an own key, for ever; the primary key signs that.
  ///
  /// - Returns: The certificate as it is afterwards.
  /// - Throws: `.passphrase`, `.nothingChanged` when it is not revoked in spite of GnuPG's word, and what else can befall gpg.
  ///
  /// GPGME: `gpgme_op_interact` (`key` and `revkey` of `gpg --edit-key`)
  package mutating func revokeSubkeys(
    _ subkeys: [Fingerprint], of certificate: Certificate, saying statement: RevocationStatement
  ) throws(GPGMEError) -> Certificate {
    // Without a chosen key gpg would revoke all of it.
    precondition(!subkeys.isEmpty && !subkeys.contains(certificate.fingerprint), "name subkeys")
    let before = try self.certificate(with: certificate.fingerprint)
    let pending = before.subkeys.filter { subkeys.contains($0.fingerprint) && !$0.flags.contains(.revoked) }
    var after = before
    for subkey in pending {
      after = try edit(
        .revokeSubkey, before, commands: ["key \(subkey.fingerprint.hex)", "revkey", "save"],
        answers: statement.answers)
    }
    guard after.subkeys.allSatisfy({ !subkeys.contains($0.fingerprint) || $0.flags.contains(.revoked) }),
      !after.flags.contains(.revoked)
    else { throw GPGMEError(.revokeSubkey, subject: certificate.fingerprint.hex, cause: unsaidCause(for: before)) }
    return after
  }
}

extension Certificate {
  /// What a new subkey is made of unless somebody says otherwise: what the primary key is made of.
  ///
  /// Whoever has an RSA key has correspondents whose software needs one.
  package var subkeyAlgorithm: KeyRequest.Algorithm {
    primary.family == .rsa ? .rsa(bits: min(max(primary.bits, 3072), 4096)) : .curve25519
  }
}
