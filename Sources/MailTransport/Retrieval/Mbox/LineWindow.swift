import ByteStreams

/// The lines of a store, for a reader that goes forward and sometimes looks a few lines back.
struct LineWindow: Sendable {
  private let store: ByteStore
  private var bytes: [UInt8] = []
  /// Where `bytes` stands in the store.
  private var base = 0

  /// So much is read at once.
  private let size: Int
  /// So much of a line is looked at; what starts a message or is a field that counts is shorter.
  private static let kept = FromLine.limit

  init(_ store: ByteStore, size: Int = 256 << 10) {
    self.store = store
    self.size = max(size, Self.kept)
  }

  /// One line.
  struct Line {
    /// Where it stands, with its line end.
    let range: Range<Int>
    /// Its first bytes.
    let start: [UInt8]

    /// Whether nothing but a line end stands there.
    var isEmptyLine: Bool { start == [0x0A] || start == [0x0D, 0x0A] }
    var startsWithFrom: Bool { start.starts(with: "From ".utf8) }

    /// Whether it looks like a header field.
    var isField: Bool {
      guard let colon = start.firstIndex(of: UInt8(ascii: ":")), colon > 0 else { return false }
      return start[..<colon].allSatisfy { (0x21...0x7E).contains($0) }
    }

    /// The number that is the value of the field of that (lower-case) name; nil for any other line.
    func value(of name: String) -> Int? {
      guard isNamed(name), let colon = start.firstIndex(of: UInt8(ascii: ":")) else { return nil }
      let digits = String(decoding: start[(colon + 1)...], as: UTF8.self).filter { !$0.isWhitespace }
      guard digits.utf8.count <= 18, digits.utf8.allSatisfy({ (0x30...0x39).contains($0) }) else { return nil }
      return Int(digits)
    }

    /// Whether it starts a field of that (lower-case) name.
    func isNamed(_ name: String) -> Bool {
      guard start.count > name.utf8.count, start[name.utf8.count] == UInt8(ascii: ":") else { return false }
      return zip(start, name.utf8).allSatisfy { ((0x41...0x5A).contains($0) ? $0 | 0x20 : $0) == $1 }
    }
  }

  /// The line that starts at `position`; nil at the end.
  ///
  /// - Throws: `system`, `changed`.
  mutating func line(at position: Int) throws(StreamError) -> Line? {
    guard position < store.count else { return nil }
    try fill(position, atLeast: Self.kept)
    let offset = position - base
    var end = bytes.rawSpan.firstIndex(of: 0x0A, from: offset).map { base + $0 + 1 }
    let start = Array(bytes[offset..<min(end.map { $0 - base } ?? bytes.count, offset + Self.kept)])
    while end == nil, base + bytes.count < store.count {
      try fill(base + bytes.count, atLeast: 1)
      end = bytes.rawSpan.firstIndex(of: 0x0A).map { base + $0 + 1 }
    }
    return Line(range: position..<(end ?? store.count), start: start)
  }

  /// Makes sure that so many bytes from `position` on are here, or all that there are.
  private mutating func fill(_ position: Int, atLeast count: Int) throws(StreamError) {
    let wanted = min(position + count, store.count)
    if position >= base, wanted <= base + bytes.count { return }
    bytes = try store.read(position..<min(position + size, store.count))
    base = position
  }
}
