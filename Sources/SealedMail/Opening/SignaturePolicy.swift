import GPGME

/// What is concluded about one signature alone, whoever was meant to make it: GnuPG's word, and our own policy about what it calls good.
///
/// Pure, so that every case can be tested without gpg.
struct SignaturePolicy {
  /// Now, in seconds since 1970.
  let now: Int64
  /// What is signed, for the words.
  let subject: Verdict.Subject

  /// A day: how far a clock may be off.
  static let day: Int64 = 86_400
  /// The hashes that protect something; upper case.
  ///
  /// Source: RFC 9580 §9.5
  private static let soundHashes: Set<String> = ["SHA256", "SHA384", "SHA512", "SHA3-256", "SHA3-512"]

  /// Whether one of these signatures holds, by whomever.
  func isMet(byAnyOf reports: [SignatureReport]) -> Bool { reports.contains { finding(of: $0).0 == .good } }

  /// The finding, `.good` for a sound signature by whomever, and the reason in words for every other.
  func finding(of report: SignatureReport) -> (SignatureFinding, String?) {
    switch report.status {
    case .bad: return (.bad, "it does not match the \(subject.rawValue)")
    case .keyMissing: return (.unknownSigner, "its certificate is not in the keyring")
    case .expiredSignature: return (.expired, "the signature has expired")
    case .expiredKey: return (.expired, "the signer's certificate has expired")
    case .revokedKey: return (.revoked, "the signer's certificate is revoked")
    case .error(let text): return (.malformed, "there is a signature that cannot be checked: \(text)")
    case .good: return soundness(of: report)
    }
  }

  /// What our own policy says about a signature that GnuPG calls good.
  private func soundness(of report: SignatureReport) -> (SignatureFinding, String?) {
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
    return (.good, nil)
  }
}
