package import GPGME
package import MIME

/// The configuration's fixed choices: which certificate serves an address, whatever its user IDs say.
package struct CertificateMap: Sendable {
  /// A whole address, or every address of a domain.
  package enum Pattern: Sendable, Equatable {
    case address(AddrSpec)
    /// The domain as `AddrSpec` has it: lower case, A-labels.
    case domain(String)
  }

  /// One fixed choice.
  package typealias Entry = (pattern: Pattern, fingerprint: Fingerprint)

  /// The entries in the order of the configuration.
  package let entries: [Entry]

  package init(_ entries: [Entry] = []) {
    self.entries = entries
  }

  /// What is configured for `address`: an entry for the address itself goes before one for its domain.
  package func entry(for address: AddrSpec) -> Entry? {
    entries.first { $0.pattern == .address(address) } ?? entries.first { $0.pattern.covers(address) }
  }

  /// The fingerprint configured for `address`.
  package func fingerprint(for address: AddrSpec) -> Fingerprint? { entry(for: address)?.fingerprint }
}

extension CertificateMap.Pattern {
  /// True when `address` is the pattern's address or in its domain.
  package func covers(_ address: AddrSpec) -> Bool {
    switch self {
    case .address(let own): own == address
    case .domain(let domain): address.domain == domain
    }
  }
}
