import ByteStreams
import GPGME
import MIME
import SealedMail

/// What is told about a message that was, or would be, sealed: for whom, by whose certificates, and how.
struct SealReport {
  let prepared: Prepared

  private var plan: SealPlan { prepared.plan }

  /// The lines of a person's report: one for each certificate, then the summary after `opening` ("sealed").
  func lines(style: Style, columns: Int?, opening: String) -> [String] {
    rows.lines(style, columns: columns) + ["\(opening): \(summary(after: opening))"]
  }

  /// The members of the `--json` report.
  var json: KeyValuePairs<String, JSONValue> {
    [
      "protection": .string(plan.protection.rawValue),
      "sender": .string(plan.sender.text),
      "signer": .optional(plan.signer?.fingerprint.hex),
      "recipients": rows.json,
      "copyToSelf": .optional(plan.ownCertificate?.fingerprint.hex),
      "copies": .array(
        plan.copies.map {
          .members(["addresses": .strings($0.addresses.map(\.text)), "blind": .bool($0.isBlind)])
        }),
    ]
  }

  private var rows: CertificateRows {
    CertificateRows(
      recipients: plan.recipients, own: plan.ownCertificate.map { (plan.sender.text, $0) },
      blind: Set(plan.copies.filter(\.isBlind).flatMap(\.addresses)))
  }

  /// `signed as alice@example.org, encrypted, subject hidden, 1 attachment, 84 kB`.
  private func summary(after opening: String) -> String {
    if prepared.passed != nil { return "as it was given, \(ByteCount(prepared.message.store.count))" }
    var facts: [String] = []
    switch plan.protection {
    case .sealed: facts += ["signed as \(signer)", "encrypted", "subject hidden"]
    case .encryptedOnly:
      facts += ["not signed", "encrypted", "subject hidden"]
      if plan.ownCertificate == nil { facts.append("not readable by yourself") }
    case .signed: facts += [opening == "signed" ? "as \(signer)" : "signed as \(signer)", "not encrypted"]
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
}
