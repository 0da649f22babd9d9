/// Text that a server or a program said: bounded, and safe to show on a terminal.
///
/// Bytes that are not UTF-8 become U+FFFD; control, format, line-separator and bidi characters become `\u{…}`.
package struct ForeignText: Sendable, Hashable, CustomStringConvertible {
  /// The text, one line, at most 512 characters of what was said.
  package let description: String

  /// The most characters that are kept: more is no explanation.
  static let limit = 512

  package init(_ bytes: some Sequence<UInt8>) {
    self.init(String(decoding: Array(bytes.prefix(Self.limit * 4)), as: UTF8.self))
  }

  package init(_ text: String) {
    var safe = ""
    for scalar in text.unicodeScalars.prefix(Self.limit) {
      switch scalar.properties.generalCategory {
      case .control where scalar == "\r" || scalar == "\n" || scalar == "\t": safe += " "
      case .control, .format, .lineSeparator, .paragraphSeparator, .surrogate, .privateUse, .unassigned:
        safe += "\\u{\(String(scalar.value, radix: 16))}"
      default: safe.unicodeScalars.append(scalar)
      }
    }
    description = safe
  }

  /// Whether anything was said at all.
  package var isEmpty: Bool { description.allSatisfy { $0 == " " } }
}
