import CGPGME

extension Context {
  /// Adds a user ID to an own key.
  ///
  /// Where no user ID was ever chosen as the primary one, GnuPG takes the newest for it.
  /// - Parameter userID: by custom "Name <address>"; one line of text.
  /// - Returns: The certificate as it is afterwards.
  /// - Throws: `.invalidUserID`, `.exists` also for one that was revoked, `.noSecretKey`, `.passphrase`, `.nothingChanged`, and what
  ///   else can befall gpg.
  ///
  /// GPGME: `gpgme_op_adduid`
  package mutating func addUserID(
    _ userID: String, to certificate: Certificate
  ) throws(GPGMEError) -> Certificate {
    guard Self.isUserID(userID) else {
      throw GPGMEError(.addUserID, subject: certificate.fingerprint.hex, cause: .invalidUserID)
    }
    return unsafe try changeUserID(.addUserID, of: certificate) { context, key in
      unsafe gpgme_op_adduid_start(context, key, userID, 0)
    } isDone: { after in
      after.userIDs.contains { $0.text == userID && !$0.isRevoked }
    }
  }

  /// Revokes a user ID of an own key, for ever; the last one that is left cannot be.
  ///
  /// - Parameter userID: its text, exactly.
  /// - Returns: The certificate as it is afterwards.
  /// - Throws: `.invalidUserID` for the last one, `.noSecretKey`, `.passphrase`, `.nothingChanged`, and what else can befall gpg.
  ///
  /// GPGME: `gpgme_op_revuid`
  package mutating func revokeUserID(
    _ userID: String, of certificate: Certificate
  ) throws(GPGMEError) -> Certificate {
    unsafe try changeUserID(.revokeUserID, of: certificate) { context, key in
      unsafe gpgme_op_revuid_start(context, key, userID, 0)
    } isDone: { after in
      after.userIDs.contains { $0.text == userID && $0.isRevoked }
    }
  }

  /// Makes a user ID of an own key the one that programs show first.
  ///
  /// - Parameter userID: its text, exactly.
  /// - Returns: The certificate as it is afterwards.
  /// - Throws: `.noSecretKey`, `.passphrase`, `.nothingChanged`, and what else can befall gpg.
  ///
  /// GPGME: `gpgme_op_set_uid_flag`
  package mutating func setPrimaryUserID(
    _ userID: String, of certificate: Certificate
  ) throws(GPGMEError) -> Certificate {
    let before = try self.certificate(with: certificate.fingerprint, detail: .certifications).signedAt(userID)
    return unsafe try changeUserID(.setPrimaryUserID, of: certificate) { context, key in
      unsafe gpgme_op_set_uid_flag_start(context, key, userID, "primary", nil)
    } isDone: { after in
      // It may have been the first before, and gpg says nothing of a signature that it could not make.
      after.userIDs.first?.text == userID && after.signedAt(userID) != before
    }
  }

  /// Runs a change and looks at what came of it: gpg calls the change of a user ID that is not there a success.
  private mutating func changeUserID(
    _ operation: GPGMEError.Operation, of certificate: Certificate,
    start: (gpgme_ctx_t, gpgme_key_t) -> gpgme_error_t, isDone: (Certificate) -> Bool
  ) throws(GPGMEError) -> Certificate {
    let subject = certificate.fingerprint.hex
    let before = try self.certificate(with: certificate.fingerprint)
    unsafe try run(operation, subject: subject) { unsafe start($0, before.handle.key) }
    let after = try self.certificate(with: certificate.fingerprint, detail: .certifications)
    guard isDone(after) else {
      throw GPGMEError(operation, subject: subject, cause: unsaidCause(for: before))
    }
    return after
  }
}

extension Certificate {
  /// When its own key last signed the user ID with this text, in seconds since 1970; nil when it never did.
  ///
  /// The certificate must have been listed with ``ListingDetail/certifications``.
  fileprivate func signedAt(_ userID: String) -> Int64? {
    var newest: Int64?
    // The lists belong to the key of the handle, which never changes once listed.
    var next = unsafe handle.key.pointee.uids
    while let candidate = unsafe next {
      var signature = unsafe candidate.pointee.signatures
      while unsafe text(candidate.pointee.uid) == userID, let current = unsafe signature {
        let isOwn = unsafe text(current.pointee.keyid) == text(handle.key.pointee.subkeys?.pointee.keyid)
        if isOwn, let made = time(unsafe current.pointee.timestamp) { newest = max(newest ?? 0, made) }
        unsafe signature = current.pointee.next
      }
      unsafe next = candidate.pointee.next
    }
    return newest
  }
}
