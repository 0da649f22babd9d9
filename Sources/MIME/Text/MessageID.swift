import ByteStreams

/// The identity of a message.
///
/// Source: RFC 5322 §3.6.4
package struct MessageID: Hashable, Sendable {
  /// What stands between the angle brackets; printable, without blanks and brackets.
  package let id: String

  /// - Parameter text: with or without the angle brackets.
  /// - Throws: `forbiddenOctet`, `malformed(.messageID)`.
  package init(_ text: String) throws(MIMEError) {
    try text.refuseControls(subject: "message ID")
    let isBracketed = text.hasPrefix("<") && text.hasSuffix(">") && text.utf8.count > 2
    let id = isBracketed ? String(text.dropFirst().dropLast()) : text
    guard Self.isSound(id.utf8), id.contains("@") else { throw .malformed(.messageID, text: text) }
    self.id = id
  }

  private init(sound id: String) {
    self.id = id
  }

  /// A new one that nobody can guess, at a domain; it tells neither host nor time.
  package static func generate(domain: String) throws(MIMEError) -> MessageID {
    var generator = SystemRandomNumberGenerator()
    return try generate(domain: domain, using: &generator)
  }

  /// A new one from `generator`, which a test may fix.
  ///
  /// - Throws: `malformed(.messageID)` when `domain` is no domain.
  package static func generate(
    domain: String, using generator: inout some RandomNumberGenerator
  ) throws(MIMEError) -> MessageID {
    guard let domain = DomainName.folded(domain) else { throw .malformed(.messageID, text: domain) }
    return MessageID(sound: "\(SystemRandom.name(26, using: &generator))@\(domain)")
  }

  /// Every message ID in the value of a References, In-Reply-To or Message-ID field, in order; other text is passed over.
  package static func list(parsing value: [UInt8]) -> [MessageID] {
    var found: [MessageID] = []
    var start: Int?
    for (index, octet) in value.enumerated() {
      if octet == UInt8(ascii: "<") {
        start = index + 1
      } else if octet == UInt8(ascii: ">"), let first = start {
        // Some mailers fold inside the brackets.
        let octets = value[first..<index].filter { !$0.isBlankOrLineEnd }
        if isSound(octets), let id = String(validating: octets, as: UTF8.self) { found.append(MessageID(sound: id)) }
        start = nil
      }
    }
    return found
  }

  /// With its brackets, as it stands in a field.
  package var text: String { "<\(id)>" }

  private static func isSound(_ octets: some Collection<UInt8>) -> Bool {
    !octets.isEmpty && octets.count <= 990 && octets.allSatisfy { $0 > 0x20 && $0 != 0x7F && !"<>".utf8.contains($0) }
  }
}
