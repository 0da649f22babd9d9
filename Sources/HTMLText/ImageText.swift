/// What stands in place of an image or a field.
enum ImageText {
  private static let limit = 200

  /// Nil for what shows nothing: an ornament, or a dot that only counts readers.
  static func text(of tag: HTMLTag) -> String? {
    switch tag.name {
    case "input": return tag["type"]?.lowercased() == "hidden" ? nil : "[field]"
    case "embed": return "[embedded content]"
    default:
      guard !isDot(tag["width"]), !isDot(tag["height"]) else { return nil }
      guard let alternative = tag["alt"] else { return "[image]" }
      let text = VisibleText.collapsed(String(alternative.prefix(limit)))
      return text.isEmpty ? nil : "[image: \(text)]"
    }
  }

  /// Whether a width or height is that of something nobody sees.
  private static func isDot(_ size: String?) -> Bool {
    guard let digits = size?.drop(while: { $0 == " " }).prefix(while: { $0.isASCII && $0.isNumber }), !digits.isEmpty
    else {
      return false
    }
    return Int(digits).map { $0 <= 3 } ?? false && size?.contains("%") == false
  }
}
