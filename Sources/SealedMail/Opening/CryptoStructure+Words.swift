import ByteStreams
import GPGME
package import MIME
import OpenPGPPackets

extension CryptoStructure.Repair {
  /// The repair in words: lower case, no full stop.
  var sentence: String {
    switch self {
    case .missingProtocol: "its protocol parameter is missing"
    case .missingVersion: "its control part has no version"
    case .reordered: "its parts are out of order"
    case .extraParts: "it holds parts that do not belong there, which are not shown"
    case .relabelled: "a part has another media type than it should"
    case .mixed: "its multipart was turned into multipart/mixed"
    case .wrapped: "a multipart/mixed was put around it"
    case .unterminated: "its end is missing"
    }
  }
}

extension CryptoStructure.Malformation {
  /// The reason in words: lower case, no full stop.
  var sentence: String {
    switch self {
    case .unknownProtocol(let name): "its protocol \"\(name)\" is unknown"
    case .missingControl: "its control part is missing"
    case .unknownVersion: "its version is unknown"
    case .missingCiphertext: "its ciphertext is missing"
    case .severalCiphertexts: "it holds more than one ciphertext"
    case .partCount(let count): "it has \(count) parts where two belong"
    case .missingSignature: "its signature is missing"
    case .unreadable: "its multipart has no boundary"
    }
  }
}

extension CryptoStructure.Errant.Kind {
  /// What the part is, behind "is".
  package var words: String {
    switch self {
    case .encrypted, .inline(.message): "encrypted on its own"
    case .signed, .inline(.signedMessage): "signed on its own"
    case .inline: "an OpenPGP block"
    case .smime(let kind): kind.words
    }
  }
}

extension CryptoStructure.SMIME {
  /// What it is: "S/MIME, encrypted".
  package var words: String {
    switch self {
    case .detached, .opaque("signed-data"): "S/MIME, signed"
    case .opaque("enveloped-data"), .opaque("authenveloped-data"): "S/MIME, encrypted"
    case .opaque("compressed-data"): "S/MIME, compressed"
    case .opaque("certs-only"): "S/MIME certificates"
    case .opaque: "S/MIME"
    }
  }

  /// What reads it, behind "it is …".
  var readers: String {
    switch self {
    case .detached, .opaque("signed-data"):
      "which postseal does not check: `openssl cms -verify`, mutt or Thunderbird does"
    case .opaque("enveloped-data"), .opaque("authenveloped-data"):
      "which postseal does not open: `openssl cms -decrypt`, mutt or Thunderbird does"
    case .opaque("compressed-data"): "which postseal does not unpack: `openssl cms -uncompress` does"
    case .opaque("certs-only"): "which postseal does not use: `openssl pkcs7 -print_certs` shows them"
    case .opaque: "which postseal does not check: `openssl cms`, mutt or Thunderbird does"
    }
  }
}

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
