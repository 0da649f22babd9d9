import ByteStreams
import CGPGME

/// Answers gpg's questions for a passphrase by the policy of the configuration.
///
/// GPGME: `gpgme_set_pinentry_mode`, `gpgme_set_passphrase_cb`
final class PassphraseProvider {
  private let policy: EngineConfiguration.PassphrasePolicy
  /// True when gpg asked again, which says that the passphrase given was wrong.
  private(set) var wasWrong = false

  init(_ policy: EngineConfiguration.PassphrasePolicy) {
    self.policy = policy
  }

  /// Makes `context` follow the policy.
  ///
  /// The provider must outlive the context.
  func attach(to context: gpgme_ctx_t) {
    switch policy {
    case .pinentry:
      break
    case .neverAsk:
      _ = unsafe gpgme_set_pinentry_mode(context, GPGME_PINENTRY_MODE_ERROR)
    case .given:
      _ = unsafe gpgme_set_pinentry_mode(context, GPGME_PINENTRY_MODE_LOOPBACK)
      // gpgme keeps the pointer without a reference: ``Context`` owns the provider and releases the context first.
      unsafe gpgme_set_passphrase_cb(context, answerPassphrase, Unmanaged.passUnretained(self).toOpaque())
    }
  }

  /// Forgets the last operation.
  func reset() { wasWrong = false }

  /// True when nobody is ever asked.
  var neverAsks: Bool {
    if case .neverAsk = policy { true } else { false }
  }

  /// True when the configuration holds the passphrase.
  var isGiven: Bool {
    if case .given = policy { true } else { false }
  }

  /// Why a key is still locked after an act of which gpg says nothing.
  var likelyProblem: GPGMEError.PassphraseProblem {
    switch policy {
    case .pinentry: .notGiven
    case .neverAsk: .nobodyToAsk
    case .given: .wrong
    }
  }

  fileprivate func answer(wasBad: Bool, on descriptor: CInt) -> gpgme_error_t {
    guard case .given(let secret) = policy else { return gpgme_error(GPG_ERR_CANCELED) }
    // The same answer twice would only be wrong twice.
    if wasBad {
      wasWrong = true
      return gpgme_error(GPG_ERR_BAD_PASSPHRASE)
    }
    return secret.withBytes { bytes in
      // gpgme_io_writen takes the bytes counted before it returns.
      let sent = unsafe bytes.withUnsafeBytes { unsafe gpgme_io_writen(descriptor, $0.baseAddress, $0.count) }
      let ended = unsafe gpgme_io_writen(descriptor, "\n", 1)
      return sent == 0 && ended == 0 ? 0 : gpgme_error(GPG_ERR_EIO)
    }
  }
}

/// Called by gpgme with the provider that was registered, when gpg asks.
private func answerPassphrase(
  _ hook: UnsafeMutableRawPointer?, _ userID: UnsafePointer<CChar>?, _ info: UnsafePointer<CChar>?, _ wasBad: CInt,
  _ descriptor: CInt
) -> gpgme_error_t {
  guard let hook = unsafe hook else { return gpgme_error(GPG_ERR_INV_ARG) }
  let provider = unsafe Unmanaged<PassphraseProvider>.fromOpaque(hook).takeUnretainedValue()
  return provider.answer(wasBad: wasBad != 0, on: descriptor)
}
