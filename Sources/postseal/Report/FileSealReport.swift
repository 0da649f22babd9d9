import GPGME
import MIME
import SealedMail

/// What is told about a file that was encrypted or signed: for whom, by whose certificates, and how.
struct FileSealReport {
  /// Nil for what a passphrase opens.
  let plan: FilePlan?
  /// Bytes of the file that was sealed.
  let size: Int

  /// The lines of a person's report: one for each certificate, then the summary after `opening` ("sealed").
  func lines(style: Style, columns: Int?, opening: String) -> [String] {
    rows.lines(style, columns: columns) + ["\(opening): \(summary)"]
  }

  /// The members of the `--json` report.
  var json: JSONValue {
    .report([
      "protection": .string(plan?.protection.rawValue ?? "passphrase"),
      "signer": .optional(plan?.signer?.fingerprint.hex),
      "recipients": rows.json,
      "copyToSelf": .optional(plan?.ownCertificate?.fingerprint.hex),
    ])
  }

  private var rows: CertificateRows {
    CertificateRows(recipients: plan?.recipients ?? [], own: plan?.ownCertificate.map { (name(of: $0), $0) })
  }

  /// `signed as alice@example.org, encrypted, 84 kB`.
  private var summary: String {
    guard let plan else { return "with a passphrase, \(ByteCount(size))" }
    var facts: [String] = []
    switch (plan.protection.isEncrypted, plan.signer) {
    case (true, let signer?): facts += ["signed as \(shown(signer))", "encrypted"]
    case (true, nil):
      facts += ["not signed", "encrypted"]
      if plan.ownCertificate == nil { facts.append("not readable by yourself") }
    case (false, let signer?): facts.append("as \(shown(signer))")
    case (false, nil): facts.append("not at all")
    }
    facts.append("\(ByteCount(size))")
    return facts.joined(separator: ", ")
  }

  private func shown(_ certificate: Certificate) -> String { TerminalText.visible(name(of: certificate)) }

  /// The sender's address where the certificate has it, else an address of the certificate's own.
  private func name(of certificate: Certificate) -> String {
    if let sender = plan?.sender, !certificate.userIDs(for: sender.text).isEmpty { return sender.text }
    return certificate.userIDs.lazy.filter(\.isUsable).compactMap(\.address).first ?? certificate.fingerprint.short
  }
}

extension Session {
  /// Tells on standard error what was made of a file, and where it went; nil for standard output.
  func explain(_ report: FileSealReport, opening: String, written path: String?) {
    switch console.format {
    case .json: console.explain(report.json.adding("output", .optional(path)))
    case .text:
      console.explain(
        report.lines(style: console.terminal.errorStyle, columns: console.terminal.errorColumns, opening: opening))
      if let path { console.note("wrote \(path)") }
    }
  }
}
