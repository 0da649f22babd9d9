import GPGME
import MIME
import SealedMail

/// The verdict on a file as it is shown, as it is printed in JSON, and as an exit status.
struct FileVerdictReport {
  let verdict: Verdict

  /// The lines that tell the finding and what stands behind it; see ``VerdictReport/lines(style:columns:)``.
  func lines(style: Style, columns: Int?) -> [String] {
    let summary = VerdictSummary(verdict, sender: nil, time: LocalTime.minute)
    return VerdictReport.lines([summary.headline] + summary.details, mark: summary.mark, style: style, columns: columns)
  }

  /// The members of the `--json` report; `Documentation/json.md` describes them.
  var json: JSONValue {
    .report([
      "encryption": .string(verdict.encryption.name),
      "openedWith": .optional(verdict.layers.first?.opening?.rawValue),
      "recipients": .strings(verdict.layers.first?.recipients ?? []),
      "signature": .string(verdict.signature.rawValue),
      "trusted": .bool(verdict.isGoodAndTrusted),
      "signer": verdict.signer.map(VerdictReport.json) ?? .null,
      "signatures": .array(verdict.signatures.map(VerdictReport.json)),
      "warnings": VerdictReport.warnings(of: verdict),
    ])
  }

  /// Which of the `--require-…` options is not met; nil when all are.
  ///
  /// Of several signatures any one may be the one that is required.
  func unmet(_ requirements: FileRequirementOptions) -> Failure? {
    if requirements.requireSignature || requirements.requireSigner != nil, !verdict.isGoodAndTrusted {
      return Failure(.badVerdict, "the file has no good signature by a verified certificate, and one is required")
    }
    guard let wanted = requirements.signer else { return nil }
    let isMet = verdict.signatures.contains { record in
      record.isGoodAndTrusted && record.address.flatMap { try? AddrSpec($0) } == wanted
    }
    return isMet ? nil : Failure(.badVerdict, "the file is not signed by \(wanted.text)")
  }
}

extension Session {
  /// Tells the verdict on a file on standard error, and where its content went.
  ///
  /// - Parameter path: nil when nothing was written, or to standard output.
  func explain(_ report: FileVerdictReport, written path: String? = nil, count: Int = 0) {
    switch console.format {
    case .json: console.explain(report.json.adding("output", .optional(path)))
    case .text:
      console.explain(report.lines(style: console.terminal.errorStyle, columns: console.terminal.errorColumns))
      if let path { console.note("wrote \(path), \(ByteCount(count))") }
    }
  }
}

extension Session {
  /// Tells the verdict on a file on standard output.
  ///
  /// - Parameters:
  ///   - data: the file that a detached signature is about; nil for one that carries its own.
  ///   - checksums: what became of the files that the signed list names.
  func report(_ report: FileVerdictReport, on data: String?, checksums: ChecksumCheck? = nil) throws(Failure) {
    switch console.format {
    case .json:
      let json = report.json.adding("data", .optional(data))
      try console.report(checksums.map { json.adding("checksums", $0.json) } ?? json)
    case .text where console.detail == .quiet: break
    case .text:
      let terminal = console.terminal
      try console.report(
        report.lines(style: terminal.outputStyle, columns: terminal.outputColumns)
          + (checksums?.lines(style: terminal.outputStyle) ?? []))
    }
  }
}

extension Failure {
  /// Why a file called `name` was not decrypted.
  init(_ refusal: DecryptionRefusal, ofFile name: String) {
    guard refusal == .notEncrypted else {
      self.init(refusal, of: name)
      return
    }
    self.init(.decryptionFailed, "cannot decrypt \(name): it is not encrypted")
  }
}
