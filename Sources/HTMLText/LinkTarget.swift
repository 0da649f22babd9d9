/// Where a link leads, as a reader is shown it: in ASCII, so that no letter passes for another.
enum LinkTarget {
  /// Longer ones are cut, but never before the end of the host.
  private static let limit = 1000
  /// What a relative link is put behind is short, or none.
  private static let baseLimit = 200

  /// The target of an `href`; nil for a place in the same text.
  static func shown(_ href: String, base: String?) -> String? {
    var target = plain(href)
    guard !target.isEmpty, !target.hasPrefix("#") else { return nil }
    if let base, !hasScheme(target), !target.hasPrefix("//") {
      target = (target.hasPrefix("/") ? origin(of: base) : folder(of: base)) + target
    }
    return shortened(target)
  }

  /// The address of a `base` element; nil for one that is of no use.
  static func base(_ href: String) -> String? {
    let base = plain(href)
    return hasScheme(base) && base.utf8.count <= baseLimit ? base : nil
  }

  /// Whether a link's text says where it leads: the whole address, or all but its `https://`, `mailto:` or last slash.
  static func isSame(_ text: String, _ target: String) -> Bool {
    let wanted = withoutSlash(target)
    let given = withoutSlash(text)
    return ["", "https://", "http://", "mailto:", "tel:"].contains { wanted == $0 + given }
  }

  /// Whether fetching it would ask a network.
  static func isRemote(_ address: String) -> Bool {
    let letters = plain(String(address.prefix(300))).utf8.prefix(8).map { byte in
      byte == UInt8(ascii: "\\") ? HTMLByte.slash : HTMLByte.lowercased(byte)
    }
    let start = String(decoding: letters, as: UTF8.self)
    return start.hasPrefix("http:") || start.hasPrefix("https:") || start.hasPrefix("ftp:") || start.hasPrefix("//")
  }

  /// Without the white space that browsers drop from addresses; what is not printable ASCII, and what could end the brackets around it, as
  /// percent signs.
  private static func plain(_ href: String) -> String {
    var bytes: [UInt8] = []
    let trimmed = Array(href.utf8.drop { $0 <= 0x20 })
    let end = trimmed.lastIndex { $0 > 0x20 }.map { $0 + 1 } ?? 0
    for byte in trimmed[..<end] {
      switch byte {
      case 0x09, 0x0A, 0x0D: break
      case 0x21..<0x7F where byte != HTMLByte.less && byte != HTMLByte.greater: bytes.append(byte)
      default: bytes += [UInt8(ascii: "%"), hexDigits[Int(byte >> 4)], hexDigits[Int(byte & 15)]]
      }
    }
    return String(decoding: bytes, as: UTF8.self)
  }

  private static let hexDigits = Array("0123456789ABCDEF".utf8)

  private static func hasScheme(_ target: String) -> Bool {
    let end = target.utf8.firstIndex {
      !HTMLByte.isLetter($0) && !HTMLByte.isDigit($0) && !Array("+-.".utf8).contains($0)
    }
    guard let end, end > target.startIndex else { return false }
    return target.utf8[end] == UInt8(ascii: ":") && HTMLByte.isLetter(target.utf8[target.startIndex])
  }

  /// The address up to the end of its host; browsers take a backslash for a slash, and any number of them.
  private static func origin(of target: String) -> String {
    guard hasScheme(target), let colon = target.firstIndex(of: ":") else { return "" }
    let rest = target[target.index(after: colon)...]
    let host = rest.drop { $0 == "/" || $0 == "\\" }
    let end = host.firstIndex { "/\\?#".contains($0) } ?? host.endIndex
    return String(target[..<end])
  }

  private static func folder(of base: String) -> String {
    let origin = origin(of: base)
    let path = base.dropFirst(origin.count).prefix { $0 != "?" && $0 != "#" }
    guard let slash = path.lastIndex(of: "/") else { return origin + "/" }
    return origin + path[...slash]
  }

  private static func shortened(_ target: String) -> String {
    guard target.utf8.count > limit else { return target }
    let origin = origin(of: target)
    // A long name before the `@` is there to push the host out of sight.
    let host = origin.lastIndex(of: "@").map { "…" + origin[$0...] } ?? origin
    if host.utf8.count > limit { return "…" + host.suffix(limit) }
    return host + target.dropFirst(origin.count).prefix(limit - host.utf8.count) + "…"
  }

  private static func withoutSlash(_ text: String) -> Substring { text.hasSuffix("/") ? text.dropLast() : text[...] }
}
