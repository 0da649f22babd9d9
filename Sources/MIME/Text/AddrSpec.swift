/// A mail address: local part and domain, both in the one form in which addresses are compared.
///
/// Two addresses are equal when their domains are equal (lower case, A-labels) and their local parts are equal
/// octet for octet, which is all that RFC 5321 §2.4 allows a client to assume; `matches(_:localPart:)` is wider.
///
/// Source: RFC 5322 §3.4.1, RFC 6532 §3.2
package struct AddrSpec: Hashable, Sendable {
  /// The local part without quotes and escapes; never empty, never with a control character.
  package let localPart: String
  /// The domain in lower case, its U-labels as A-labels; or a literal with its brackets.
  package let domain: String

  /// An address of its two parts; `domain` may hold U-labels and capitals.
  ///
  /// - Throws: `forbiddenOctet`, `malformed(.address)`.
  package init(localPart: String, domain: String) throws(MIMEError) {
    try localPart.refuseControls(subject: "address")
    try domain.refuseControls(subject: "address")
    guard !localPart.isEmpty, localPart.utf8.count <= Self.localPartLimit, let folded = DomainName.folded(domain) else {
      throw .malformed(.address, text: "\(localPart)@\(domain)")
    }
    self.localPart = localPart
    self.domain = folded
  }

  /// The one bare address in `text`, such as `bob@example.org`; quotes and comments are understood.
  ///
  /// - Throws: `forbiddenOctet`, `malformed(.address)`.
  package init(_ text: String) throws(MIMEError) {
    try text.refuseControls(subject: "address")
    var reader = AddressReader([UInt8](text.utf8))
    self = try reader.readAddrSpec()
  }

  /// The address as it stands in a header field, its local part quoted where it has to be.
  package var text: String { "\(QuotedString.ifNeeded(localPart, kind: .dotAtom))@\(domain)" }

  /// The address for a person: like `text`, so that a foreign letter in the domain shows as its A-label.
  package var display: String { text }

  /// How far two local parts may differ and still name one person.
  package enum LocalPartComparison: Sendable {
    /// Octet for octet.
    case exact
    /// Capitals of ASCII count as small letters, as nearly all servers and GnuPG do.
    case ignoringASCIICase
  }

  /// Whether `other` is the same address under `comparison`; the domain is compared in its folded form always.
  package func matches(_ other: AddrSpec, localPart comparison: LocalPartComparison) -> Bool {
    guard domain == other.domain else { return false }
    switch comparison {
    case .exact: return localPart.utf8.elementsEqual(other.localPart.utf8)
    case .ignoringASCIICase: return localPart.utf8.equalsIgnoringCase(other.localPart)
    }
  }

  /// The address with its local part in small letters: equal for two that match with `ignoringASCIICase`.
  package var ignoringCase: [UInt8] {
    localPart.utf8.map(\.asciiLowercased) + [UInt8(ascii: "@")] + Array(domain.utf8)
  }

  /// Octets, not characters, are compared, so that two spellings of one accented letter are two addresses.
  package static func == (left: AddrSpec, right: AddrSpec) -> Bool { left.matches(right, localPart: .exact) }

  package func hash(into hasher: inout Hasher) {
    for octet in localPart.utf8 { hasher.combine(octet) }
    hasher.combine(domain)
  }

  /// RFC 5321 §4.5.3.1 grants 64 octets; bounce addresses in use are longer.
  private static let localPartLimit = 256
}
