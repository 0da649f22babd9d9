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

  /// The entries in the order of the configuration.
  package let entries: [(pattern: Pattern, fingerprint: Fingerprint)]

  package init(_ entries: [(pattern: Pattern, fingerprint: Fingerprint)] = []) {
    self.entries = entries
  }

  /// The fingerprint configured for `address`: an entry for the address itself goes before one for its domain.
  package func fingerprint(for address: AddrSpec) -> Fingerprint? {
    let exact = entries.first { $0.pattern == .address(address) }
    return (exact ?? entries.first { $0.pattern.covers(address) })?.fingerprint
  }
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
