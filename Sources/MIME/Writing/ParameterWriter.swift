/// Writes the parameters of a field.
///
/// Source: RFC 2045 §5.1, RFC 2231 §3, §4
enum ParameterWriter {
  /// Each parameter as one or more words `name=value`, to be joined by `; ` and folded between.
  ///
  /// A value of plain ASCII stands bare or in quotes; other text, and text too long for a line, as RFC 2231 sections
  /// in UTF-8 with whole characters.
  ///
  /// - Throws: `forbiddenOctet` for a control character in a value, `malformed(.parameterName)`; `limit` for more words than are read.
  static func words(of parameters: [(name: String, value: String)], in field: String) throws(MIMEError) -> [String] {
    var words: [String] = []
    for (name, value) in parameters {
      guard QuotedString.isToken(name), !name.contains(where: { "*'%".contains($0) }), name.utf8.count <= 40 else {
        throw .malformed(.parameterName, text: name)
      }
      try value.refuseControls(subject: "\(field) \(name)")
      let plain = "\(name)=\(QuotedString.ifNeeded(value, kind: .token))"
      // A value that looks like an encoded word would be decoded by others.
      let isPlain = value.utf8.allSatisfy { $0 < 0x80 } && plain.utf8.count < lineRoom && !value.contains("=?")
      words += isPlain ? [plain] : sections(name, value)
    }
    let limit = MIMELimits.standard.parameters
    guard words.count <= limit else { throw .limit(.parameters, value: limit) }
    return words
  }

  /// One line's room, after its blank and before its semicolon.
  private static let lineRoom = FieldFolder.softLimit - 2

  private static func sections(_ name: String, _ value: String) -> [String] {
    let encoded = value.unicodeScalars.map(percentEncoded)
    let whole = "\(name)*=UTF-8''\(encoded.joined())"
    if whole.utf8.count <= lineRoom { return [whole] }
    var sections: [String] = []
    var section = "\(name)*0*=UTF-8''"
    for character in encoded {
      if section.utf8.count + character.utf8.count > lineRoom {
        sections.append(section)
        section = "\(name)*\(sections.count)*="
      }
      section += character
    }
    return sections + [section]
  }

  private static func percentEncoded(_ scalar: Unicode.Scalar) -> String {
    var text: [UInt8] = []
    for octet in String(scalar).utf8 {
      if octet.isASCIILetter || octet.isASCIIDigit || "-._~".utf8.contains(octet) {
        text.append(octet)
      } else {
        text += [ASCII.percent, .hexDigit(octet >> 4), .hexDigit(octet & 0x0F)]
      }
    }
    return String(decoding: text, as: UTF8.self)
  }
}
