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

  /// Properties and values as `plain` has them; the last one of a property counts, unless an earlier one is important.
  private static func declarations(of style: String) -> [String: String] {
    var values: [String: String] = [:]
    var important: Set<String> = []
    for declaration in plain(style).split(separator: HTMLByte.semicolon) {
      let parts = declaration.split(separator: UInt8(ascii: ":"), maxSplits: 1)
        .map { String(decoding: $0, as: UTF8.self) }
      guard parts.count == 2 else { continue }
      let (name, isImportant) = (parts[0], parts[1].hasSuffix("!important"))
      guard isImportant || !important.contains(name) else { continue }
      if isImportant { important.insert(name) }
      values[name] = isImportant ? String(parts[1].dropLast(10)) : parts[1]
    }
    return values
  }

  /// The style in small letters, without comments, blanks, and the marks that spell a letter in another way.
  private static func plain(_ style: String) -> [UInt8] {
    let (slash, star) = (HTMLByte.slash, UInt8(ascii: "*"))
    var result: [UInt8] = []
    var rest = Array(style.utf8)[...]
    while let byte = rest.popFirst() {
      if byte == slash, rest.first == star {
        rest.removeFirst()
        while let inner = rest.popFirst(), inner != star || rest.first != slash {}
        rest = rest.dropFirst()
      } else if !HTMLByte.isSpace(byte), byte != UInt8(ascii: "\\") {
        result.append(HTMLByte.lowercased(byte))
      }
    }
    return result
  }

  private static func isZero(_ value: String?) -> Bool {
    guard let value, value.utf8.first == UInt8(ascii: "0") || value.utf8.first == UInt8(ascii: ".") else {
      return false
    }
    let digits = value.utf8.prefix { HTMLByte.isDigit($0) || $0 == UInt8(ascii: ".") }
    return digits.allSatisfy { $0 == UInt8(ascii: "0") || $0 == UInt8(ascii: ".") }
  }
}
