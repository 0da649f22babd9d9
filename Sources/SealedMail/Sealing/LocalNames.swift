package import MIME

/// What addresses the users of this machine have, whom programs name without a domain, as cron does `root`.
package struct LocalNames: Sendable, Equatable {
  /// The domain that stands in an address until it is known whom it names; nobody has mail there.
  ///
  /// Source: RFC 2606 §2
  package static let placeholder = "local-name.invalid"

  /// The domain of those names that stand for no other address; nil for none.
  package let domain: String?
  /// The mailboxes that a name stands for; the names in small letters.
  private let aliases: [String: [Mailbox]]

  package init(domain: String? = nil, aliases: [String: [Mailbox]] = [:]) {
    self.domain = domain
    self.aliases = Dictionary(aliases.map { ($0.key.lowercased(), $0.value) }) { first, _ in first }
  }

  /// Whom `mailboxes` are, in their order: names without a domain give way to the addresses that they stand for.
  ///
  /// - Throws: `SealError.localNames` with all names that nothing is known of, `.message` for one that is no address with the domain.
  package func resolve(_ mailboxes: [Mailbox]) throws(SealError) -> [Mailbox] {
    var result: [Mailbox] = []
    var unknown: [String] = []
    for mailbox in mailboxes {
      let name = mailbox.address.localPart
      if !mailbox.address.isLocalName {
        result.append(mailbox)
      } else if let known = aliases[name.lowercased()] {
        result += known
      } else if let domain {
        do throws(MIMEError) {
          result.append(
            try Mailbox(AddrSpec(localPart: name, domain: domain), displayName: mailbox.displayName))
        } catch {
          throw .message(error)
        }
      } else if !unknown.contains(name) {
        unknown.append(name)
      }
    }
    guard unknown.isEmpty else { throw .localNames(unknown) }
    return result
  }
}

extension AddrSpec {
  /// Whether this is a name without a domain, see `LocalNames`.
  package var isLocalName: Bool { domain == LocalNames.placeholder }
}
