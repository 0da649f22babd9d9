import GPGME
import MIME
import SealedMail

/// Why a certificate serves an address, or none does, as `key why` shows it.
struct DecisionReport {
  let decision: CertificateDecision
  /// What gpg finds for the address beside the candidates.
  let bystanders: [CertificateDecision.Bystander]
  /// What the configuration's rules do to mail for the address.
  let protection: Protection

  /// The failure that sealing would end with; nil when it would not.
  var failure: Failure? {
    switch decision.outcome {
    case .success: nil
    case .failure(let gap): Failure(SealError.recipients([gap]))
    }
  }

  /// The steps, the candidates under the step that found them, and what `send` would do.
  func lines(style: Style) -> [String] {
    var lines = [TerminalText.visible(decision.address.text)]
    for (index, step) in decision.steps.enumerated() {
      lines.append("\(index + 1)  \(TerminalText.padded(step.keyword, to: 13))  \(words(for: step))")
      // They stand under the step that found them.
      if case .address = step { lines += candidateLines(style) }
      if case .configuration(.some) = step { lines += candidateLines(style) }
    }
    lines.append("send  \(TerminalText.visible(effect))")
    for hint in failure?.hints ?? [] { lines.append("mend  \(TerminalText.visible(hint))") }
    return lines
  }

  private func candidateLines(_ style: Style) -> [String] {
    let candidates = decision.candidates.map { candidate in
      [
        style.mark(candidate.mark), candidate.certificate.fingerprint.short, candidate.certificate.origin,
        candidate.words,
      ]
    }
    let others = bystanders.map { bystander in
      [
        style.mark(.nothing), bystander.certificate.fingerprint.short, bystander.certificate.origin,
        "no candidate: \(TerminalText.visible(bystander.reason.words))",
      ]
    }
    return Table.lines(candidates + others).map { "   \($0)" }
  }

  private func words(for step: CertificateDecision.Step) -> String {
    switch step {
    case .configuration(nil): return "no entry of [keys] is for it"
    case .configuration(let entry?):
      return "[keys] names \(entry.fingerprint.short) for \(TerminalText.visible(entry.pattern.text)), which decides"
    case .address(let certificates):
      guard !certificates.isEmpty else { return "no certificate of your keyring has it as a user ID" }
      return certificates.count == 1
        ? "1 certificate has it as a user ID" : "\(certificates.count) certificates have it as a user ID"
    case .usable(let certificates): return count(certificates, "can be encrypted to")
    case .accepted(let certificates): return choice(certificates, "accepted by you")
    case .verified(let certificates): return choice(certificates, "verified")
    case .autocrypt(let certificates):
      guard let certificate = certificates.first else { return "no usable key came with mail" }
      return "\(certificate.fingerprint.short) came with mail, which decides"
    }
  }

  private func count(_ certificates: [Certificate], _ what: String) -> String {
    "\(certificates.isEmpty ? "none" : String(certificates.count)) of \(decision.candidates.count) \(what)"
  }

  private func choice(_ certificates: [Certificate], _ what: String) -> String {
    switch certificates.count {
    case 0: "none is \(what)"
    case 1: "\(certificates[0].fingerprint.short) is \(what), which decides"
    default:
      "\(certificates.count) are \(what), and nothing says which is meant: "
        + certificates.map(\.fingerprint.short).joined(separator: ", ")
    }
  }

  /// What `send` would do, as the end of a line that begins with it.
  private var effect: String {
    let sealing =
      switch decision.outcome {
      case .success(let recipient):
        "would encrypt to \(recipient.certificate.fingerprint.grouped), \(recipient.trust.words)"
      case .failure:
        "would refuse with status \(failure?.status.rawValue ?? 0): \(failure?.sentences.joined(separator: "; ") ?? "")"
      }
    return switch protection {
    case .sealed, .encryptedOnly: sealing
    case .signed: "would only sign, as a [[rule]] of the configuration says; if it encrypted, it \(sealing)"
    case .clear: "would refuse, as a [[rule]] of the configuration says clear; if it encrypted, it \(sealing)"
    }
  }
}

extension DecisionReport {
  /// The members of the `--json` report.
  var json: KeyValuePairs<String, JSONValue> {
    let failure = failure
    var chosen: Certificate?
    var gap: String?
    switch decision.outcome {
    case .success(let recipient): chosen = recipient.certificate
    case .failure(let reason): gap = reason.reason.keyword
    }
    return [
      "address": .string(decision.address.text),
      "steps": .array(decision.steps.map(\.json)),
      "candidates": .array(decision.candidates.map(\.json)),
      "bystanders": .array(
        bystanders.map {
          .members([
            "fingerprint": .string($0.certificate.fingerprint.hex), "reason": .string($0.reason.keyword),
            "text": .string($0.reason.words),
          ])
        }),
      "chosen": .optional(chosen?.fingerprint.hex),
      "gap": .optional(gap),
      "protection": .string(protection.rawValue),
      "status": .number(Int(failure?.status.rawValue ?? 0)),
      "messages": .strings(failure?.sentences ?? []),
      "hints": .strings(failure?.hints ?? []),
    ]
  }
}

extension Certificate {
  /// Algorithm and age: `ed25519, made 2025-01-01`.
  fileprivate var origin: String {
    created.map { "\(algorithm), made \(calendarDate($0))" } ?? algorithm
  }
}
