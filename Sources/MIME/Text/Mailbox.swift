/// One person's address, with the name that the message gives them.
///
/// The name is a claim of whoever wrote the message: nothing is decided by it.
///
/// Source: RFC 5322 §3.4
package struct Mailbox: Hashable, Sendable {
  /// The name, decoded, without quotes; nil when there is none.
  ///
  /// Never empty, never with a control character.
  package let displayName: String?
  /// The address.
  package let address: AddrSpec

  /// - Throws: `forbiddenOctet` for a control character in the name.
  package init(_ address: AddrSpec, displayName: String? = nil) throws(MIMEError) {
    try displayName?.refuseControls(subject: "display name")
    self.init(checked: address, displayName: displayName)
  }

  /// For a name that was decoded, and so has no control character.
  init(checked address: AddrSpec, displayName: String?) {
    self.address = address
    self.displayName = displayName.flatMap { $0.isEmpty ? nil : $0 }
  }

  /// The one mailbox in `text`, such as `Bob Meyer <bob@example.org>`.
  ///
  /// - Throws: `malformed(.address)` when there is none, more than one, or a group; `forbiddenOctet`.
  package init(_ text: String) throws(MIMEError) {
    try text.refuseControls(subject: "address")
    let list = try AddressList(text)
    guard list.entries.count == 1, case .mailbox(let mailbox) = list.entries[0] else {
      throw .malformed(.address, text: text)
    }
    self = mailbox
  }

  /// Name and address for a person; foreign letters stay as they are, so this is not for the wire.
  package var display: String {
    guard let displayName else { return address.display }
    return "\(QuotedString.ifNeeded(displayName, kind: .phrase)) <\(address.display)>"
  }

  /// Name and address as they stand in a header field: ASCII, unless the local part itself is not.
  package var text: String {
    guard let displayName else { return address.text }
    return "\(EncodedWord.phrase(displayName)) <\(address.text)>"
  }

  /// Whether the name holds something that reads like an address, as in `"alice@example.org" <mallory@example.net>`.
  package var displayNameContainsAddress: Bool {
    displayName.map(Self.holdsAddress) ?? false
  }

  /// Whether a name holds something that reads like an address.
  static func holdsAddress(_ name: String) -> Bool {
    let scalars = [Unicode.Scalar](name.unicodeScalars)
    return scalars.indices.contains { index in
      guard Self.atSigns.contains(scalars[index]), index > 0, index + 1 < scalars.count else { return false }
      return !scalars[index - 1].properties.isWhitespace && !scalars[index + 1].properties.isWhitespace
    }
  }

  /// Whether the local part mixes letters of ASCII with those of an alphabet that has letters which look the same.
  ///
  /// Domains are always shown as A-labels, which hide nothing.
  ///
  /// Source: Unicode Technical Standard 39 §5
  package var addressMixesAlphabets: Bool {
    let scalars = address.localPart.unicodeScalars
    return scalars.contains { $0.isASCII && $0.properties.isAlphabetic }
      && scalars.contains { scalar in Self.lookalikes.contains { $0.contains(scalar.value) } }
  }

  /// Greek and Coptic, Cyrillic, Armenian, Cherokee, Coptic, Lisu, Cherokee's small letters, fullwidth forms, mathematical letters.
  private static let lookalikes: [ClosedRange<UInt32>] = [
    0x370...0x3FF, 0x400...0x52F, 0x530...0x58F, 0x13A0...0x13FF, 0x2C80...0x2CFF, 0xA4D0...0xA4FF, 0xAB70...0xABBF,
    0xFF00...0xFFEF, 0x1D400...0x1D7FF,
  ]

  /// The at sign and the signs that pass for it.
  private static let atSigns: Set<Unicode.Scalar> = ["@", "\u{FF20}", "\u{FE6B}"]
}
