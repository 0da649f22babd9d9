/// The charset that html itself names.
package enum HTMLCharset {
  /// Where browsers look for it.
  private static let searchLimit = 1024

  /// The name that a byte order mark or a `meta` element near the start gives; nil when there is none.
  ///
  /// Source: WHATWG HTML §13.2.3.2
  package static func named(in bytes: [UInt8]) -> String? {
    if bytes.starts(with: [0xEF, 0xBB, 0xBF]) { return "utf-8" }
    if bytes.starts(with: [0xFE, 0xFF]) || bytes.starts(with: [0xFF, 0xFE]) { return "utf-16" }
    var tokenizer = HTMLTokenizer(Array(bytes.prefix(searchLimit)))
    while let token = tokenizer.next() {
      guard case .start(let tag) = token, tag.name == "meta" else { continue }
      if let name = tag["charset"] ?? name(in: tag["content"]) { return readable(name) }
    }
    return nil
  }

  private static func name(in content: String?) -> String? {
    guard let content, let start = content.lowercased().firstRange(of: "charset=")?.upperBound else { return nil }
    return String(content.lowercased()[start...].prefix { $0 != ";" && !$0.isWhitespace })
  }

  /// A text whose tags could be read as they stand is not in UTF-16, whatever it says.
  private static func readable(_ name: String) -> String {
    name.lowercased().hasPrefix("utf-16") ? "utf-8" : name
  }
}
