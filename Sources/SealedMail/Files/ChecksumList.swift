package import ByteStreams

/// A list of checksums, as `sha256sum` and its kin write it, in either of its forms.
package struct ChecksumList: Sendable, Equatable {
  /// One line of it.
  package struct Entry: Sendable, Equatable {
    /// The file's name as the list spells it; nothing says where it leads.
    package let name: String
    /// Nil for a hash that is not to be relied on, such as MD5 or SHA-1.
    package let algorithm: MessageDigest.Algorithm?
    /// The hash, in lower-case hex.
    package let hash: String
  }

  /// In the order of the list.
  package private(set) var entries: [Entry] = []
  /// How many lines are neither checksums nor empty nor remarks.
  package private(set) var otherLineCount = 0

  /// Reads a list; whatever its text is, it has some lines of either kind.
  package init(_ text: [UInt8]) {
    for line in text.split(whereSeparator: { $0 == ASCII.lineFeed || $0 == ASCII.carriageReturn }) {
      let line = String(decoding: line, as: UTF8.self)
      if line.hasPrefix("#") || line.allSatisfy(\.isWhitespace) { continue }
      if let entry = Self.plain(line) ?? Self.tagged(line) {
        entries.append(entry)
      } else {
        otherLineCount += 1
      }
    }
  }

  private enum ASCII {
    static let lineFeed: UInt8 = 10
    static let carriageReturn: UInt8 = 13
  }

  /// `HASH  NAME`, or `HASH *NAME` for one that was read as binary; a backslash in front says that the name has escapes.
  ///
  /// Source: GNU coreutils manual, "md5sum invocation"
  private static func plain(_ line: String) -> Entry? {
    let isEscaped = line.hasPrefix("\\")
    let hash = line.dropFirst(isEscaped ? 1 : 0).prefix { $0.isHexDigit && $0.isASCII }
    let rest = line[hash.endIndex...]
    guard rest.hasPrefix("  ") || rest.hasPrefix(" *") else { return nil }
    let name = isEscaped ? unescaped(rest.dropFirst(2)) : String(rest.dropFirst(2))
    return entry(name, hash, MessageDigest.Algorithm.allCases.first { $0.size * 2 == hash.count })
  }

  /// `SHA256 (NAME) = HASH`.
  private static func tagged(_ line: String) -> Entry? {
    let isEscaped = line.hasPrefix("\\")
    let line = line.dropFirst(isEscaped ? 1 : 0)
    guard let open = line.firstRange(of: " ("), let close = line.ranges(of: ") = ").last,
      open.upperBound <= close.lowerBound
    else { return nil }
    let hash = line[close.upperBound...]
    guard hash.allSatisfy({ $0.isHexDigit && $0.isASCII }) else { return nil }
    let tag = line[..<open.lowerBound].replacing("-", with: "")
    let algorithm = MessageDigest.Algorithm.allCases.first { $0.rawValue.replacing("-", with: "") == tag }
    if let algorithm, algorithm.size * 2 != hash.count { return nil }
    let name = line[open.upperBound..<close.lowerBound]
    return entry(isEscaped ? unescaped(name) : String(name), hash, algorithm)
  }

  private static func entry(_ name: String, _ hash: Substring, _ algorithm: MessageDigest.Algorithm?) -> Entry? {
    // Nothing shorter than MD5 is a hash.
    guard !name.isEmpty, hash.count >= 32 else { return nil }
    return Entry(name: name, algorithm: algorithm, hash: hash.lowercased())
  }

  private static func unescaped(_ name: Substring) -> String {
    var result = ""
    var isEscape = false
    for character in name {
      if isEscape {
        result += character == "n" ? "\n" : character == "r" ? "\r" : String(character)
        isEscape = false
      } else if character == "\\" {
        isEscape = true
      } else {
        result.append(character)
      }
    }
    return result
  }
}
