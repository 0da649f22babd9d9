package import GPGME
package import MIME

/// What the sender wants, beside the message itself.
package struct SealOptions: Sendable {
  /// What is to be done to the message.
  package var protection: Protection = .sealed
  /// What of the header stands outside the encryption.
  package var confidentiality: HeaderConfidentiality = .baseline
  /// The configuration's fixed choices of certificates.
  package var map = CertificateMap()
  /// What came with mail, where the configuration lets that count.
  package var autocrypt = AutocryptTargets.none
  /// The certificate that signs; nil to find it by the From address.
  package var signer: Fingerprint?
  /// Now, in seconds since 1970.
  package var now: Int64

  package init(now: Int64) {
    self.now = now
  }
}

/// The configuration's rules: which protection mail for an address gets; the first that fits wins.
package struct ProtectionRules: Sendable {
  /// One rule: who it is for, and what it asks.
  package struct Rule: Sendable {
    package let patterns: [CertificateMap.Pattern]
    package let protection: Protection

    package init(patterns: [CertificateMap.Pattern], protection: Protection) {
      self.patterns = patterns
      self.protection = protection
    }
  }

  /// The rules in the order of the configuration.
  package let rules: [Rule]

  package init(_ rules: [Rule] = []) {
    self.rules = rules
  }

  /// The one protection for a message to all of `recipients`; sealed where no rule fits.
  ///
  /// - Throws: `SealError.mixedProtection` when they differ: one message is never sent in two versions (RFC 9787 §9.6).
  package func protection(for recipients: [AddrSpec]) throws(SealError) -> Protection {
    let each = recipients.map { address in
      (address, rules.first { $0.patterns.contains { $0.covers(address) } }?.protection ?? .sealed)
    }
    guard let first = each.first else { return .sealed }
    guard each.allSatisfy({ $0.1 == first.1 }) else { throw .mixedProtection(each) }
    return first.1
  }
}
