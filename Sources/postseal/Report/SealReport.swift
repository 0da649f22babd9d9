import ByteStreams
import GPGME
import MIME
import SealedMail

/// What is told about a message that was, or would be, sealed: for whom, by whose certificates, and how.
struct SealReport {
  let prepared: Prepared

  private var plan: SealPlan { prepared.plan }

  /// The lines of a person's report: one for each certificate, then the summary after `opening` ("sealed").
  func lines(style: Style, opening: String) -> [String] {
    certificateLines(style) + ["\(opening): \(summary)"]
  }

  /// The members of the `--json` report.
  var json: KeyValuePairs<String, JSONValue> {
    [
      "protection": .string(plan.protection.rawValue),
      "sender": .string(plan.sender.text),
      "signer": .optional(plan.signer?.fingerprint.hex),
      "recipients": .array(plan.recipients.map(Self.json)),
      "copyToSelf": .optional(plan.ownCertificate?.fingerprint.hex),
      "copies": .array(
        plan.copies.map {
          .members(["addresses": .strings($0.addresses.map(\.text)), "blind": .bool($0.isBlind)])
        }),
    ]
  }

  private func certificateLines(_ style: Style) -> [String] {
    let blind = Set(plan.copies.filter(\.isBlind).flatMap(\.addresses))
    var rows = plan.recipients.map { recipient in
      [
        TerminalText.visible(recipient.address.text), recipient.certificate.algorithm,
        recipient.certificate.fingerprint.short,
        recipient.trust.words + (blind.contains(recipient.address) ? ", blind copy" : ""),
      ]
    }
    if let own = plan.ownCertificate {
      rows.append([TerminalText.visible(plan.sender.text), own.algorithm, own.fingerprint.short, "copy to self"])
    }
    return Table.lines(rows).map { "  \(style.mark(.good)) \($0)" }
  }

  /// `signed as alice@example.org, encrypted, subject hidden, 1 attachment, 84 kB`.
  private var summary: String {
    if prepared.passed != nil { return "as it was given, \(ByteCount(prepared.message.store.count))" }
    var facts: [String] = []
    switch plan.protection {
    case .sealed: facts += ["signed as \(signer)", "encrypted", "subject hidden"]
    case .encryptedOnly:
      facts += ["not signed", "encrypted", "subject hidden"]
      if plan.ownCertificate == nil { facts.append("not readable by yourself") }
    case .signed: facts += ["as \(signer)", "not encrypted"]
    case .clear: facts += ["not signed", "not encrypted"]
    }
    let attachments = MessageParts(of: prepared.message.structure).attachments.count
    if attachments > 0 { facts.append(attachments == 1 ? "1 attachment" : "\(attachments) attachments") }
    facts.append("\(ByteCount(prepared.message.store.count))")
    return facts.joined(separator: ", ")
  }

  private var signer: String {
    guard let signer = plan.signer else { return "nobody" }
    let own = signer.userIDs(for: plan.sender.text)
    return TerminalText.visible(
      own.isEmpty ? signer.userIDs.first?.address ?? signer.fingerprint.short : plan.sender.text)
  }

  private static func json(_ recipient: RecipientCertificate) -> JSONValue {
    .members([
      "address": .string(recipient.address.text),
      "fingerprint": .string(recipient.certificate.fingerprint.hex),
      "algorithm": .string(recipient.certificate.algorithm),
      "trust": .string(recipient.trust.name),
    ])
  }
}

extension RecipientTrust {
  /// The trust as a report has it.
  fileprivate var words: String {
    switch self {
    case .verified: "verified"
    case .accepted(let time): "accepted by you, \(calendarDate(time))"
    case .named: "named in the configuration"
    }
  }

  /// The trust as JSON has it.
  fileprivate var name: String {
    switch self {
    case .verified: "verified"
    case .accepted: "accepted"
    case .named: "named"
    }
  }
}
