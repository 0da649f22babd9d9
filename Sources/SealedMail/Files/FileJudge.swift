import GPGME
import MIME

/// Draws conclusions from what GnuPG said about the signatures on a file: like ``Judge``, but nothing says who should have signed it.
struct FileJudge {
  /// The address whose signature is wanted, where the reader named one.
  let signer: AddrSpec?
  /// Now, in seconds since 1970.
  let now: Int64
  private var policy: SignaturePolicy { SignaturePolicy(now: now, subject: .file) }

  /// The finding for one signature alone; the user ID is the best known of the certificate, or the one of the address wanted.
  func record(of report: SignatureReport) -> SignerRecord {
    let (finding, reason) = policy.finding(of: report)
    let userID = report.certificate?.namingUserID(for: signer?.text)
    let trust = finding == .good ? userID.flatMap { CertificateChoice.trust(by: [$0]) } : nil
    return SignerRecord(report, finding: finding, reason: reason, userID: userID, trust: SignerTrust(trust))
  }

  /// The one layer of a file that is signed.
  func layer(_ kind: VerdictLayer.Kind, _ reading: SignatureReading) -> VerdictLayer {
    VerdictLayer(kind, section: "", counts: policy.isMet(byAnyOf: reading.reports))
  }

  /// The verdict on a file.
  ///
  /// - Parameters:
  ///   - reading: what its signatures are.
  ///   - coversAll: false when more stands in the file than they are about.
  func verdict(
    _ reading: SignatureReading, layers: [VerdictLayer], encryption: EncryptionFinding, coversAll: Bool = true
  ) -> Verdict {
    let records = reading.reports.map(record) + reading.malformed.map(SignerRecord.malformed)
    let chosen = Judge.decisive(records)
    let others = records.filter { $0 != chosen }.compactMap(\.reason).map(VerdictWarning.otherSignature)
    var told: Set<VerdictWarning> = []
    return Verdict(
      subject: .file, layers: layers, encryption: encryption,
      signature: chosen.map { $0.finding == .good && !coversAll ? .partial : $0.finding } ?? .none, signer: chosen,
      signatures: records, warnings: (reading.warnings + others).filter { told.insert($0).inserted })
  }
}
