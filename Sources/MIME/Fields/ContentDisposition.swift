/// How a part wants to be shown, and its file name.
///
/// Source: RFC 2183
package struct ContentDisposition: Equatable, Sendable {
  /// "inline", "attachment" or a word the sender made up, in lower case; empty when the field starts with parameters.
  package let type: String
  /// The parameters, such as `filename`.
  package var parameters: Parameters

  /// A disposition to be written.
  package init(_ type: String, _ parameters: Parameters = Parameters()) {
    self.type = type.asciiLowercased
    self.parameters = parameters
  }

  /// Reads the unfolded value of a Content-Disposition field.
  ///
  /// - Throws: `MIMEError.limit` for too many parameters.
  package init(parsing value: [UInt8], limits: MIMELimits = .standard) throws(MIMEError) {
    var scanner = FieldScanner(value)
    scanner.skipBlanksAndComments()
    var ahead = scanner
    let token = ahead.takeToken()
    let type: ArraySlice<UInt8>
    if ahead.next == ASCII.equals {
      // QUIRK: `Content-Disposition: filename=a.txt` without a type. ContentTypeTests.swift
      type = []
    } else {
      type = token
      scanner.move(to: ahead)
    }
    self.init(String(decoding: type, as: UTF8.self))
    var parser = ParameterParser(scanner, limits: limits)
    parameters = try parser.parse()
  }

  /// True unless the part asks to be shown in place; unknown words count as attachment.
  ///
  /// Source: RFC 2183 §2.8
  package var isAttachment: Bool { type != "inline" && type != "" }

  /// The file name the sender gave, decoded but not made safe.
  package var filename: String? { parameters["filename"] }
}
