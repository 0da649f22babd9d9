import CGPGME
import OpenPGPPackets
import SystemPackage

extension Context {
  /// The cause of gpgme's verdict, with what gpg said while the operation ran: many codes alone say little.
  func cause(of code: gpgme_error_t) -> GPGMEError.Cause {
    if let problem = keyringProblem { return problem }
    if passphrase.wasWrong { return .passphrase(.wrong) }
    // gpg's own last word on the act is more exact than "unusable key", which gpgme makes of it.
    let failure = gpgme_err_code(code) == GPG_ERR_UNUSABLE_SECKEY ? log.failure : nil
    let cause = GPGMEError.Cause(code: failure ?? code)
    switch cause {
    case .passphrase(.noPinentry) where passphrase.neverAsks: return .passphrase(.nobodyToAsk)
    // Nobody was asked, but an answer was given: an empty one.
    case .passphrase(.nobodyToAsk) where passphrase.isGiven: return .passphrase(.wrong)
    case .agent(.notRunning): return agentProblem() ?? cause
    default: return cause
    }
  }

  /// gpg could not start, or not open its keyring: gpgme calls a listing of it a success that found nothing.
  var keyringProblem: GPGMEError.Cause? {
    if log.arguments(of: "FAILURE").contains(where: { $0.hasPrefix("option-") }) { return .engine(.configuration) }
    guard log.errors.contains(where: { $0.place == "add_keyblock_resource" }) else { return nil }
    return .engine(.homeUnusable(configuration.home?.string ?? "of GnuPG"))
  }

  /// Whether gpg complained of its keyring in a listing that found nothing: as a rule it tells that in its log alone.
  ///
  /// The beginnings of these lines are never translated; where gpg.conf hides the log, a damaged keyring passes for an empty one.
  var isKeyringUnreadable: Bool {
    let isMalformed = log.errors.contains { error in
      error.place == "keylist.getkey" && GPGMEError.Cause(code: error.code) == .malformed
    }
    if isMalformed { return true }
    return diagnostics()?.split(separator: "\n").contains { line in
      line.hasPrefix("gpg: keydb_") || line.contains("/pubring.kbx: ") || line.contains("/pubring.gpg: ")
    } ?? false
  }

  /// The cause of a decryption that failed, in which `delivered` bytes came before.
  func decryptionCause(of code: gpgme_error_t, delivered: Int) -> GPGMEError.Cause {
    let cause = rawDecryptionCause(of: code, delivered: delivered)
    // No secret key served, so that gpg asked for the passphrase of the message itself.
    guard asksForMessagePassphrase, !hasLockedKey else { return cause }
    switch cause {
    case .passphrase(let problem): return .messagePassphrase(problem)
    case .noSecretKey where isWrongMessagePassphrase: return .messagePassphrase(.wrong)
    default: return cause
    }
  }

  /// True when gpg wanted the passphrase of a message, and no secret key was found for it.
  var asksForMessagePassphrase: Bool {
    log.contains("NEED_PASSPHRASE_SYM") && !log.contains("DECRYPTION_KEY")
  }

  /// True when a secret key for it is here and stayed locked.
  private var hasLockedKey: Bool {
    log.errors.contains { error in
      guard error.place == "pkdecrypt_failed", case .passphrase = GPGMEError.Cause(code: error.code) else {
        return false
      }
      return true
    }
  }

  /// True when what a passphrase gave could be no session key.
  private var isWrongMessagePassphrase: Bool {
    log.errors.contains { $0.place == "symkey_decrypt.maybe_error" }
  }

  private func rawDecryptionCause(of code: gpgme_error_t, delivered: Int) -> GPGMEError.Cause {
    // gpg knew the session key from here on: what fails later is the data's fault.
    let wasOpened = log.contains("DECRYPTION_INFO")
    let isClear = log.contains("PLAINTEXT") || delivered > 0
    switch gpgme_err_code(code) {
    case GPG_ERR_NO_DATA:
      if isClear && !log.contains("ENC_TO") { return .notEncrypted }
      // An encrypted message that ends before its text does.
      if wasOpened && !isProtected { return .integrity(.unprotected) }
      return wasOpened || log.contains("ENC_TO") ? .integrity(.altered) : .noData
    case GPG_ERR_DECRYPT_FAILED, GPG_ERR_CHECKSUM:
      guard wasOpened else { return lockedKeyCause(else: .malformed) }
      return isProtected ? .integrity(.altered) : .integrity(.unprotected)
    // What gpgme says when it has nothing better, and another recipient's key is not here.
    case GPG_ERR_NO_SECKEY where wasOpened: return .integrity(isProtected ? .altered : .unprotected)
    case GPG_ERR_NO_SECKEY, GPG_ERR_BAD_KEY, GPG_ERR_WRONG_SECKEY:
      return lockedKeyCause(else: .noSecretKey(recipients: decryptionRecipients().map(\.keyID)))
    default:
      // A message that a passphrase alone opens: gpg's error for the question says more than its last word.
      return cause(of: log.errors.last { $0.place == "get_passphrase" }?.code ?? code)
    }
  }

  /// gpg calls a key that stayed locked, and an agent that does not run, "no secret key"; `otherwise` when neither is the case.
  private func lockedKeyCause(else otherwise: GPGMEError.Cause) -> GPGMEError.Cause {
    if let failure = log.errors.last(where: { $0.place == "pkdecrypt_failed" }) { return cause(of: failure.code) }
    return agentProblem() ?? otherwise
  }
}
