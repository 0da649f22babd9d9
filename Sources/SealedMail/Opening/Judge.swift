import GPGME
import MIME
import OpenPGPPackets

/// Draws conclusions from what GnuPG said about signatures: pure, so that every case can be tested without gpg.
struct Judge {
  /// Every mailbox of every From field.
  let from: [Mailbox]
  /// The Date field, in seconds since 1970; nil when there is none that can be read.
  let date: Int64?
  /// Now, in seconds since 1970.
  let now: Int64

  /// The finding for one signature alone.
  func record(of report: SignatureReport) -> SignerRecord {
    let (finding, reason) = finding(of: report)
    let userID = report.certificate?.namingUserID(for: from.count == 1 ? from[0].address.text : nil)
    let trust = finding == .good ? trust(of: report.certificate) : .unverified
    return SignerRecord(report, finding: finding, reason: reason, userID: userID, trust: trust)
  }

  private func finding(of report: SignatureReport) -> (SignatureFinding, String?) {
    let (finding, reason) = SignaturePolicy(now: now, subject: .message).finding(of: report)
    guard finding == .good else { return (finding, reason) }
    guard from.count == 1, report.certificate?.userIDs(for: from[0].address.text).isEmpty == false else {
      return (.senderMismatch, "the signer is not the From address")
    }
    return (.good, nil)
  }

  private func trust(of certificate: Certificate?) -> SignerTrust {
    guard from.count == 1, let certificate else { return .unverified }
    return SignerTrust(CertificateChoice.trust(in: certificate, for: from[0].address))
  }

  /// The record that decides about the message: the best one, since a failed signature counts as none beside a good one.
  ///
  /// Source: RFC 9787 §6.4
  static func decisive(_ records: [SignerRecord]) -> SignerRecord? {
    let order: [SignatureFinding] = [
      .good, .senderMismatch, .expired, .revoked, .unknownSigner, .weak, .bad, .malformed,
    ]
    for finding in order {
      let fitting = records.filter { $0.finding == finding }
      if let trusted = fitting.first(where: { $0.trust != .unverified }) ?? fitting.first { return trusted }
    }
    return nil
  }

  /// What a reader should be told beside the finding.
  func warnings(about chosen: SignerRecord?, others records: [SignerRecord]) -> [VerdictWarning] {
    var warnings: [VerdictWarning] = []
    if from.count != 1 { warnings.append(.fromIsAmbiguous(count: from.count)) }
    for mailbox in from where mailbox.displayNameContainsAddress {
      warnings.append(.displayNameHoldsAddress(mailbox.displayName ?? ""))
    }
    for mailbox in from where mailbox.addressMixesAlphabets {
      warnings.append(.addressMixesAlphabets(mailbox.address.text.spelledOut))
    }
    if let chosen, chosen.finding == .good, let signedAt = chosen.signedAt, let date,
      abs(signedAt - date) > SignaturePolicy.day
    {
      warnings.append(.signedAtOtherTime(signedAt: signedAt, date: date))
    }
    for record in records where record != chosen {
      if let reason = record.reason { warnings.append(.otherSignature(reason)) }
    }
    return warnings
  }
}

extension SignerTrust {
  /// The trust in a signer that the certificate has for a user ID; nil for none.
  init(_ trust: RecipientTrust?) {
    switch trust {
    case .verified, .named: self = .verified
    case .accepted(let at): self = .accepted(at)
    case nil, .autocrypt: self = .unverified
    }
  }
}

extension SignerRecord {
  /// The record of a signature that GnuPG reported, and what was concluded about it.
  init(
    _ report: SignatureReport, finding: SignatureFinding, reason: String?, userID: UserID?, trust: SignerTrust
  ) {
    self.init(
      finding: finding, claimedKeyID: report.claimedKeyID?.description, fingerprint: report.primary,
      userID: userID?.text, address: userID?.address, signedAt: report.created, expiresAt: report.expires,
      hashName: report.hashName, algorithmName: report.algorithmName, trust: trust, reason: reason)
  }

  /// The record of a signature layer that gave no report.
  static func malformed(_ reason: String) -> SignerRecord {
    SignerRecord(
      finding: .malformed, claimedKeyID: nil, fingerprint: nil, userID: nil, address: nil, signedAt: nil,
      expiresAt: nil,
      hashName: nil, algorithmName: nil, trust: .unverified, reason: reason)
  }
}
