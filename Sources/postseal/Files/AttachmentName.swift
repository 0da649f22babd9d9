/// A file name for an attachment that can only ever name a file in the folder it is saved to.
struct AttachmentName: Equatable, Sendable {
  /// The name: one path component, nothing hidden in it, not an option, not a dot file.
  let text: String

  /// Longer names are refused by some file systems (255 bytes), and a number must still fit.
  private static let byteLimit = 200

  /// The name that the sender proposed without what could lead elsewhere or deceive; `part-N` when nothing is left.
  ///
  /// - Parameters:
  ///   - proposed: as the message spells it, decoded; it may hold anything.
  ///   - number: the attachment's number in the list, for one without a usable name.
  init(_ proposed: String?, number: Int) { self.init(proposed, label: String(number)) }

  /// The same for a part that has a number of another kind, such as "1.2".
  init(_ proposed: String?, label: String) {
    let last = (proposed ?? "").split(omittingEmptySubsequences: false) { $0 == "/" || $0 == "\\" }.last ?? ""
    var name = TerminalText.withoutHidden(String(last))[...]
    name = name.trimmingPrefix { $0.isWhitespace || $0 == "." || $0 == "-" || $0 == "~" }
    while let character = name.last, character.isWhitespace || character == "." { name.removeLast() }
    text = name.isEmpty ? "part-\(label)" : Self.shortened(String(name), to: Self.byteLimit)
  }

  /// The name for the next try when the first `number - 1` are taken: `name-2.ext`.
  func numbered(_ number: Int) -> String {
    guard number > 1 else { return text }
    let (stem, suffix) = Self.split(text)
    return "\(stem)-\(number)\(suffix)"
  }

  private static func shortened(_ name: String, to limit: Int) -> String {
    guard name.utf8.count > limit else { return name }
    let (stem, suffix) = split(name)
    let kept = suffix.utf8.count <= 20 ? suffix : ""
    var result = String.UnicodeScalarView()
    var room = limit - kept.utf8.count
    for scalar in stem.unicodeScalars {
      room -= UTF8.width(scalar)
      if room < 0 { break }
      result.append(scalar)
    }
    return String(result) + kept
  }

  /// The name before and from its last dot.
  private static func split(_ name: String) -> (stem: String, suffix: String) {
    guard let dot = name.lastIndex(of: "."), dot != name.startIndex else { return (name, "") }
    return (String(name[..<dot]), String(name[dot...]))
  }
}
