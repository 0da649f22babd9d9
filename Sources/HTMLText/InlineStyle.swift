/// Whether an element's own style or attribute hides what is in it.
///
/// Style sheets are not read: what they alone hide is shown.
enum InlineStyle {
  /// Whether a graphical program would show nothing of the element.
  static func hides(_ tag: HTMLTag) -> Bool {
    if let hidden = tag["hidden"], hidden != "until-found" { return true }
    guard let style = tag["style"] else { return false }
    let values = declarations(of: style)
    if values["display"] == "none" || values["visibility"] == "hidden" || values["visibility"] == "collapse" {
      return true
    }
    if isZero(values["font-size"]) || isZero(values["opacity"]) { return true }
    return values["overflow"] == "hidden" && (isZero(values["max-height"]) || isZero(values["height"]))
  }

  /// Properties and values in small letters without blanks; the last one of a property counts, unless an earlier one is important.
  private static func declarations(of style: String) -> [String: String] {
    var values: [String: String] = [:]
    var important: Set<String> = []
    for declaration in withoutComments(style).split(separator: ";") {
      let parts = declaration.lowercased().filter { !$0.isWhitespace && $0 != "\\" }.split(separator: ":", maxSplits: 1)
      guard parts.count == 2 else { continue }
      let (name, isImportant) = (String(parts[0]), parts[1].hasSuffix("!important"))
      guard isImportant || !important.contains(name) else { continue }
      if isImportant { important.insert(name) }
      values[name] = String(isImportant ? parts[1].dropLast(10) : parts[1])
    }
    return values
  }

  private static func withoutComments(_ style: String) -> String {
    guard style.contains("/*") else { return style }
    var result = ""
    var rest = style[...]
    while let start = rest.firstRange(of: "/*") {
      result += rest[..<start.lowerBound]
      rest = rest[start.upperBound...]
      guard let end = rest.firstRange(of: "*/") else { return result }
      rest = rest[end.upperBound...]
    }
    return result + rest
  }

  private static func isZero(_ value: String?) -> Bool {
    guard let value, value.utf8.first == UInt8(ascii: "0") || value.utf8.first == UInt8(ascii: ".") else {
      return false
    }
    let digits = value.prefix { $0.isNumber || $0 == "." }
    return digits.allSatisfy { $0 == "0" || $0 == "." }
  }
}
