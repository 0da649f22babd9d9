import GPGME
import MIME
import SealedMail

extension Failure {
  /// The failure of sealing: nothing was sealed, and nothing was sent.
  init(_ error: SealError) {
    switch error {
    case .recipients(let gaps): self.init(gaps)
    case .noRecipients:
      self.init(.usage, "the message names no recipient", hint: "add a To field, or `--to ADDRESS`")
    case .sender(let count):
      self.init(
        .usage, count == 0 ? "the message has no From address" : "the message has \(count) From addresses",
        hint: "name the one sender with `--from ADDRESS`")
    case .signer(let address, let gap): self.init(.noSigningKey, "cannot sign", as: address, gap)
    case .ownCopy(let address, let gap):
      self.init(.unusableCertificate, "cannot encrypt your own copy", as: address, gap)
    case .alreadySealedForOthers(let addresses):
      self.init(
        .wouldGoInClear, "the message is already sealed, but not for \(Self.list(addresses))",
        hint: "seal the original message again for all recipients")
    case .mixedProtection(let recipients):
      self.init(
        .wouldGoInClear,
        sentences: ["the rules ask for different protections"]
          + recipients.map { "\($0.0.text): \($0.1.rawValue)" },
        hints: ["send separate messages, or change the [[rule]] entries of the configuration"])
    case .localNames(let names):
      self.init(
        .allRefused, sentences: names.map { "nothing is known of the user `\($0)`, who has no domain" },
        hints: ["set `local-domain`, or name the user under [aliases], in the configuration"])
    case .unknownRequest(let text):
      self.init(
        .malformedInput, "the field X-Postseal asks for `\(text)`, and can ask for `clear` alone",
        hint: "have the program leave it out")
    case .wouldGoInClear(let addresses):
      self.init(
        .wouldGoInClear, "it would go in clear to \(Self.list(addresses))",
        hint: "add `--clear` if that is what you want")
    case .readBack(let expected, let found):
      self.init(
        .configuration,
        expected == found
          ? "gpg did not protect what it encrypted as it has to; nothing of it is used"
          : "gpg encrypted for \(found.joined(separator: ", ")) instead of \(expected.isEmpty ? "the passphrase alone" : expected.joined(separator: ", ")); nothing of it is used",
        hint: "look for `throw-keyids`, `group`, `recipient`, `hidden-recipient` and `rfc2440` in gpg.conf")
    case .repeatedField(let name, let count):
      self.init(
        .malformedInput, "the message has \(count) \(name) fields, and mail has one", hint: "remove all but one of them"
      )
    case .alreadySealedMalformed(let reason):
      self.init(
        .malformedInput, "the message is already sealed, but cannot be passed on: \(reason)",
        hint: "seal the original message again")
    case .notPlainText:
      self.init(
        .malformedInput,
        "cannot sign it in the clear: it has NULs, lone carriage returns or lines of over 16 kB, which such a signature does not cover",
        hint: "leave `--clear` out, for a signature in a file of its own")
    case .message(let error): self.init(error)
    case .engine(let error): self.init(error)
    case .stream(let error): self.init(error)
    }
  }

  /// All gaps at once; where several statuses apply, the lowest.
  private init(_ gaps: [RecipientGap]) {
    var status = ExitStatus.unusableCertificate
    var sentences: [String] = []
    var hints: [String] = []
    for gap in gaps {
      let (own, reason, hint) = gap.reason.account(for: gap.address.text)
      if own.rawValue < status.rawValue { status = own }
      sentences.append("\(reason)")
      if !hints.contains(hint) { hints.append(hint) }
    }
    self.init(status, sentences: sentences, hints: hints)
  }

  private init(_ status: ExitStatus, _ act: String, as sender: AddrSpec?, _ gap: SignerGap) {
    let (reason, hint) =
      switch gap {
      case .none:
        (
          sender == nil ? "you have no secret key" : "you have no secret key for that address",
          "name a key with `--as`, or make one with `postseal key new`"
        )
      case .missing(let fingerprint):
        ("you have no secret key \(fingerprint.short)", "see your own keys with `postseal key list --secret`")
      case .unusable(let certificate, let problem):
        (
          "certificate \(certificate.fingerprint.short) \(problem.words)",
          "name another key with `--as`, or make one with `postseal key new`"
        )
      case .ambiguous(let certificates):
        (
          "several keys could",
          "name one: " + certificates.map { "`--as \($0.fingerprint.hex)`" }.joined(separator: " or ")
        )
      }
    let name = sender.map { " as \($0.text)" } ?? ""
    self.init(status, "\(act)\(name): \(reason)", hint: hint)
  }

  private static func list(_ addresses: [AddrSpec]) -> String {
    addresses.map(\.text).joined(separator: ", ")
  }
}

extension CertificateGap {
  /// The status, the sentence and the next step for a recipient who cannot be encrypted to.
  fileprivate func account(for address: String) -> (ExitStatus, String, String) {
    switch self {
    case .none:
      (
        .noCertificate, "no certificate for \(address)",
        "looked in your keyring only; try `postseal key find \(address)`"
      )
    case .notAccepted(let certificates):
      (
        .notAccepted,
        "cannot encrypt to \(address): certificate \(Self.names(certificates)) is neither verified nor accepted",
        "compare the fingerprint with its owner, then `postseal key accept \(address) \(certificates.first?.fingerprint.hex ?? "")`"
      )
    case .unusable(let certificate, let problem):
      (
        .unusableCertificate,
        "cannot encrypt to \(address): certificate \(certificate.fingerprint.short) \(problem.words)",
        Self.mend(problem, of: certificate, for: address)
      )
    case .ambiguous(let certificates):
      (
        .unusableCertificate, "cannot encrypt to \(address): several certificates fit: \(Self.names(certificates))",
        "name one under [keys] in the configuration: \"\(address)\" = \"\(certificates.first?.fingerprint.hex ?? "")\""
      )
    case .mappedButMissing(let fingerprint):
      (
        .noCertificate,
        "no certificate for \(address): the configuration names \(fingerprint.short), which is not in the keyring",
        "import it with `postseal key import FILE`"
      )
    }
  }

  private static func mend(_ problem: CertificateProblem, of certificate: Certificate, for address: String) -> String {
    switch problem {
    case .disabled: "take it into use again with `postseal key enable \(certificate.fingerprint.hex)`"
    case .notYetValid: "set the clock of this machine right, which `date` shows"
    default: "ask \(address) for a current certificate, then `postseal key import FILE`"
    }
  }

  private static func names(_ certificates: [Certificate]) -> String {
    certificates.map(\.fingerprint.short).joined(separator: ", ")
  }
}
