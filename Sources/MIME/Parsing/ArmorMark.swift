/// An OpenPGP armor head line that stands at the start of a line of a body.
///
/// Source: RFC 9580 §6.2, §7.1
package struct ArmorMark: Equatable, Sendable {
  /// What the head line announces.
  package let kind: Kind
  /// Where the line starts in the message.
  package let offset: Int

  /// The blocks that an armor head line can announce; the raw value is the line between its dashes.
  package enum Kind: String, CaseIterable, Sendable {
    case message = "BEGIN PGP MESSAGE"
    case signedMessage = "BEGIN PGP SIGNED MESSAGE"
    case signature = "BEGIN PGP SIGNATURE"
    case publicKey = "BEGIN PGP PUBLIC KEY BLOCK"
    case privateKey = "BEGIN PGP PRIVATE KEY BLOCK"

    /// The kind that a line announces; nil for any other line.
    ///
    /// Blanks and line end after it do not matter.
    init?(line: [UInt8]) {
      guard line.count > 20, line[2] == ASCII.hyphen, line.starts(with: "-----BEGIN PGP ".utf8) else { return nil }
      let text = line.trimmingTail()
      guard let kind = Kind.allCases.first(where: { text.elementsEqual("-----\($0.rawValue)-----".utf8) }) else {
        return nil
      }
      self = kind
    }
  }
}
