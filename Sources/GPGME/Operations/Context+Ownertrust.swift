import ByteStreams
import CGPGME

extension Context {
  /// Says that a certificate is the user's own, so that what its key certifies is valid in this keyring.
  ///
  /// Done already: nothing is changed.
  /// - Returns: The certificate as it is afterwards.
  /// - Throws: `.noCertifyingKey` when its secret key is not here, `.nothingChanged`, and what else can befall gpg.
  ///
  /// GPGME: `gpgme_op_interact` (`trust` of `gpg --edit-key`)
  package mutating func setUltimateOwnertrust(_ certificate: Certificate) throws(GPGMEError) -> Certificate {
    let subject = certificate.fingerprint.hex
    let before = try self.certificate(with: certificate.fingerprint)
    guard before.hasSecret else { throw GPGMEError(.setOwnertrust, subject: subject, cause: .noCertifyingKey) }
    guard before.ownertrust != .ultimate else { return before }
    let dialogue = EditDialogue(answers: [
      "keyedit.prompt": ["trust", "quit"], "edit_ownertrust.value": ["5"], "edit_ownertrust.set_ultimate.okay": ["Y"],
    ])
    let sink = try DataObject.writing(NullSink(), for: self)
    let output = unsafe sink.handle
    unsafe try run(.setOwnertrust, subject: subject, streams: [sink.box]) { context in
      // The dialogue outlives the operation; gpgme keeps the pointer no longer.
      unsafe gpgme_op_interact_start(
        context, before.handle.key, 0, answerDialogue, Unmanaged.passUnretained(dialogue).toOpaque(), output)
    }
    extendLifetime(dialogue)
    let after = try self.certificate(with: certificate.fingerprint)
    guard after.ownertrust == .ultimate else {
      throw GPGMEError(.setOwnertrust, subject: subject, cause: .nothingChanged)
    }
    return after
  }
}
