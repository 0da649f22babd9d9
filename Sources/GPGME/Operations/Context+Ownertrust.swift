extension Context {
  /// Says how far a certificate's owner is trusted to certify others: what their certifications make valid in this keyring.
  ///
  /// Done already: nothing is changed.
  /// - Parameter trust: `.undefined` means the same as `.unknown`. `.ultimate` makes everything valid that the key ever certified.
  /// - Returns: The certificate as it is afterwards.
  /// - Throws: `.nothingChanged`, and what else can befall gpg.
  ///
  /// GPGME: `gpgme_op_interact` (`trust` of `gpg --edit-key`)
  package mutating func setOwnertrust(
    _ trust: Validity, of certificate: Certificate
  ) throws(GPGMEError) -> Certificate {
    let before = try self.certificate(with: certificate.fingerprint)
    guard !before.ownertrust.means(trust) else { return before }
    let after = try edit(
      .setOwnertrust, before, commands: ["trust", "quit"],
      answers: ["edit_ownertrust.value": [trust.menuNumber], "edit_ownertrust.set_ultimate.okay": ["Y"]])
    guard after.ownertrust.means(trust) else {
      throw GPGMEError(.setOwnertrust, subject: certificate.fingerprint.hex, cause: .nothingChanged)
    }
    return after
  }

  /// Says that a certificate is the user's own, so that what its key certifies is valid in this keyring.
  ///
  /// Done already: nothing is changed.
  /// - Returns: The certificate as it is afterwards.
  /// - Throws: `.noCertifyingKey` when its secret key is not here, `.nothingChanged`, and what else can befall gpg.
  package mutating func setUltimateOwnertrust(_ certificate: Certificate) throws(GPGMEError) -> Certificate {
    let before = try self.certificate(with: certificate.fingerprint)
    guard before.hasSecret else {
      throw GPGMEError(.setOwnertrust, subject: certificate.fingerprint.hex, cause: .noCertifyingKey)
    }
    return try setOwnertrust(.ultimate, of: before)
  }
}

extension Validity {
  /// Whether both say the same about an owner: gpg writes "undefined" where it is told "I don't know".
  fileprivate func means(_ other: Validity) -> Bool {
    self == other || max(self, other) <= .undefined
  }

  /// The answer to gpg's question for an owner's trust.
  fileprivate var menuNumber: String {
    switch self {
    case .unknown, .undefined: "1"
    case .never: "2"
    case .marginal: "3"
    case .full: "4"
    case .ultimate: "5"
    }
  }
}
