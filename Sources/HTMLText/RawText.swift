/// Elements whose content is text up to their own end tag.
enum RawText {
  /// Whether tags inside the element are text.
  static func isRaw(_ name: String) -> Bool { elements[name] != nil }

  /// Whether character references inside the element are decoded.
  static func hasReferences(_ name: String) -> Bool { elements[name] ?? true }

  private static let elements: [String: Bool] = [
    "script": false, "style": false, "xmp": false, "iframe": false, "noembed": false, "noframes": false,
    "plaintext": false, "textarea": true, "title": true,
  ]
}
