import ByteStreams

/// What separates the parts of a multipart that we write.
///
/// Source: RFC 2046 §5.1.1
package struct Boundary: Hashable, Sendable {
  /// Without the two hyphens; at most 70 characters, all of them printable ASCII.
  package let text: String

  /// A boundary that somebody else chose, or a test.
  ///
  /// - Throws: `malformed(.boundary)` when it is empty, longer than 70 characters, ends with a space or has a
  ///   character that boundaries must not have.
  package init(_ text: String) throws(MIMEError) {
    let isSound = text.utf8.allSatisfy { $0.isASCIILetter || $0.isASCIIDigit || "'()+_,-./:=? ".utf8.contains($0) }
    guard isSound, (1...70).contains(text.utf8.count), !text.hasSuffix(" ") else {
      throw .malformed(.boundary, text: text)
    }
    self.text = text
  }

  private init(sound text: String) {
    self.text = text
  }

  /// A new one of 150 random bits.
  ///
  /// `=_` can occur neither in quoted-printable nor in base64.
  package static func random() -> Boundary {
    var generator = SystemRandomNumberGenerator()
    return random(using: &generator)
  }

  /// A new one from `generator`, which a test may fix.
  package static func random(using generator: inout some RandomNumberGenerator) -> Boundary {
    Boundary(sound: "=_\(SystemRandom.name(30, using: &generator))")
  }

  /// The line that starts the first part, where the empty line after the header stands before it.
  var firstDelimiter: [UInt8] { Array("--\(text)\r\n".utf8) }

  /// The line that starts a further part: the line end before it, the delimiter and its own line end.
  var delimiter: [UInt8] { Array("\r\n--\(text)\r\n".utf8) }

  /// The line that ends the last part.
  var closing: [UInt8] { Array("\r\n--\(text)--\r\n".utf8) }
}
