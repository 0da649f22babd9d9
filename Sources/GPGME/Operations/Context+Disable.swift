extension Context {
  /// Takes a certificate out of use in this keyring: nothing is encrypted to it, and nothing is signed with its key.
  ///
  /// Nothing is lost: its key still decrypts, and its signatures are still checked. Done already: nothing is changed.
  /// - Returns: The certificate as it is afterwards.
  /// - Throws: `.nothingChanged`, and what else can befall gpg.
  ///
  /// GPGME: `gpgme_op_interact` (`disable` of `gpg --edit-key`)
  package mutating func disable(_ certificate: Certificate) throws(GPGMEError) -> Certificate {
    let before = try self.certificate(with: certificate.fingerprint)
    guard !before.flags.contains(.disabled) else { return before }
    let after = try edit(.disable, before, commands: ["disable", "quit"])
    guard after.flags.contains(.disabled) else {
      throw GPGMEError(.disable, subject: certificate.fingerprint.hex, cause: .nothingChanged)
    }
    return after
  }

  /// Takes a certificate into use again that ``disable(_:)`` took out of it.
  ///
  /// Done already: nothing is changed.
  /// - Returns: The certificate as it is afterwards.
  /// - Throws: `.nothingChanged`, and what else can befall gpg.
  ///
  /// GPGME: `gpgme_op_interact` (`enable` of `gpg --edit-key`)
  package mutating func enable(_ certificate: Certificate) throws(GPGMEError) -> Certificate {
    let before = try self.certificate(with: certificate.fingerprint)
    guard before.flags.contains(.disabled) else { return before }
    let after = try edit(.enable, before, commands: ["enable", "quit"])
    guard !after.flags.contains(.disabled) else {
      throw GPGMEError(.enable, subject: certificate.fingerprint.hex, cause: .nothingChanged)
    }
    return after
  }
}
