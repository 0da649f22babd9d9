package import ByteStreams
import CGPGME

/// A layer of encryption that was taken off.
package struct UnwrappingReport: Sendable {
  /// The key to this one message; nil when it was not asked for, or gpg did not tell it.
  package let sessionKey: SessionKey?
}

extension Context {
  /// Takes the encryption off and nothing else: the packets inside go into `sink` as they are, signatures and compression with them.
  ///
  /// **The sink gets bytes before anybody knows that they are good**, as in ``decrypt(_:sessionKey:into:)``; it is not finished. No
  /// signature is checked, and what the packets are is not looked at; with `armor` in gpg.conf they come armored.
  /// - Throws: as ``decrypt(_:sessionKey:into:)``.
  ///
  /// GPGME: `gpgme_op_decrypt_ext` with `GPGME_DECRYPT_UNWRAP`
  package mutating func unwrap(
    _ ciphertext: any ByteSource, sessionKey: SessionKeyUse = .ordinary, into sink: any ByteSink
  ) throws(GPGMEError) -> UnwrappingReport {
    let cipher = try DataObject.reading(ciphertext, for: self)
    let plain = try DataObject.writing(sink, for: self)
    let (input, output) = unsafe (cipher.handle, plain.handle)
    prepare(sessionKey)
    defer { prepare(.ordinary) }
    let code = unsafe try verdict(.decrypt, streams: [cipher.box, plain.box]) { context in
      unsafe gpgme_op_decrypt_ext_start(context, GPGME_DECRYPT_UNWRAP, input, output)
    }
    try judgeEncryption(code, delivered: plain.box.count)
    try judgeChunks(diagnostics() ?? "")
    let result = unsafe gpgme_op_decrypt_result(handle)
    return unsafe UnwrappingReport(sessionKey: exportedKey(result, sessionKey))
  }

  /// Encrypts packets of OpenPGP as they are: what ``unwrap(_:sessionKey:into:)`` gave becomes a message for others, with the signatures
  /// that it had.
  ///
  /// The sink gets binary data and is not finished; after an error what it got must be dropped.
  /// - Throws: as ``encrypt(_:to:signer:compression:at:into:)``.
  ///
  /// GPGME: `gpgme_op_encrypt` with `GPGME_ENCRYPT_WRAP`
  package mutating func wrap(
    _ packets: any ByteSource, to recipients: RecipientList, at now: Int64 = currentTime(), into sink: any ByteSink
  ) throws(GPGMEError) {
    _ = try encrypt(packets, to: recipients, signer: nil, content: .packets, compression: .none, at: now, into: sink)
  }
}
