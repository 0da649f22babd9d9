package import MIME

/// What a filter does with mail that comes in clear.
package enum FilterPolicy: String, CaseIterable, Sendable {
  /// It is sealed; where no certificate serves, it is refused and its sender told.
  case seal
  /// It is sealed where a certificate serves, and stays in clear where none does.
  case sealIfKey = "seal-if-key"
  /// It is refused: only encrypted mail is taken.
  case bounce
  /// It is sealed; where no certificate serves, it waits in the mail server's queue.
  case hold
}

/// The configuration's rules: what is done with mail for an address; the first that fits wins.
package struct FilterRules: Sendable {
  /// One rule.
  package typealias Rule = (patterns: [CertificateMap.Pattern], policy: FilterPolicy)

  /// In the order of the configuration.
  package let rules: [Rule]
  /// Where no rule fits.
  package let fallback: FilterPolicy

  package init(_ rules: [Rule] = [], otherwise fallback: FilterPolicy = .seal) {
    self.rules = rules
    self.fallback = fallback
  }

  /// What is done with mail for `recipient`.
  package func policy(for recipient: AddrSpec) -> FilterPolicy {
    rules.first { $0.patterns.contains { $0.covers(recipient) } }?.policy ?? fallback
  }
}
