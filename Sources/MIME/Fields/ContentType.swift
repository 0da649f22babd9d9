/// A media type with its parameters.
///
/// Source: RFC 2045 §5
package struct ContentType: Equatable, Sendable {
  /// The type in lower case, such as "text".
  package let type: String
  /// The subtype in lower case, such as "plain".
  package let subtype: String
  /// The parameters; changed with `set` and `remove` before writing.
  package var parameters: Parameters

  /// What an entity is that says nothing.
  ///
  /// Source: RFC 2045 §5.2
  package static let plainText = ContentType("text", "plain")

  /// What a part of a multipart/digest is that says nothing.
  ///
  /// Source: RFC 2046 §5.1.5
  static let message = ContentType("message", "rfc822")

  /// A media type to be written; both names are turned into lower case.
  package init(_ type: String, _ subtype: String, _ parameters: Parameters = Parameters()) {
    self.type = type.asciiLowercased
    self.subtype = subtype.asciiLowercased
    self.parameters = parameters
  }

  /// Reads the unfolded value of a Content-Type field; nil when it does not start with `type/subtype`.
  ///
  /// - Throws: `MIMEError.limit` for too many parameters.
  package init?(parsing value: [UInt8], limits: MIMELimits = .standard) throws(MIMEError) {
    var scanner = FieldScanner(value)
    scanner.skipBlanksAndComments()
    let type = scanner.takeToken()
    scanner.skipBlanksAndComments()
    guard !type.isEmpty, scanner.take(ASCII.slash) else { return nil }
    scanner.skipBlanksAndComments()
    let subtype = scanner.takeToken()
    guard !subtype.isEmpty else { return nil }
    self.init(String(decoding: type, as: UTF8.self), String(decoding: subtype, as: UTF8.self))
    var parser = ParameterParser(scanner, limits: limits)
    parameters = try parser.parse()
  }

  /// Type and subtype, such as "text/plain".
  package var mediaType: String { "\(type)/\(subtype)" }

  /// True for that media type; both names in lower case.
  package func matches(_ type: String, _ subtype: String) -> Bool { self.type == type && self.subtype == subtype }

  /// True for every multipart.
  package var isMultipart: Bool { type == "multipart" }

  /// True for the types whose body is a whole message.
  ///
  /// Source: RFC 2046 §5.2.1, RFC 6532 §3.7
  package var isMessage: Bool { matches("message", "rfc822") || matches("message", "global") }
}
