/// Domains of addresses, in the one form in which they are compared.
enum DomainName {
  /// The domain in lower case with A-labels, or nil when it is none; a literal (`[192.0.2.1]`) keeps its brackets.
  ///
  /// Source: RFC 5321 §4.1.2, RFC 5890 §2.3.2.1
  static func folded(_ domain: String) -> String? {
    if domain.hasPrefix("[") { return literal(domain) }
    var labels: [String] = []
    for label in domain.split(separator: ".", omittingEmptySubsequences: false) {
      guard let folded = foldedLabel(label) else { return nil }
      labels.append(folded)
    }
    let result = labels.joined(separator: ".")
    return result.utf8.count <= 255 ? result : nil
  }

  /// One label; capitals go first, so that `MÜNCHEN` and `münchen` have one A-label.
  private static func foldedLabel(_ label: Substring) -> String? {
    // A longer label can't become one of 63 octets; the bound keeps Punycode's square time small.
    guard !label.isEmpty, label.utf8.count <= 252 else { return nil }
    if label.utf8.allSatisfy({ $0 < 0x80 }) {
      guard label.utf8.count <= 63, label.utf8.allSatisfy(isLabelOctet) else { return nil }
      return label.lowercased()
    }
    let scalars = [Unicode.Scalar](label.lowercased().unicodeScalars)
    let isSound = scalars.allSatisfy { $0.value >= 0xA0 ? isLetterLike($0) : isLabelOctet(UInt8($0.value & 0xFF)) }
    guard isSound, let encoded = Punycode.encode(scalars), encoded.utf8.count <= 59 else { return nil }
    return "xn--" + encoded
  }

  private static func isLabelOctet(_ octet: UInt8) -> Bool {
    octet.isASCIILetter || octet.isASCIIDigit || octet == UInt8(ascii: "-") || octet == UInt8(ascii: "_")
  }

  /// Letters, marks and digits of any script; nothing that is invisible or looks like punctuation.
  private static func isLetterLike(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.properties.generalCategory {
    case .lowercaseLetter, .otherLetter, .modifierLetter, .nonspacingMark, .spacingMark, .decimalNumber: true
    // Emoji domains exist; the A-label shows what they are.
    case .otherSymbol: true
    default: false
    }
  }

  private static func literal(_ domain: String) -> String? {
    guard domain.hasSuffix("]"), domain.utf8.count > 2, domain.utf8.count <= 255 else { return nil }
    let inside = domain.utf8.dropFirst().dropLast()
    let isSound = inside.allSatisfy { (33...126).contains($0) && !(UInt8(ascii: "[")...UInt8(ascii: "]")).contains($0) }
    return isSound ? domain.lowercased() : nil
  }
}
