import ByteStreams
import OpenPGPPackets
import SystemPackage

extension GPGMEError: CustomStringConvertible {
  /// One sentence in lower case without a full stop: act and object, then the cause.
  ///
  /// The subject may be foreign text: escape the sentence before a terminal sees it.
  package var description: String {
    let act = subject.map { "\(operation.words)\(operation.preposition) \($0)" } ?? operation.words
    return "\(act): \(cause.words)"
  }
}

extension GPGMEError.Operation {
  /// "cannot …", ready for an object behind it.
  package var words: String {
    switch self {
    case .start: "cannot start gpg"
    case .list: "cannot look up"
    case .encrypt: "cannot encrypt"
    case .sign: "cannot sign"
    case .decrypt: "cannot decrypt"
    case .verify: "cannot verify"
    case .importKeys: "cannot import"
    case .preview: "cannot read keys"
    case .export: "cannot export"
    case .generate: "cannot make a key"
    case .delete: "cannot delete"
    case .certify: "cannot certify"
    case .revokeCertification: "cannot revoke the certification of"
    case .setOwnertrust: "cannot set the ownertrust of"
    case .disable: "cannot disable"
    case .enable: "cannot enable"
    case .revoke: "cannot revoke"
    case .addSubkey: "cannot add a subkey to"
    case .revokeSubkey: "cannot revoke a subkey of"
    case .setExpiry: "cannot set the expiry of"
    case .changePassphrase: "cannot change the passphrase of"
    case .addUserID: "cannot add a user ID to"
    case .revokeUserID: "cannot revoke a user ID of"
    case .setPrimaryUserID: "cannot choose the primary user ID of"
    case .lookUp: "cannot ask"
    case .publish: "cannot publish"
    }
  }

  /// What stands between the act and its subject.
  fileprivate var preposition: String {
    switch self {
    case .encrypt: " to"
    case .sign: " as"
    case .generate: " for"
    case .publish: " at"
    case .start: " in"
    default: ""
    }
  }
}

extension GPGMEError.Cause {
  /// The cause in lower case without a full stop.
  package var words: String {
    switch self {
    case .stream(let error): error.words
    case .noSecretKey(let recipients): noSecretKey(recipients.map(\.description))
    case .passphrase(let problem): problem.words
    case .messagePassphrase(let problem): problem.messageWords
    case .agent(let problem): problem.words
    case .integrity(let problem): problem.words
    case .notEncrypted: "it is not encrypted"
    case .noData: "it holds no OpenPGP data of the kind needed"
    case .malformed: "the OpenPGP data is malformed"
    case .unusableRecipients(let all): all.map(\.words).joined(separator: "; ")
    case .unusableSigner(let one): one.words
    case .weakHash(let name):
      "gpg signed with \(name), which protects nothing; a digest-algo line in gpg.conf asks for it"
    case .ambiguous: "several keys have that name"
    case .notFound: "no such certificate in the keyring"
    case .exists: "there is one already"
    case .secretKeyPresent: "its secret key is still here"
    case .invalidUserID: "gpg does not accept the user ID"
    case .noCertifyingKey: "there is no own secret key that could certify"
    case .nothingChanged: "gpg reported success, but nothing changed"
    case .unexpectedQuestion(let name): "gpg asked something that nobody foresaw (\(name))"
    case .notItsRevocation(nil): "that is no good revocation certificate of the key"
    case .notItsRevocation(let other?): "that is the revocation certificate of another key, \(other)"
    case .partlyChanged(let count, let total): "only \(count) of its \(total) keys changed"
    case .engine(let problem): problem.words
    case .network(let problem): problem.words
    case .keyringLocked: "another program holds the lock of the keyring"
    case .notWritable: "the GnuPG home cannot be written"
    case .noSpace: "no space left where gpg writes"
    case .unsupportedAlgorithm(let name): "gpg does not support \(name ?? "an algorithm that it uses")"
    case .cancelled: "interrupted"
    case .timedOut(let seconds): "gpg gave no sign of life for \(seconds) seconds"
    case .other(let code, let text, let component): "\(component): \(text) (code \(code))"
    }
  }

  private func noSecretKey(_ recipients: [String]) -> String {
    switch recipients.count {
    case 0: "no secret key for it"
    case 1: "no secret key for its recipient \(recipients[0])"
    default: "no secret key for any of its recipients \(recipients.joined(separator: ", "))"
    }
  }
}

extension GPGMEError.PassphraseProblem {
  fileprivate var words: String {
    switch self {
    case .wrong: "the passphrase is wrong"
    case .cancelled: "the question for the passphrase was cancelled"
    case .notGiven: "the key stayed locked: its passphrase was wrong, or the question for it was cancelled or failed"
    case .nobodyToAsk: "the key is locked and nobody can be asked for its passphrase"
    case .timedOut: "the question for the passphrase was not answered in time"
    case .noPinentry: "the key is locked and no pinentry program could ask for its passphrase"
    case .askedTooOften:
      "its hidden recipients made gpg ask for more than \(StatusLog.Excess.questions.limit) passphrases"
    }
  }

  /// The same about a message that no key opens.
  fileprivate var messageWords: String {
    let message = "it is encrypted with a passphrase, "
    return switch self {
    case .wrong: message + "and the one given is wrong"
    case .cancelled: message + "and the question for it was cancelled"
    case .notGiven: message + "and the right one was not given"
    case .nobodyToAsk: message + "and nobody can be asked for it"
    case .timedOut: message + "and the question for it was not answered in time"
    case .noPinentry: message + "and no pinentry program could ask for it"
    case .askedTooOften: words
    }
  }
}

extension GPGMEError.AgentProblem {
  fileprivate var words: String {
    switch self {
    case .notRunning: "gpg-agent is not running and could not be started"
    case .socketPathTooLong(let home): "gpg-agent cannot run in \(home), because the path is too long for its socket"
    case .card: "the smartcard is missing or does not answer"
    }
  }
}

extension GPGMEError.IntegrityProblem {
  fileprivate var words: String {
    switch self {
    case .altered: "the message was altered or cut on the way"
    case .unprotected: "the message has no protection against alteration"
    case .short(let expected, let got): "the message is cut: \(got) of \(expected) bytes came"
    case .unconfirmed: "gpg did not confirm that the message is whole"
    case .unreliable: "this gpg cannot be relied upon to notice that such a message was altered"
    }
  }
}

extension GPGMEError.EngineProblem {
  fileprivate var words: String {
    switch self {
    case .missing: "no gpg was found in PATH"
    case .tooOld(let found, let needed): "gpg \(found) is too old, \(needed) or newer is needed"
    case .homeMissing(let path): "the GnuPG home \(path) does not exist"
    case .homeUnusable(let path): "the GnuPG home \(path) is not a folder that can be used"
    case .libraryTooOld(let needed): "libgpgme is too old, \(needed) or newer is needed"
    case .failed: "gpg broke down"
    case .configuration: "gpg.conf has an error"
    case .keyringUnreadable: "gpg cannot read its keyring"
    case .logDiverted: "gpg.conf sends gpg's log elsewhere, which hides whether the message is whole"
    case .importsFromMail: "gpg.conf lets any mail put certificates into the keyring"
    }
  }
}

extension GPGMEError.UnusableCertificate {
  /// "certificate 9F2C 11D0 … 0B7E 3A41 " and the reason.
  package var words: String { "certificate \(fingerprint.short) \(problem.words)" }
}

extension StreamError {
  /// The error in lower case without a full stop.
  fileprivate var words: String {
    switch self {
    case .system(let errno, let act, let subject): "cannot \(act) \(subject): \(errno)"
    case .limitExceeded(let limit, let what): "more than \(limit) bytes: \(what)"
    case .malformed(let how): how
    case .exists(let path): "\(path) exists"
    case .exposed(let path, _): "others may change what is in \(path)"
    case .changed(let path): "\(path) changed while it was read"
    case .cancelled: "interrupted"
    }
  }
}
