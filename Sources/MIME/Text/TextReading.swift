/// The text of a body as a person is shown it, and how its charset was found.
///
/// What a message says of its charset is often nothing, or wrong; the text is read as what it surely is instead, and that is told.
package struct TextReading: Equatable, Sendable {
  /// The text, without a byte order mark; what could not be read stands as U+FFFD.
  package let text: String
  package let basis: Basis

  /// Why the text was read as it was; `readAs` is the name of the charset that was taken.
  package enum Basis: Equatable, Sendable {
    /// As the message says; or it is ASCII, which all charsets read alike.
    case declared
    /// As the message says, but some of it means nothing in that charset.
    case incomplete
    /// The message says nothing.
    case undeclared(readAs: String)
    /// What the message says is no charset that is known here.
    case unknown(readAs: String)
    /// The bytes contradict what the message says.
    case contradicted(readAs: String)
  }

  /// Reads `bytes` in the charset of this name, or in what they must be.
  package init(_ bytes: [UInt8], declared label: String?) {
    let (text, basis) = Self.read(bytes, label)
    self.text = text.unicodeScalars.first == "\u{FEFF}" ? String(text.unicodeScalars.dropFirst()) : text
    self.basis = basis
  }

  private static func read(_ bytes: [UInt8], _ label: String?) -> (String, Basis) {
    let charset = label.flatMap(Charset.init(named:))
    guard let charset, charset != .usASCII else {
      let guess = Charset.guess(bytes)
      if guess.fidelity == .exact, label == nil || charset != nil { return (guess.text, .declared) }
      let name = isUTF8(bytes) ? "UTF-8" : "windows-1252"
      guard label != nil else { return (guess.text, .undeclared(readAs: name)) }
      return (guess.text, charset == nil ? .unknown(readAs: name) : .contradicted(readAs: name))
    }
    if charset.hasSingleOctets, isUTF8(bytes), bytes.contains(where: { $0 >= 0x80 }) {
      return (String(decoding: bytes, as: UTF8.self), .contradicted(readAs: "UTF-8"))
    }
    let decoded = charset.decode(bytes)
    guard decoded.fidelity != .exact else { return (decoded.text, .declared) }
    if charset == .utf8, hasNoSequence(decoded.text) {
      return (Charset.guess(bytes).text, .contradicted(readAs: "windows-1252"))
    }
    return (decoded.text, .incomplete)
  }

  private static func isUTF8(_ bytes: [UInt8]) -> Bool { String(validating: bytes, as: UTF8.self) != nil }

  /// Whether no character of several octets could be read: then the text was never UTF-8.
  private static func hasNoSequence(_ text: String) -> Bool {
    text.unicodeScalars.allSatisfy { $0.isASCII || $0 == "\u{FFFD}" }
  }
}

extension Charset {
  /// Whether each octet is a character, so that UTF-8 in its name could be told by its sequences.
  fileprivate var hasSingleOctets: Bool {
    ["ISO-8859", "CP125", "KOI8", "MACINTOSH", "CP874"].contains { converterName.hasPrefix($0) }
  }
}
