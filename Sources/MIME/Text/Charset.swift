/// Text that was made of the bytes of a message, and how far it can be relied on.
package struct DecodedText: Equatable, Sendable {
  /// The text; what could not be read stands as U+FFFD.
  package var text: String
  /// How sure it is that the text is what was meant.
  package var fidelity: Fidelity

  /// How the text relates to the bytes.
  package enum Fidelity: Equatable, Sendable {
    /// Every byte was read in the charset that was named.
    case exact
    /// Some bytes mean nothing in the charset and became U+FFFD.
    case repaired
    /// The charset is not known: read as UTF-8 where that is possible, else as windows-1252.
    case guessed
  }
}

/// A charset that mail may name.
///
/// Only charsets of a fixed list get to the C library's `iconv`, so that a message can't choose among all its
/// converters. ISO-8859-1 is read as windows-1252, which differs from it only in octets that ISO-8859-1 leaves to
/// control characters and that nobody means.
///
/// Source: RFC 2046 §4.1.2, RFC 2978
package struct Charset: Hashable, Sendable {
  /// The name under which the C library knows it.
  let converterName: String

  private init(converterName: String) {
    self.converterName = converterName
  }

  /// UTF-8.
  package static let utf8 = Charset(converterName: "UTF-8")
  /// US-ASCII; octets above it are guessed, as the label is mostly a default that nobody chose.
  package static let usASCII = Charset(converterName: "US-ASCII")
  static let windows1252 = Charset(converterName: "CP1252")

  /// The charset of this name, in any case; a language suffix (RFC 2231 §5) is not part of it.
  ///
  /// Nil when the charset is not known.
  package init?(named label: String) {
    let words = label.lowercased().split(separator: " ")
    // QUIRK: blanks around it, inside of quotes. TextReadingTests.swift
    guard label.utf8.count <= 40, words.count == 1, let name = CharsetNames.table[String(words[0])] else { return nil }
    converterName = name
  }

  /// The text of `bytes`; never fails.
  package func decode(_ bytes: [UInt8]) -> DecodedText {
    if self == .usASCII { return Self.guess(bytes) }
    if isUTF8 {
      if let text = String(validating: bytes, as: UTF8.self) { return DecodedText(text: text, fidelity: .exact) }
      return DecodedText(text: String(decoding: bytes, as: UTF8.self), fidelity: .repaired)
    }
    guard let converter = CharsetConverter(self) else { return Self.guess(bytes) }
    return Self.decode(bytes, with: converter)
  }

  /// The text of `bytes` in the charset of this name, or a guess when the name is nil or unknown.
  package static func decode(_ bytes: [UInt8], named label: String?) -> DecodedText {
    guard let charset = label.flatMap(Charset.init(named:)) else { return guess(bytes) }
    return charset.decode(bytes)
  }

  /// UTF-8 when the bytes are that, else windows-1252.
  static func guess(_ bytes: [UInt8]) -> DecodedText {
    if let text = String(validating: bytes, as: UTF8.self) {
      return DecodedText(text: text, fidelity: text.utf8.allSatisfy { $0 < 0x80 } ? .exact : .guessed)
    }
    guard let converter = CharsetConverter(.windows1252) else {
      return DecodedText(text: String(decoding: bytes, as: UTF8.self), fidelity: .guessed)
    }
    return DecodedText(text: decode(bytes, with: converter).text, fidelity: .guessed)
  }

  /// Decodes with a converter that is kept for the next call.
  static func decode(_ bytes: [UInt8], with converter: CharsetConverter) -> DecodedText {
    var output: [UInt8] = []
    let before = converter.replacements
    converter.convert(bytes, into: &output)
    converter.finish(into: &output)
    let text = String(decoding: output, as: UTF8.self)
    return DecodedText(text: text, fidelity: converter.replacements > before ? .repaired : .exact)
  }

  var isUTF8: Bool { self == .utf8 || self == .usASCII }
}
