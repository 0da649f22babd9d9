import GPGME

extension Failure {
  /// The failure of an OpenPGP act, in the words of its module.
  init(_ error: GPGMEError) {
    switch error.cause {
    case .stream(let cause): self.init(cause)
    case .cancelled: self.init(.interrupted, "interrupted, nothing was written")
    default: self.init(error.cause.status, sentences: ["\(error)"], hints: [error.cause.hint].compactMap(\.self))
    }
  }
}

extension GPGMEError.Cause {
  /// The exit status that a cause amounts to.
  fileprivate var status: ExitStatus {
    switch self {
    case .stream, .noSpace: .inputOutput
    case .cancelled: .interrupted
    case .noSecretKey, .agent(.card): .noSecretKey
    case .passphrase, .messagePassphrase, .partlyChanged: .passphrase
    case .integrity: .integrityFailed
    case .notEncrypted, .unsupportedAlgorithm: .decryptionFailed
    case .noData, .malformed, .notItsRevocation: .malformedInput
    case .unusableRecipients: .unusableCertificate
    case .unusableSigner, .noCertifyingKey: .noSigningKey
    case .weakHash, .engine, .agent(.socketPathTooLong): .configuration
    case .ambiguous, .invalidUserID: .usage
    case .notFound: .noCertificate
    case .exists, .notWritable: .cannotCreate
    case .secretKeyPresent: .badVerdict
    case .network(let problem): problem.status
    case .keyringLocked, .timedOut: .tryAgain
    case .agent(.notRunning), .nothingChanged, .unexpectedQuestion, .other: .systemError
    }
  }

  /// What the person can do about it; nil when nothing of ours helps.
  fileprivate var hint: String? {
    switch self {
    case .noSecretKey: "see your own keys with `postseal key list --secret`"
    case .passphrase(.nobodyToAsk), .messagePassphrase(.nobodyToAsk):
      "run it at a terminal without `--batch`, or give the passphrase with `--passphrase-fd N`"
    case .passphrase(.noPinentry), .messagePassphrase(.noPinentry):
      "install a pinentry, or give the passphrase with `--passphrase-fd N`"
    case .passphrase, .messagePassphrase: "run it again"
    case .notItsRevocation: "name the file that was made for this key, `--from-certificate FILE`"
    case .partlyChanged: "run it again, until all of them are"
    case .agent(.socketPathTooLong): "use a GnuPG home with a shorter path"
    case .agent(.notRunning): "run `gpg-agent --daemon` to see why"
    case .agent(.card): "insert the card, then run it again"
    case .integrity: "ask the sender to send it again"
    case .unusableRecipients: "ask the recipient for a current certificate, then `postseal key import FILE`"
    case .unusableSigner, .noCertifyingKey: "name another key with `--as`, or make one with `postseal key new`"
    case .weakHash: "delete the line `digest-algo` from gpg.conf"
    case .ambiguous: "name one by its whole fingerprint"
    case .notFound: "see what is there with `postseal key list`"
    case .secretKeyPresent: "add `--secret` to delete both for ever, or `--secret-only` to keep the certificate"
    case .invalidUserID: "write it as \"Name <address>\""
    case .engine(.missing), .engine(.tooOld): "install a current GnuPG"
    case .engine(.homeMissing), .engine(.homeUnusable): "name another with `--home DIR`, or make it with mode 700"
    case .engine(.failed), .engine(.configuration), .engine(.keyringUnreadable): "run `gpg --list-keys` to see why"
    case .engine(.logDiverted): "delete the line `log-file` from gpg.conf"
    case .engine(.importsFromMail): "delete the line `auto-key-import` from gpg.conf"
    case .engine(.libraryTooOld): "install a current libgpgme"
    case .network(let problem): problem.hint
    case .keyringLocked, .timedOut: "run it again"
    case .noSpace, .notWritable: "make room there, or make it writable"
    case .unsupportedAlgorithm: "a newer GnuPG may know it"
    case .stream, .cancelled, .notEncrypted, .noData, .malformed, .exists, .nothingChanged, .unexpectedQuestion,
      .other:
      nil
    }
  }
}
