import ByteStreams
import GPGME
import OpenPGPPackets

extension DecryptionRefusal {
  /// What a failure to decrypt the message with these packets means for it; nil for failures that are not the message's.
  ///
  /// - Parameter passphrases: who was there to unlock a key.
  init?(
    _ error: GPGMEError, of summary: CiphertextSummary, passphrases: EngineConfiguration.PassphrasePolicy
  ) {
    if let kind = UnreadableCiphertext(summary, failedWith: error.cause) {
      self = .unreadable(kind)
      return
    }
    switch error.cause {
    case .noSecretKey(let recipients): self.init(nobodyHereAmong: recipients, passphrases)
    // Its other recipients have keys that gpg would know how to use.
    case .unsupportedAlgorithm where summary.recipients.contains { $0.algorithm.isForeignToGPG }:
      self.init(nobodyHereAmong: summary.recipientKeyIDs, passphrases)
    case .integrity(.unprotected) where summary.content != .encrypted(.none):
      self = .integrity("the message was altered or cut on the way")
    case .messagePassphrase(.wrong) where summary.passphrases.count > 1:
      let count = summary.passphrases.count
      self = .passphrase(
        "it is encrypted with \(count) passphrases, of which gpg tries the first, and the one given is not that")
    case .messagePassphrase where !summary.recipients.isEmpty:
      self = .passphrase("no secret key here opens it; \(error.cause.words)")
    case .passphrase, .messagePassphrase: self = .passphrase(error.cause.words)
    case .integrity: self = .integrity(error.cause.words)
    case .stream(StreamError.malformed(let how)): self = .integrity("the ciphertext is damaged: \(how)")
    case .notEncrypted: self = .notEncrypted
    case .noData, .malformed: self = .integrity("the ciphertext is damaged or cut")
    case .unsupportedAlgorithm, .agent, .other: self = .other(error.cause.words)
    default: return nil
    }
  }

  private init(nobodyHereAmong recipients: [KeyID], _ passphrases: EngineConfiguration.PassphrasePolicy) {
    let named = recipients.filter { !$0.isWildcard }.map(\.description)
    let hidden = recipients.count - named.count
    let isAskable = if case .neverAsk = passphrases { false } else { true }
    self = .noSecretKey(recipients: named, hidden: hidden, isFinal: hidden == 0 || isAskable)
  }
}
