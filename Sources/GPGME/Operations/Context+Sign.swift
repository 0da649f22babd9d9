package import ByteStreams
import CGPGME

extension Context {
  /// Makes a detached signature over `content`, byte for byte: binary OpenPGP data goes into `sink`, which is not finished.
  ///
  /// - Parameters:
  ///   - signer: Signs with the key that gpg chooses of this certificate.
  ///   - now: The time to judge the certificate by, in seconds since 1970.
  /// - Throws: `.unusableSigner`, `.passphrase`, `.weakHash`, `.stream` and what else can befall gpg.
  ///
  /// Source: RFC 3156 §5; GPGME: `gpgme_op_sign`
  package mutating func signDetached(
    _ content: any ByteSource, signer: Certificate, at now: Int64 = currentTime(), into sink: any ByteSink
  ) throws(GPGMEError) -> CreatedSignature {
    let binary = BinarySink(sink)
    try sign(content, signer: signer, at: now, as: GPGME_SIG_MODE_DETACH, into: binary)
    try binary.finish(.sign)
    return try createdSignature(for: .sign)
  }

  /// Puts a signature in the clear around `text`, whose lines get dashes before them where needed: text goes into `sink`, which is not
  /// finished.
  ///
  /// Blanks at the end of lines, and the kind of line end, are not covered; lines of over 19,995 octets gpg cuts.
  /// - Parameters: as for ``signDetached(_:signer:at:into:)``.
  /// - Throws: `.unusableSigner`, `.passphrase`, `.weakHash`, `.stream` and what else can befall gpg.
  ///
  /// Source: RFC 9580 §7; GPGME: `gpgme_op_sign`
  package mutating func signCleartext(
    _ text: any ByteSource, signer: Certificate, at now: Int64 = currentTime(), into sink: any ByteSink
  ) throws(GPGMEError) -> CreatedSignature {
    try sign(text, signer: signer, at: now, as: GPGME_SIG_MODE_CLEAR, into: sink)
    return try createdSignature(for: .sign)
  }

  private mutating func sign(
    _ content: any ByteSource, signer: Certificate, at now: Int64, as mode: gpgme_sig_mode_t, into sink: any ByteSink
  ) throws(GPGMEError) {
    try setSigner(signer, at: now, for: .sign)
    let plain = try DataObject.reading(content, for: self)
    let signed = try DataObject.writing(sink, for: self)
    let (input, output) = unsafe (plain.handle, signed.handle)
    let code = unsafe try verdict(.sign, subject: signer.fingerprint.hex, streams: [plain.box, signed.box]) { context in
      unsafe gpgme_op_sign_start(context, input, output, mode)
    }
    if code != 0 {
      try checkInvalidSigners(for: .sign)
      throw GPGMEError(.sign, subject: signer.fingerprint.hex, cause: cause(of: code))
    }
  }

  /// Makes `signer` the one signer of the next operation, after checking that it can sign.
  mutating func setSigner(
    _ signer: Certificate, at now: Int64, for operation: GPGMEError.Operation, use: KeyUse = .signing
  ) throws(GPGMEError) {
    if let problem = signer.problem(for: use, at: now) {
      // Without an agent every key looks as if its secret part were elsewhere.
      if problem == .noSecretKey, let agent = agentProblem() {
        throw GPGMEError(operation, subject: signer.fingerprint.hex, cause: agent)
      }
      throw GPGMEError(operation, cause: .unusableSigner(.init(signer.fingerprint, problem)))
    }
    unsafe gpgme_signers_clear(handle)
    // gpgme takes a reference of its own.
    let code = unsafe gpgme_signers_add(handle, signer.handle.key)
    if code != 0 { throw GPGMEError(operation, subject: signer.fingerprint.hex, cause: cause(of: code)) }
  }

  /// gpg's own word on a signer that it refused.
  func checkInvalidSigners(for operation: GPGMEError.Operation) throws(GPGMEError) {
    // The result belongs to the context until the next operation.
    guard let result = unsafe gpgme_op_sign_result(handle), let invalid = unsafe result.pointee.invalid_signers,
      let fingerprint = unsafe text(invalid.pointee.fpr).flatMap({ Fingerprint($0) })
    else { return }
    let problem = unsafe CertificateProblem(reason: invalid.pointee.reason)
    throw GPGMEError(operation, cause: .unusableSigner(.init(fingerprint, problem)))
  }

  /// The one signature that the operation made, after a look at its hash: gpg.conf may have asked for a weak one.
  func createdSignature(for operation: GPGMEError.Operation) throws(GPGMEError) -> CreatedSignature {
    try checkInvalidSigners(for: operation)
    // The result belongs to the context until the next operation.
    guard let result = unsafe gpgme_op_sign_result(handle), let made = unsafe result.pointee.signatures,
      unsafe made.pointee.next == nil, let fingerprint = unsafe text(made.pointee.fpr).flatMap({ Fingerprint($0) })
    else { throw GPGMEError(operation, cause: .nothingChanged) }
    let hash = unsafe made.pointee.hash_algo
    let hashName = unsafe text(gpgme_hash_algo_name(hash)) ?? "unknown"
    guard [GPGME_MD_SHA256, GPGME_MD_SHA384, GPGME_MD_SHA512].contains(hash) else {
      throw GPGMEError(operation, subject: fingerprint.hex, cause: .weakHash(hashName))
    }
    return CreatedSignature(
      fingerprint: fingerprint, hashName: hashName,
      algorithmName: unsafe text(gpgme_pubkey_algo_name(made.pointee.pubkey_algo)) ?? "unknown",
      created: time(unsafe made.pointee.timestamp))
  }
}
