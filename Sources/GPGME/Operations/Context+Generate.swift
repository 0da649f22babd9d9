import CGPGME
package import SystemPackage

extension Context {
  /// Makes a key as asked, for signing, certifying and decrypting, and looks at what came out.
  ///
  /// - Throws: `.invalidUserID` for a text with control characters or one that GnuPG does not accept, `.exists` when a key of the
  ///   keyring has the same user ID, `.passphrase`, and what else can befall gpg.
  ///
  /// GPGME: `gpgme_op_createkey`, `gpgme_op_createsubkey`
  package mutating func generateKey(_ request: KeyRequest) throws(GPGMEError) -> GeneratedKey {
    let subject = request.userID
    guard Self.isUserID(subject) else { throw GPGMEError(.generate, subject: subject, cause: .invalidUserID) }
    var flags = CUnsignedInt(GPGME_CREATE_SIGN | GPGME_CREATE_CERT)
    var subFlags = CUnsignedInt(GPGME_CREATE_ENCR)
    if request.protection == .none {
      flags |= CUnsignedInt(GPGME_CREATE_NOPASSWD)
      subFlags |= CUnsignedInt(GPGME_CREATE_NOPASSWD)
    }
    let expires = CUnsignedLong(clamping: max(0, request.lifetime ?? 0))
    if expires == 0 {
      flags |= CUnsignedInt(GPGME_CREATE_NOEXPIRE)
      subFlags |= CUnsignedInt(GPGME_CREATE_NOEXPIRE)
    }
    let (primary, sub) = try request.algorithm.names(for: subject)
    let chosenFlags = flags
    unsafe try run(.generate, subject: subject) { context in
      unsafe gpgme_op_createkey_start(context, subject, primary, 0, expires, nil, chosenFlags)
    }
    // The result belongs to the context until the next operation.
    guard let fingerprint = unsafe text(gpgme_op_genkey_result(handle)?.pointee.fpr).flatMap({ Fingerprint($0) }) else {
      throw GPGMEError(.generate, subject: subject, cause: .nothingChanged)
    }
    let certificate = try self.certificate(with: fingerprint)
    let chosenSubFlags = subFlags
    unsafe try run(.generate, subject: subject) { context in
      unsafe gpgme_op_createsubkey_start(context, certificate.handle.key, sub, 0, expires, chosenSubFlags)
    }
    return GeneratedKey(
      certificate: try self.certificate(with: fingerprint),
      revocationCertificate: revocationCertificate(of: fingerprint))
  }

  /// The file with the revocation certificate that gpg stored in its home when it made the key; nil when it is not there.
  package func revocationCertificate(of fingerprint: Fingerprint) -> FilePath? {
    // With the default home only gpg knows where that is.
    guard let home else { return nil }
    let path = home.appending("openpgp-revocs.d").appending("\(fingerprint.hex).rev")
    guard let file = try? FileDescriptor.open(path, .readOnly, options: .closeOnExec) else { return nil }
    try? file.close()
    return path
  }

  /// The GnuPG home in use; nil where nobody knows it.
  var home: FilePath? {
    // A static string of gpgme's, or NULL.
    configuration.home ?? (unsafe text(gpgme_get_dirinfo("homedir"))).map { FilePath($0) }
  }

  /// A user ID is one line of text: gpg's own parameters are lines too.
  static func isUserID(_ text: String) -> Bool {
    !text.isEmpty && text.utf8.count <= 1000
      && text.unicodeScalars.allSatisfy { $0.properties.generalCategory != .control }
  }
}

extension KeyRequest.Algorithm {
  /// gpg's names for the primary key and the subkey.
  func names(for subject: String) throws(GPGMEError) -> (primary: String, subkey: String) {
    switch self {
    case .curve25519: return ("ed25519", "cv25519")
    case .rsa(let bits):
      guard (2048...4096).contains(bits) else {
        throw GPGMEError(.generate, subject: subject, cause: .unsupportedAlgorithm("rsa\(bits)"))
      }
      return ("rsa\(bits)", "rsa\(bits)")
    }
  }
}
