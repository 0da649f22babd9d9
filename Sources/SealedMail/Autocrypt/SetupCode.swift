package import ByteStreams

/// The code that opens an Autocrypt Setup Message: 36 digits in nine blocks of four, with hyphens that belong to it.
///
/// Source: Autocrypt Level 1, "Setup Code"
package struct SetupCode: Sendable {
  /// `9503-1923-…`, which is a secret.
  package let text: String

  private static let digits = 36

  /// A new one, of some 119 bits.
  package static func random() -> SetupCode {
    var generator = SystemRandomNumberGenerator()
    return random(using: &generator)
  }

  static func random(using generator: inout some RandomNumberGenerator) -> SetupCode {
    SetupCode(digits: (0..<digits).map { _ in Character(String(Int.random(in: 0...9, using: &generator))) })
  }

  /// What a person typed: its digits with whatever stands between them; nil unless there are 36.
  package init?(typed text: String) {
    let digits = text.filter { ("0"..."9").contains($0) }
    guard digits.count == Self.digits, text.allSatisfy({ digits.contains($0) || " -–.".contains($0) }) else {
      return nil
    }
    self.init(digits: Array(digits))
  }

  private init(digits: [Character]) {
    let blocks = stride(from: 0, to: digits.count, by: 4).map { String(digits[$0..<$0 + 4]) }
    text = blocks.joined(separator: "-")
  }

  /// The two digits that the message itself shows.
  package var beginning: String { String(text.prefix(2)) }

  /// The code as gpg is given it.
  package var secret: SecretBytes { SecretBytes(text: text) }
}

extension SecretBytes {
  /// The octets of a text, as UTF-8.
  package convenience init(text: String) {
    let bytes = Array(text.utf8)
    self.init(capacity: max(1, bytes.count)) { room in
      for (index, byte) in bytes.enumerated() { room.set(byte, at: index) }
      return bytes.count
    }
  }
}
