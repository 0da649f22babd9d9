/// What a graphical program would fetch from a network while it shows html, each a word to somebody that the mail was read.
enum RemoteContent {
  /// How many pieces the tag asks for.
  static func count(in tag: HTMLTag) -> Int {
    var count = 0
    for name in ["src", "background", "poster"] { count += isRemote(tag[name]) }
    switch tag.name {
    case "img", "source":
      // Of several sizes one would be fetched.
      if count == 0 { count += isRemote(tag["srcset"]) }
    case "link" where tag["rel"].map({ fetched.contains(where: $0.lowercased().contains) }) ?? false:
      count += isRemote(tag["href"])
    case "object": count += isRemote(tag["data"])
    case "meta" where tag["http-equiv"]?.lowercased() == "refresh":
      let address = tag["content"]?.lowercased().split(separator: "url=", maxSplits: 1).dropFirst().first
      count += isRemote(address.map { String($0.drop { $0 == "'" || $0 == "\"" }) })
    default: break
    }
    return count + (tag["style"].map { Self.count(inStyleSheet: $0) } ?? 0)
  }

  /// How many pieces a style asks for.
  static func count(inStyleSheet style: String) -> Int {
    // Most styles ask for nothing, and there may be hundreds of thousands.
    guard style.utf8.contains(where: { $0 == UInt8(ascii: "(") || $0 == UInt8(ascii: "@") }) else { return 0 }
    let lowercased = style.lowercased()
    return ["url(", "@import"].reduce(0) { sum, word in
      sum
        + lowercased.split(separator: word, omittingEmptySubsequences: false).dropFirst().count {
          LinkTarget.isRemote(String($0.prefix(300).drop { $0.isWhitespace || $0 == "'" || $0 == "\"" }))
        }
    }
  }

  private static let fetched = ["stylesheet", "icon", "prefetch", "preload", "preconnect", "import"]

  private static func isRemote(_ address: String?) -> Int { address.map { LinkTarget.isRemote($0) ? 1 : 0 } ?? 0 }
}
