import GPGME
import MIME
import SealedMail

/// The configuration in the terms of sealing.
extension Configuration {
  /// What of a sealed message's header stands outside.
  var confidentiality: HeaderConfidentiality {
    switch crypto.headerProtection {
    case .baseline: .baseline
    case .shy: .shy
    }
  }

  /// `[keys]`.
  ///
  /// - Throws: `MIMEError` for an address that mail cannot have.
  func certificateMap() throws(MIMEError) -> CertificateMap {
    var entries: [(pattern: CertificateMap.Pattern, fingerprint: Fingerprint)] = []
    for key in keys {
      guard let fingerprint = Fingerprint(key.fingerprint) else { continue }
      entries.append((try key.recipient.pattern(), fingerprint))
    }
    return CertificateMap(entries)
  }

  /// `local-domain` and `[aliases]`.
  ///
  /// - Throws: `MIMEError` for an address that mail cannot have.
  func localNames() throws(MIMEError) -> LocalNames {
    var known: [String: [Mailbox]] = [:]
    for (name, texts) in aliases {
      for text in texts { known[name, default: []].append(try Mailbox(text)) }
    }
    return LocalNames(domain: localDomain, aliases: known)
  }

  /// `[filter]`.
  ///
  /// - Throws: `MIMEError` for an address that mail cannot have.
  func filterRules() throws(MIMEError) -> FilterRules {
    var result: [FilterRules.Rule] = []
    for rule in filter.rules {
      var patterns: [CertificateMap.Pattern] = []
      for recipient in rule.recipients { patterns.append(try recipient.pattern()) }
      result.append((patterns, rule.policy))
    }
    return FilterRules(result, otherwise: filter.fallback)
  }

  /// `[[rule]]`.
  ///
  /// - Throws: `MIMEError` for an address that mail cannot have.
  func protectionRules() throws(MIMEError) -> ProtectionRules {
    var result: [ProtectionRules.Rule] = []
    for rule in rules {
      var patterns: [CertificateMap.Pattern] = []
      for recipient in rule.recipients { patterns.append(try recipient.pattern()) }
      result.append(ProtectionRules.Rule(patterns: patterns, protection: rule.protection.sealing))
    }
    return ProtectionRules(result)
  }
}

extension Configuration.Protection {
  fileprivate var sealing: Protection {
    switch self {
    case .sealed: .sealed
    case .signed: .signed
    case .clear: .clear
    }
  }
}

extension Configuration.Account {
  /// Whether `sender` is one of the account's own addresses.
  func writes(as sender: AddrSpec) -> Bool { mailboxes.contains { $0.address == sender } }

  /// `from`, as mail has it.
  var mailboxes: [Mailbox] { from.compactMap { try? Mailbox($0) } }
}

extension AddressPattern {
  /// What it means.
  func pattern() throws(MIMEError) -> CertificateMap.Pattern {
    guard text.hasPrefix("*@") else { return .address(try AddrSpec(text)) }
    return .domain(try AddrSpec(localPart: "any", domain: String(text.dropFirst(2))).domain)
  }
}
