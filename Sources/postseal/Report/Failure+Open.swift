import SealedMail

extension Failure {
  /// The failure of opening: the message could not be judged at all.
  init(_ error: OpenError) {
    switch error {
    case .message(let cause): self.init(cause)
    case .tooManyLayers(let limit):
      self.init(.malformedInput, "the message has more than \(limit) layers of encryption, the limit")
    case .tooManySignatures(let limit):
      self.init(.malformedInput, "the message has more than \(limit) layers of signature, the limit")
    case .engine(let cause): self.init(cause)
    case .stream(let cause): self.init(cause)
    case .noSuchPart(let part):
      self.init(
        .noInput, "there is no part \(part.text) in the message", hint: "`postseal read --json` of it lists its parts")
    case .severalBlocks(let section, let count):
      self.init(
        .usage, "part \(section) holds \(count) OpenPGP blocks; name one",
        hint: "`--part \(section):1` opens the first one")
    case .expansion(let limit):
      self.init(
        .decryptionFailed, "the message grows past \(ByteCount(limit)) when it is opened; nothing was written",
        hint: "if you expect that from its sender, raise the limit with `--expansion-limit BYTES`")
    }
  }

  /// Why a message called `name` was not opened.
  init(_ refusal: DecryptionRefusal, of name: String) {
    let (status, hint): (ExitStatus, String?) =
      switch refusal {
      case .noSecretKey(_, _, isFinal: false):
        (.noSecretKey, "if a key of yours has a passphrase, run it at a terminal without `--batch`")
      case .noSecretKey: (.noSecretKey, "see your own keys with `postseal key list --secret`")
      case .passphrase:
        (.passphrase, "run it at a terminal without `--batch`, or give the passphrase with `--passphrase-fd N`")
      case .integrity: (.integrityFailed, "ask the sender to send it again")
      case .unreadable(let kind): (.decryptionFailed, kind.hint)
      case .notEncrypted, .other: (.decryptionFailed, nil)
      }
    let nothing = status == .integrityFailed ? "; nothing was written" : ""
    self.init(
      status, sentences: ["cannot open \(name): \(refusal.sentence)\(nothing)"], hints: [hint].compactMap(\.self))
  }
}

extension UnreadableCiphertext {
  /// What would read it.
  fileprivate var hint: String {
    switch self {
    case .rfc9580:
      "open it with `sqop` 0.37 or newer (Sequoia), GopenPGP 3 or rPGP, or ask the sender for one that GnuPG reads"
    case .gnupgAEAD: "open it with gpg 2.4.6 or newer, or ask the sender to encrypt without AEAD"
    case .postQuantum(["Kyber"]): "open it with gpg 2.5 or newer"
    case .postQuantum: "open it with `sqop` 0.38 or newer (Sequoia), or ask the sender to use another key of yours"
    case .algorithms, .unknownVersion:
      "try a newer program such as `sqop`, or ask the sender for one that GnuPG reads"
    }
  }
}
