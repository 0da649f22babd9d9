import GPGME
import OpenPGPPackets
import SystemPackage

/// Everything about a certificate: what it is, who certified it, what it can be used for, and where its secret parts are.
struct CertificateDetails {
  let report: CertificateReport
  /// The certifications by others that GnuPG checked, for each user ID the last word of each issuer.
  let certifications: [Statement]
  /// Where the revocation certificate of an own key is kept; nil when none is stored.
  let revocationCertificate: FilePath?

  /// What somebody said of a user ID.
  struct Statement {
    let userID: GPGME.UserID
    let issuer: Certificate
    let certification: Certification
  }

  /// Looks up who certified `certificate`, which must have been listed with its certifications.
  ///
  /// - Throws: `GPGMEError`.
  static func of(
    _ certificate: Certificate, at now: Int64, with gpg: inout Context
  ) throws(GPGMEError) -> CertificateDetails {
    let checked = certificate.userIDs.flatMap { userID in
      userID.certifications.filter(\.isVerified).map { (userID, $0) }
    }
    let issuers = try gpg.certificates(withKeyIDs: Set(checked.map(\.1.issuer)))
    var statements: [Statement] = []
    for (userID, certification) in checked {
      guard let issuer = issuers.first(where: { $0.keyID == certification.issuer }) else { continue }
      // They come oldest first.
      statements.removeAll { $0.userID == userID && $0.issuer == issuer }
      statements.append(Statement(userID: userID, issuer: issuer, certification: certification))
    }
    return CertificateDetails(
      report: CertificateReport(certificate: certificate, now: now), certifications: statements,
      revocationCertificate: certificate.hasSecret ? gpg.revocationCertificate(of: certificate.fingerprint) : nil)
  }

  private var certificate: Certificate { report.certificate }

  /// The lines that tell it, in columns.
  func lines() -> [String] {
    var lines = [report.fingerprintLine]
    for userID in certificate.userIDs {
      lines.append(report.line(userID))
      lines += certifications.filter { $0.userID == userID }.map { Self.continued($0.words) }
    }
    for (index, key) in certificate.subkeys.enumerated() {
      lines.append(report.keyLine(index))
      if index > 0 { lines.append(Self.continued(key.fingerprint.grouped)) }
    }
    if certificate.hasSecret { lines.append("secret key   \(secretPlace)") }
    if let trustLine = report.trustLine { lines.append(trustLine) }
    lines += problems.map { "unusable     \($0)" }
    if certificate.hasSecret {
      let place = revocationCertificate.map { "a certificate for it is stored in \(TerminalText.visible($0.string))" }
      lines.append("revocation   \(place ?? "no certificate for it is stored here")")
    }
    return lines
  }

  /// A line that belongs to the one before.
  private static func continued(_ words: String) -> String { "             \(words)" }

  /// Why it cannot be used: mail is encrypted to all certificates, and signed with own keys.
  private var problems: [String] {
    let uses: [KeyUse] = certificate.hasSecret ? [.encryption, .signing] : [.encryption]
    let words = uses.compactMap { certificate.problem(for: $0, at: report.now)?.words }
    // What ends the whole certificate is told once.
    return words.count == 2 && words[0] == words[1] ? [words[0]] : words
  }

  private var secretPlace: String {
    let cards = Set(certificate.subkeys.compactMap(\.card)).sorted().map { TerminalText.visible($0) }
    let place = cards.isEmpty ? "here" : "on card \(cards.joined(separator: ", "))"
    return certificate.primary.hasSecret ? place : "\(place), but not that of the primary key, which is kept elsewhere"
  }

  /// The members of its JSON object.
  var json: JSONValue {
    let now = report.now
    return report.json
      .adding("uri", .string(Self.uri(of: certificate.fingerprint)))
      .adding(
        "signingProblem",
        .optional(certificate.hasSecret ? certificate.problem(for: .signing, at: now)?.words : nil)
      )
      .adding("primarySecret", .bool(certificate.primary.hasSecret))
      .adding("revocationCertificate", .optional(revocationCertificate?.string))
      .adding("certifications", .array(certifications.map(\.json)))
  }

  /// What programs that scan a fingerprint expect.
  ///
  /// Source: OpenKeychain, `OPENPGP4FPR`
  static func uri(of fingerprint: Fingerprint) -> String { "OPENPGP4FPR:\(fingerprint.hex)" }
}

extension CertificateDetails.Statement {
  /// Who said what, when, and for whom.
  fileprivate var words: String {
    let name = issuer.userIDs.first(where: \.isUsable) ?? issuer.userIDs.first
    let who =
      "\(name.map { TerminalText.visible($0.text) } ?? "a certificate without user ID"), \(issuer.fingerprint.short)"
    let when = certification.created.map { ", \(calendarDate($0))" } ?? ""
    if certification.kind == .revocation { return "certification taken back by \(who)\(when)" }
    var words = "certified by \(who)\(when), \(certification.isLocal ? "in this keyring only" : "exportable")"
    if let expires = certification.expires {
      words += ", \(certification.isExpired ? "expired" : "until") \(calendarDate(expires))"
    }
    return words
  }

  /// The members of its JSON object.
  fileprivate var json: JSONValue {
    .members([
      "userID": .string(userID.text), "issuer": .string(issuer.fingerprint.hex),
      "issuerUserID": .optional((issuer.userIDs.first(where: \.isUsable) ?? issuer.userIDs.first)?.text),
      "created": .optional(certification.created),
      "expires": .optional(certification.expires),
      "expired": .bool(certification.isExpired), "local": .bool(certification.isLocal),
      "revoked": .bool(certification.kind == .revocation),
    ])
  }
}
