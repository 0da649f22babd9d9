import CGPGME

/// What is deleted.
package enum Deletion: Sendable {
  /// The certificate; refused when its secret key is here.
  case certificate
  /// The certificate and its secret key.
  case secretKeyToo
}

extension Context {
  /// Deletes a certificate, without asking again.
  ///
  /// - Throws: `.secretKeyPresent` when a secret key is here that was not to be deleted, `.notFound`, and what else can befall gpg.
  ///
  /// GPGME: `gpgme_op_delete_ext`
  package mutating func delete(_ certificate: Certificate, _ deletion: Deletion) throws(GPGMEError) {
    let subject = certificate.fingerprint.hex
    let current = try self.certificate(with: certificate.fingerprint)
    if deletion == .certificate, current.hasSecret {
      throw GPGMEError(.delete, subject: subject, cause: .secretKeyPresent)
    }
    let allow = deletion == .secretKeyToo ? GPGME_DELETE_ALLOW_SECRET : 0
    unsafe try run(.delete, subject: subject) { context in
      unsafe gpgme_op_delete_ext_start(context, current.handle.key, CUnsignedInt(allow | GPGME_DELETE_FORCE))
    }
    guard try certificates(with: [certificate.fingerprint]).isEmpty else {
      throw GPGMEError(.delete, subject: subject, cause: .nothingChanged)
    }
  }
}
