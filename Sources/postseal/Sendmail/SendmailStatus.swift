extension ExitStatus {
  /// The nearest that callers of a sendmail know.
  ///
  /// Source: sysexits(3); sendmail(8), where 75 says that the mail is queued
  var asSendmail: ExitStatus {
    switch self {
    case .noCertificate, .notAccepted, .unusableCertificate, .wouldGoInClear, .noSigningKey: .unavailable
    case .noSecretKey, .passphrase, .integrityFailed, .decryptionFailed: .authentication
    case .partlyDelivered: .malformedInput
    case .badVerdict, .nothingSigned, .signerUnknown, .signerNotVerified, .signerExpired: .unavailable
    case .brokenPipe: .inputOutput
    case .done, .usage, .malformedInput, .noInput, .allRefused, .hostUnknown, .unavailable, .internalError,
      .systemError, .cannotCreate, .inputOutput, .tryAgain, .protocolError, .authentication, .configuration,
      .interrupted:
      self
    }
  }
}

extension Failure {
  /// The same with a status that callers of a sendmail know.
  var asSendmail: Failure { Failure(status.asSendmail, sentences: sentences, hints: hints) }
}
