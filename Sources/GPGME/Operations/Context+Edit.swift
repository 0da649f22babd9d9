import ByteStreams
import CGPGME

extension Context {
  /// Lets `gpg --edit-key` carry out commands on a certificate: for what gpgme has no call of its own.
  ///
  /// gpg ends with success whatever became of the commands: look at the certificate that is returned, and where it is not as wanted,
  /// throw the cause that ``unsaidCause(for:)`` names. Only a signature that could not be made is thrown here.
  /// - Parameters:
  ///   - commands: What is answered at gpg's prompt, in this order. The last one has to end it: `save` where something is signed,
  ///     else `quit`.
  ///   - answers: What is answered to every other question, by gpg's name for it, in the order in which it may come. A question that
  ///     is not here ends gpg, which then keeps nothing of what it would have saved.
  /// - Returns: The certificate as it is afterwards.
  /// - Throws: `.unexpectedQuestion`, `.passphrase`, `.notFound`, and what else can befall gpg.
  ///
  /// GPGME: `gpgme_op_interact`
  mutating func edit(
    _ operation: GPGMEError.Operation, _ certificate: Certificate, commands: [String], answers: [String: [String]] = [:]
  ) throws(GPGMEError) -> Certificate {
    precondition(["save", "quit"].contains(commands.last), "gpg asks until it is told to end")
    let subject = certificate.fingerprint.hex
    let before = try self.certificate(with: certificate.fingerprint)
    let dialogue = EditDialogue(answers: answers.merging(["keyedit.prompt": commands]) { $1 })
    let sink = try DataObject.writing(NullSink(), for: self)
    let output = unsafe sink.handle
    do throws(GPGMEError) {
      unsafe try run(operation, subject: subject, streams: [sink.box]) { context in
        // The dialogue outlives the operation; gpgme keeps the pointer no longer.
        unsafe gpgme_op_interact_start(
          context, before.handle.key, 0, answerDialogue, Unmanaged.passUnretained(dialogue).toOpaque(), output)
      }
    } catch {
      guard let question = dialogue.unexpectedQuestion, error.cause == .malformed else { throw error }
      throw GPGMEError(operation, subject: subject, cause: .unexpectedQuestion(question))
    }
    extendLifetime(dialogue)
    if let failure = log.errors.last(where: { $0.place == "keysig" }) {
      throw GPGMEError(operation, subject: subject, cause: cause(of: failure.code))
    }
    return try self.certificate(with: certificate.fingerprint)
  }
}
