import CGPGME

/// What is deleted.
package enum Deletion: Sendable {
  /// The certificate; refused when its secret key is here.
  case certificate
  /// The secret key, of every key of the certificate; the certificate stays.
  case secretKey
  /// The certificate and its secret key.
  case secretKeyToo
}

extension Context {
  /// Deletes a certificate, its secret key, or both, without asking again.
  ///
  /// Of a key on a smartcard only the note is deleted that it is there.
  /// - Throws: `.secretKeyPresent` when a secret key is here that was not to be deleted, `.noSecretKey` when none is that was,
  ///   `.partlyChanged` when some of the secret keys are left, `.notFound`, `.nothingChanged`, and what else can befall gpg.
  ///
  /// GPGME: `gpgme_op_delete_ext`; gpg-agent: `DELETE_KEY`
  package mutating func delete(_ certificate: Certificate, _ deletion: Deletion) throws(GPGMEError) {
    let subject = certificate.fingerprint.hex
    let current = try self.certificate(with: certificate.fingerprint)
    switch deletion {
    case .certificate where current.hasSecret: throw GPGMEError(.delete, subject: subject, cause: .secretKeyPresent)
    case .secretKey: return try deleteSecretKeys(of: current)
    case .certificate, .secretKeyToo: break
    }
    let allow = deletion == .secretKeyToo ? GPGME_DELETE_ALLOW_SECRET : 0
    unsafe try run(.delete, subject: subject) { context in
      unsafe gpgme_op_delete_ext_start(context, current.handle.key, CUnsignedInt(allow | GPGME_DELETE_FORCE))
    }
    guard try certificates(with: [certificate.fingerprint]).isEmpty else {
      throw GPGMEError(.delete, subject: subject, cause: .nothingChanged)
    }
  }

  /// gpgme can delete a secret key only together with its certificate, so the agent is asked, which keeps it.
  private mutating func deleteSecretKeys(of certificate: Certificate) throws(GPGMEError) {
    let subject = certificate.fingerprint.hex
    guard certificate.hasSecret else {
      throw GPGMEError(.delete, subject: subject, cause: .noSecretKey(recipients: []))
    }
    _ = askAgent(certificate.secretKeygrips.map { "DELETE_KEY --force \($0.grip)" })
    let (before, after) = (certificate, try self.certificate(with: certificate.fingerprint))
    let (count, left) = (before.subkeys.count(where: \.hasSecret), after.subkeys.count(where: \.hasSecret))
    guard after.hasSecret else { return }
    let cause: GPGMEError.Cause =
      left < count ? .partlyChanged(count - left, of: count) : agentProblem() ?? .nothingChanged
    throw GPGMEError(.delete, subject: subject, cause: cause)
  }
}
