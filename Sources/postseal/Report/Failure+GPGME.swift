import GPGME
import OpenPGPPackets

extension Failure {
  /// The failure of an OpenPGP act: `cannot encrypt: …`.
  init(_ error: GPGMEError) {
    switch error.cause {
    case .stream(let cause): self.init(cause)
    case .cancelled: self.init(.interrupted, "interrupted, nothing was written")
    case .unusableRecipients(let certificates):
      self.init(
        .unusableCertificate,
        sentences: certificates.map {
          "cannot encrypt to certificate \($0.fingerprint.short): \($0.problem.sentence)"
        }, hints: ["get a newer certificate from the recipient, then `postseal key import FILE`"])
    default:
      let cause = error.cause.account
      let subject = error.subject.map { " \($0)" } ?? ""
      self.init(
        cause.status, sentences: ["cannot \(error.operation.verb)\(subject): \(cause.sentence)"],
        hints: [cause.hint].compactMap(\.self))
    }
  }
}

extension GPGMEError.Operation {
  /// The act as the sentence "cannot …" has it.
  fileprivate var verb: String {
    switch self {
    case .start: "run gpg"
    case .list: "list certificates"
    case .encrypt: "encrypt"
    case .sign: "sign"
    case .decrypt: "decrypt"
    case .verify: "verify"
    case .importKeys: "import"
    case .preview: "read the certificates"
    case .export: "export"
    case .generate: "make a key"
    case .delete: "delete"
    case .certify: "accept"
    case .revokeCertification: "take back the acceptance of"
    case .setOwnertrust: "set the trust of"
    }
  }
}

/// What a cause amounts to for the person: words, the next step, the exit status.
private struct Account {
  let status: ExitStatus
  let sentence: String
  let hint: String?

  init(_ status: ExitStatus, _ sentence: String, hint: String? = nil) {
    self.status = status
    self.sentence = sentence
    self.hint = hint
  }
}

extension GPGMEError.Cause {
  fileprivate var account: Account {
    switch self {
    case .stream, .cancelled: Account(.interrupted, "interrupted")
    case .noSecretKey(let recipients):
      Account(
        .noSecretKey,
        recipients.isEmpty
          ? "no secret key here fits"
          : "no secret key here fits; it is for \(recipients.map(\.hex).joined(separator: ", "))",
        hint: "list your own keys with `postseal key list --secret`")
    case .passphrase(let problem): problem.account
    case .agent(let problem): problem.account
    case .integrity(let problem): problem.account
    case .notEncrypted: Account(.decryptionFailed, "it claims to be encrypted and is not")
    case .noData: Account(.malformedInput, "there is no OpenPGP data in it")
    case .malformed: Account(.malformedInput, "the OpenPGP data is malformed")
    case .unusableRecipients: Account(.unusableCertificate, "a recipient's certificate is unusable")
    case .unusableSigner(let certificate):
      Account(
        .noSigningKey, "certificate \(certificate.fingerprint.short): \(certificate.problem.sentence)",
        hint: "name another key with `--as`, or make one with `postseal key new`")
    case .weakHash(let name):
      Account(
        .configuration, "gpg signed with \(name), which protects nothing any more",
        hint: "delete the line `digest-algo` or `personal-digest-preferences` from gpg.conf")
    case .ambiguous: Account(.usage, "the name fits several keys", hint: "name one by its whole fingerprint")
    case .notFound: Account(.noCertificate, "there is no such certificate in the keyring")
    case .exists: Account(.cannotCreate, "there is already one")
    case .secretKeyPresent:
      Account(.badVerdict, "its secret key is here too", hint: "add `--secret` to delete both for ever")
    case .invalidUserID: Account(.usage, "GnuPG does not accept that user ID", hint: "write it as \"Name <address>\"")
    case .noCertifyingKey:
      Account(.noSigningKey, "there is no key of your own that could certify", hint: "make one with `postseal key new`")
    case .nothingChanged: Account(.systemError, "GnuPG reported success, but nothing changed")
    case .engine(let problem): problem.account
    case .keyringLocked: Account(.tryAgain, "another program holds the keyring's lock", hint: "run it again")
    case .notWritable: Account(.cannotCreate, "the GnuPG home cannot be written")
    case .noSpace: Account(.inputOutput, "no space is left where gpg writes", hint: "make room there")
    case .unsupportedAlgorithm(let name):
      Account(.decryptionFailed, "gpg does not know the algorithm\(name.map { " \($0)" } ?? "")", hint: "a newer GnuPG may")
    case .timedOut(let seconds): Account(.tryAgain, "gpg gave no sign of life for \(seconds) s", hint: "run it again")
    case .other(let code, let text, let component):
      Account(.systemError, "\(text) (\(component.isEmpty ? "gpg" : component), code \(code))")
    }
  }
}

extension GPGMEError.PassphraseProblem {
  fileprivate var account: Account {
    switch self {
    case .wrong: Account(.passphrase, "the passphrase is wrong")
    case .cancelled: Account(.passphrase, "the question for the passphrase was cancelled")
    case .nobodyToAsk:
      Account(
        .passphrase, "the key is locked and nobody can be asked for its passphrase",
        hint: "run it at a terminal without `--batch`, or give the passphrase with `--passphrase-fd N`")
    case .timedOut: Account(.passphrase, "the question for the passphrase was not answered in time")
    case .noPinentry:
      Account(
        .passphrase, "no program that asks for a passphrase could be started",
        hint: "install pinentry, or give the passphrase with `--passphrase-fd N`")
    }
  }
}

extension GPGMEError.AgentProblem {
  fileprivate var account: Account {
    switch self {
    case .notRunning:
      Account(.systemError, "gpg-agent is not running and could not be started", hint: "try `gpg-agent --daemon` to see why")
    case .socketPathTooLong(let home):
      Account(
        .configuration, "the path of the GnuPG home \(home) is too long for gpg-agent's socket",
        hint: "use a home with a shorter path")
    case .card: Account(.noSecretKey, "the smartcard is missing or does not answer", hint: "insert it and run it again")
    }
  }
}

extension GPGMEError.IntegrityProblem {
  fileprivate var account: Account {
    switch self {
    case .altered: Account(.integrityFailed, "it was altered or cut on the way; nothing was written")
    case .unprotected: Account(.integrityFailed, "it has no integrity protection; nothing was written")
    case .short(let expected, let got):
      Account(.integrityFailed, "it ended after \(got) of \(expected) bytes; nothing was written")
    case .unconfirmed: Account(.integrityFailed, "gpg did not confirm that it is whole; nothing was written")
    }
  }
}

extension GPGMEError.EngineProblem {
  fileprivate var account: Account {
    switch self {
    case .missing: Account(.configuration, "gpg was not found", hint: "install GnuPG, or put it in PATH")
    case .tooOld(let found, let needed):
      Account(.configuration, "gpg \(found) is too old, \(needed) is needed", hint: "install a newer GnuPG")
    case .homeMissing(let path):
      Account(.configuration, "the GnuPG home \(path) does not exist", hint: "name another with `--home`, or make it (mode 700)")
    case .homeUnusable(let path): Account(.configuration, "the GnuPG home \(path) is not a folder that you can use")
    case .libraryTooOld(let needed): Account(.configuration, "libgpgme is too old, \(needed) is needed")
    case .failed: Account(.systemError, "gpg could not be started or broke down", hint: "try `gpg --list-keys` to see why")
    case .configuration: Account(.configuration, "gpg.conf has an error", hint: "try `gpg --list-keys` to see which line")
    }
  }
}
