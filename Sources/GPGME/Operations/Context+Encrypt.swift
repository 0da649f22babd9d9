package import ByteStreams
import CGPGME

extension Context {
  /// Encrypts, and signs in the same operation when there is a signer: binary OpenPGP data goes into `sink`.
  ///
  /// Every recipient is checked first and all that do not serve are reported at once; nothing of the user's gpg.conf adds a
  /// recipient. Whether a certificate belongs to the person meant is not asked here. The sink is not finished; after an error what it
  /// got must be dropped.
  /// - Parameters:
  ///   - signer: Signs with the key that gpg chooses of this certificate; nil for no signature.
  ///   - now: The time to judge certificates by, in seconds since 1970; gpg uses its own clock beside.
  /// - Throws: `.unusableRecipients`, `.unusableSigner`, `.passphrase`, `.weakHash`, `.stream` and what else can befall gpg.
  ///
  /// Source: RFC 3156 §6.2; GPGME: `gpgme_op_encrypt`, `gpgme_op_encrypt_sign`
  package mutating func encrypt(
    _ plaintext: any ByteSource, to recipients: RecipientList, signer: Certificate?,
    content: EncryptedContent = .data, compression: Compression = .standard,
    at now: Int64 = currentTime(), into sink: any ByteSink
  ) throws(GPGMEError) -> EncryptionReport {
    try checkRecipients(recipients, at: now)
    if let signer { try setSigner(signer, at: now, for: .encrypt) }
    let plain = try DataObject.reading(plaintext, for: self)
    let binary = BinarySink(sink)
    let cipher = try DataObject.writing(binary, for: self)
    // Always-trust: trust was decided by the caller, and validity is not gpg's to refuse here. No-encrypt-to: no one else reads it.
    var flags = GPGME_ENCRYPT_ALWAYS_TRUST.rawValue | GPGME_ENCRYPT_NO_ENCRYPT_TO.rawValue
    if compression == .none { flags |= GPGME_ENCRYPT_NO_COMPRESS.rawValue }
    if content == .packets { flags |= GPGME_ENCRYPT_WRAP.rawValue }
    let options = gpgme_encrypt_flags_t(flags)
    let (input, output) = unsafe (plain.handle, cipher.handle)
    let code = unsafe try verdict(.encrypt, streams: [plain.box, cipher.box]) { context in
      // The array ends with NULL; gpgme takes references of the keys, which the list holds beyond the operation.
      var keys: [gpgme_key_t?] = unsafe recipients.certificates.map { unsafe $0.handle.key } + [nil]
      return unsafe signer == nil
        ? gpgme_op_encrypt_start(context, &keys, options, input, output)
        : gpgme_op_encrypt_sign_start(context, &keys, options, input, output)
    }
    extendLifetime(recipients)
    try checkInvalidRecipients(recipients)
    if code != 0 {
      if signer != nil { try checkInvalidSigners(for: .encrypt) }
      throw GPGMEError(.encrypt, cause: cause(of: code))
    }
    try binary.finish(.encrypt)
    return EncryptionReport(
      recipients: recipients.certificates.map(\.fingerprint),
      encryptionKeys: recipients.certificates.compactMap { $0.encryptionKey(at: now)?.fingerprint },
      signature: signer == nil ? nil : try createdSignature(for: .encrypt))
  }

  /// Encrypts with a passphrase that gpg asks for: binary OpenPGP data goes into `sink`, which is not finished.
  ///
  /// Whoever knows the passphrase opens it; no key is needed, and nobody signs. After an error what the sink got must be dropped.
  /// - Throws: `.passphrase`, `.stream` and what else can befall gpg.
  ///
  /// Source: RFC 9580 §5.3; GPGME: `gpgme_op_encrypt` without recipients
  package mutating func encryptWithPassphrase(
    _ plaintext: any ByteSource, compression: Compression = .standard, into sink: any ByteSink
  ) throws(GPGMEError) {
    let plain = try DataObject.reading(plaintext, for: self)
    let binary = BinarySink(sink)
    let cipher = try DataObject.writing(binary, for: self)
    let options = compression == .none ? GPGME_ENCRYPT_NO_COMPRESS : gpgme_encrypt_flags_t(0)
    let (input, output) = unsafe (plain.handle, cipher.handle)
    unsafe try run(.encrypt, streams: [plain.box, cipher.box]) { context in
      unsafe gpgme_op_encrypt_start(context, nil, options, input, output)
    }
    try binary.finish(.encrypt)
  }

  private func checkRecipients(_ recipients: RecipientList, at now: Int64) throws(GPGMEError) {
    let unusable = recipients.certificates.compactMap { certificate in
      certificate.problem(for: .encryption, at: now).map { GPGMEError.UnusableCertificate(certificate.fingerprint, $0) }
    }
    if !unusable.isEmpty { throw GPGMEError(.encrypt, cause: .unusableRecipients(unusable)) }
  }

  /// gpg's own word on recipients that it refused: after it, the ciphertext would be for fewer than were asked for.
  private func checkInvalidRecipients(_ recipients: RecipientList) throws(GPGMEError) {
    // The result belongs to the context until the next operation.
    guard let result = unsafe gpgme_op_encrypt_result(handle) else { return }
    var unusable: [GPGMEError.UnusableCertificate] = []
    var next = unsafe result.pointee.invalid_recipients
    while let invalid = unsafe next {
      let named = unsafe text(invalid.pointee.fpr).flatMap { Fingerprint($0) }
      let problem = unsafe CertificateProblem(reason: invalid.pointee.reason)
      unusable.append(.init(named ?? recipients.certificates[0].fingerprint, problem))
      unsafe next = invalid.pointee.next
    }
    if !unusable.isEmpty { throw GPGMEError(.encrypt, cause: .unusableRecipients(unusable)) }
  }
}
