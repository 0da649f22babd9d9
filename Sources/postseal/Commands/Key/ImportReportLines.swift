import GPGME
import SealedMail

/// What is told about an import before it is done.
struct ImportReportLines {
  let plan: ImportPlan
  /// When certificates are judged, in seconds since 1970.
  let now: Int64

  /// For each key what it is and what would change; those of which nothing is new have one line.
  var lines: [String] {
    var lines: [String] = []
    for item in plan.items {
      switch item {
      case .certificate(let update) where !update.isNews: lines.append(Self.line("unchanged", update.certificate))
      case .certificate(let update): lines += self.lines(of: update) + [""]
      case .secretKey(let certificate, isKnown: true): lines.append(Self.line("secret key, here already", certificate))
      case .secretKey(let certificate, isKnown: false):
        let report = CertificateReport(certificate: certificate, now: now)
        lines +=
          [report.fingerprintLine] + certificate.userIDs.map(report.line) + ["change       a secret key, new here", ""]
      case .useless(let fingerprint):
        lines.append("of no use    \(fingerprint.short): it has no user ID of its own, and is not in your keyring")
      }
    }
    if plan.revocationCount > 0 {
      lines.append("change       revocations of whole certificates: \(plan.revocationCount)")
    }
    return lines
  }

  private func lines(of update: CertificateUpdate) -> [String] {
    var lines = CertificateReport(certificate: update.certificate, now: now).lines()
    let changes = update.changes.isEmpty ? ["new signatures"] : update.changes.map(\.words)
    lines += changes.map { "change       \(TerminalText.visible($0))" }
    let used = update.known?.userIDs.filter { $0.isUsable && $0.validity >= .full }.compactMap(\.address) ?? []
    if !used.isEmpty, !update.changes.isEmpty {
      lines.append("in use       mail for \(TerminalText.visible(used.joined(separator: ", "))) is sealed to it")
    }
    return lines
  }

  private static func line(_ word: String, _ certificate: Certificate) -> String {
    let userID = certificate.userIDs.first(where: \.isUsable) ?? certificate.userIDs.first
    return
      "\(TerminalText.padded(word, to: 11))  \(TerminalText.visible(userID?.text ?? "no user ID")) \(certificate.fingerprint.short)"
  }

  /// What would come of each certificate, as `--json` has it.
  var json: JSONValue {
    let rows = plan.items.compactMap { item -> JSONValue? in
      switch item {
      case .certificate(let update):
        Self.row(
          CertificateReport(certificate: update.certificate, now: now), isImported: false, changes: update.changes,
          isSecret: false)
      case .secretKey(let certificate, _):
        Self.row(
          CertificateReport(certificate: certificate, now: now), isImported: false, changes: [], isSecret: false)
      case .useless: nil
      }
    }
    return .report(["certificates": .array(rows)])
  }

  /// A certificate, and what came of it.
  static func row(
    _ report: CertificateReport, isImported: Bool, changes: [CertificateChange], isSecret: Bool
  ) -> JSONValue {
    report.json.adding("imported", .bool(isImported))
      .adding("changes", .array(changes.map { .members(["kind": .string($0.name), "text": .string($0.words)]) }))
      .adding("secretImported", .bool(isSecret))
  }

  /// Everything that was found, news or not.
  var fingerprints: [Fingerprint] {
    plan.items.compactMap { item in
      switch item {
      case .certificate(let update): update.certificate.fingerprint
      case .secretKey(let certificate, _): certificate.fingerprint
      case .useless: nil
      }
    }
  }

  /// Second certificates that an address would get.
  ///
  /// - Throws: What can befall gpg.
  func rivals(with gpg: inout Context) throws(GPGMEError) -> [Rival] {
    let news = plan.items.compactMap { item -> (new: Certificate, known: Certificate?)? in
      switch item {
      case .certificate(let update): update.isNews ? (update.certificate, update.known) : nil
      case .secretKey(let certificate, let isKnown): isKnown ? nil : (certificate, nil)
      case .useless: nil
      }
    }
    return try Rival.all(of: news, with: &gpg)
  }
}
