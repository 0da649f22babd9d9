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

  /// A day: how far a clock may be off, and a message may wait between writing and signing.
  private static let day: Int64 = 86_400
  /// The hashes that protect something; upper case.
  ///
  /// Source: RFC 9580 §9.5
  private static let soundHashes: Set<String> = ["SHA256", "SHA384", "SHA512", "SHA3-256", "SHA3-512"]

  /// The finding for one signature alone.
  func record(of report: SignatureReport) -> SignerRecord {
    let (finding, reason) = finding(of: report)
    let userID = userID(of: report.certificate)
    let trust = finding == .good ? trust(of: report.certificate) : .unverified
    return SignerRecord(
      finding: finding, claimedKeyID: report.claimedKeyID?.description, fingerprint: report.primary,
      userID: userID?.text, address: userID?.address, signedAt: report.created, expiresAt: report.expires,
      hashName: report.hashName,
      algorithmName: report.algorithmName, trust: trust, reason: reason)
  }

  private func finding(of report: SignatureReport) -> (SignatureFinding, String?) {
    switch report.status {
    case .bad: return (.bad, "it does not match the message")
    case .keyMissing: return (.unknownSigner, "its certificate is not in the keyring")
    case .expiredSignature: return (.expired, "the signature has expired")
    case .expiredKey: return (.expired, "the signer's certificate has expired")
    case .revokedKey: return (.revoked, "the signer's certificate is revoked")
    case .error(let text): return (.malformed, "there is a signature that cannot be checked: \(text)")
    case .good: return goodFinding(of: report)
    }
  }

  /// What our own policy says about a signature that GnuPG calls good.
  private func goodFinding(of report: SignatureReport) -> (SignatureFinding, String?) {
    guard let certificate = report.certificate, let key = report.fingerprint else {
      return (.unknownSigner, "its certificate is not in the keyring")
    }
    if certificate.flags.contains(.revoked) { return (.revoked, "the signer's certificate is revoked") }
    let hash = report.hashName?.uppercased() ?? "an unknown hash"
    guard Self.soundHashes.contains(hash) else { return (.weak, "the signature was made with \(hash)") }
    let signing = certificate.subkeys.first { $0.fingerprint == key } ?? certificate.primary
    // Whoever can forge the primary key's signatures can add a signing subkey of their own.
    for key in [signing, certificate.primary] where key.isWeak {
      return (.weak, "the signature was made with \(key.algorithm)")
    }
    guard let created = report.created else { return (.weak, "the signature has no time") }
    if created > now + Self.day { return (.weak, "the signature is dated in the future") }
    if let start = signing.created, created < start { return (.weak, "the signature is older than its key") }
    guard from.count == 1, !certificate.userIDs(for: from[0].address.text).isEmpty else {
      return (.senderMismatch, "the signer is not the From address")
    }
    return (.good, nil)
  }

  /// The user ID that fits the From address, else the first usable one.
  private func userID(of certificate: Certificate?) -> UserID? {
    guard let certificate else { return nil }
    let fitting = from.count == 1 ? certificate.userIDs(for: from[0].address.text) : []
    return fitting.first ?? certificate.userIDs.first(where: \.isUsable) ?? certificate.userIDs.first
  }

  private func trust(of certificate: Certificate?) -> SignerTrust {
    guard from.count == 1, let certificate else { return .unverified }
    switch CertificateChoice.trust(in: certificate, for: from[0].address) {
    case .verified, .named: return .verified
    case .accepted(let at): return .accepted(at)
    case nil: return .unverified
    }
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
      warnings.append(.addressMixesAlphabets(Self.spelling(of: mailbox.address)))
    }
    if let chosen, chosen.finding == .good, let signedAt = chosen.signedAt, let date, abs(signedAt - date) > Self.day {
      warnings.append(.signedAtOtherTime(signedAt: signedAt, date: date))
    }
    for record in records where record != chosen {
      if let reason = record.reason { warnings.append(.otherSignature(reason)) }
    }
    return warnings
  }
}

extension Judge {
  /// An address with each letter that is not ASCII's as its number.
  private static func spelling(of address: AddrSpec) -> String {
    address.text.unicodeScalars
      .map { $0.isASCII ? String($0) : "{U+\(String($0.value, radix: 16, uppercase: true))}" }.joined()
  }
}

extension SignerRecord {
  /// The record of a signature layer that gave no report.
  static func malformed(_ reason: String) -> SignerRecord {
    SignerRecord(
      finding: .malformed, claimedKeyID: nil, fingerprint: nil, userID: nil, address: nil, signedAt: nil,
      expiresAt: nil,
      hashName: nil, algorithmName: nil, trust: .unverified, reason: reason)
  }
}
