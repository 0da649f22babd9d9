import GPGME

/// What of an own key is to be changed, which decides about what must be here for it.
enum OwnKeyChange {
  /// Its certificate: the primary key signs the change.
  case certificate
  /// Its certificate, for the last time: it is revoked.
  case revocation
  /// The passphrase of its secret parts, whatever became of the certificate.
  case passphrase
}

extension KeyName {
  /// The one key of the user's own that has this name and can be changed.
  ///
  /// - Throws: `GPGMEError`; `Failure` 30 when nothing has the name, 64 when several own keys have it, 20 when it is another person's
  ///   or its primary key is elsewhere, 32 when it was revoked.
  func ownKey(for change: OwnKeyChange, with gpg: inout Context) throws -> Certificate {
    guard try !certificates(in: .secretKeys, with: &gpg).isEmpty else {
      let others = try certificates(in: .certificates, with: &gpg)
      guard let other = others.first else { throw Failure.noOwnKey(text) }
      if let problem = gpg.agentProblem() {
        throw GPGMEError(.list, subject: other.fingerprint.hex, cause: problem)
      }
      throw Failure(
        .noSecretKey,
        "cannot change certificate \(other.fingerprint.short): its secret key is not here, and only its owner can change it",
        hint: "see your own keys with `postseal key list --secret`")
    }
    let own = try certificate(in: .secretKeys, with: &gpg)
    guard change != .passphrase else { return own }
    try own.requireUnrevoked(for: change)
    guard own.primary.hasSecret else {
      throw Failure(
        .noSecretKey,
        "cannot change key \(own.fingerprint.short): only its subkeys are here, its primary key is elsewhere",
        hint: "run it where the primary key is, or name that GnuPG home with `--home DIR`"
          + (change == .revocation ? "; or revoke it by a stored certificate, `--from-certificate FILE`" : ""))
    }
    return own
  }
}

extension Certificate {
  /// Refuses to change what was revoked.
  ///
  /// - Throws: `Failure` 32.
  func requireUnrevoked(for change: OwnKeyChange) throws(Failure) {
    guard flags.contains(.revoked) else { return }
    throw change == .revocation
      ? Failure(
        .unusableCertificate, "key \(fingerprint.short) is revoked already, nothing was changed",
        hint:
          "others learn of it only from its certificate: `postseal key publish --keyserver \(fingerprint.hex)`, or `postseal key export \(fingerprint.hex)`"
      )
      : Failure(
        .unusableCertificate, "cannot change key \(fingerprint.short): it was revoked, which is for ever",
        hint: "make another with `postseal key new`")
  }
}

extension Session {
  /// Prints a key as it is after a change, with what was done; who else has its certificate has the old one.
  ///
  /// - Throws: `Failure` when it cannot be written.
  func tellChange(of key: Certificate, _ sentence: String) throws(Failure) {
    // The change is younger than this run.
    try list([key], at: currentTime())
    console.note(sentence)
    console.note(
      "others still have the old certificate: give them the new one, `postseal key export \(key.fingerprint.hex)`")
  }
}
