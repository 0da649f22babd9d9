import ByteStreams
import OpenPGPPackets

/// An armored block in a text, with its armor headers, which nothing vouches for.
///
/// Source: RFC 9580 §6.2
struct ArmoredBlock {
  /// The headers, names in lower case; of a repeated one the first.
  let headers: [String: String]
  /// Whether nothing but blanks stands before it.
  let isFirst: Bool
  private let text: [UInt8]

  /// The most header lines.
  private static let headerLimit = 32

  /// The first block of `kind` in `text`, up to its END line; nil when there is none.
  init?(_ kind: ArmorKind, in text: [UInt8]) {
    let lines = text.split(separator: 0x0A, omittingEmptySubsequences: false)
    func index(of line: String, from start: Int) -> Int? {
      lines[start...].firstIndex { String(decoding: $0, as: UTF8.self).trimmed == line }
    }
    guard let begin = index(of: kind.beginLine, from: 0), let end = index(of: kind.endLine, from: begin) else {
      return nil
    }
    isFirst = lines[..<begin].allSatisfy { String(decoding: $0, as: UTF8.self).trimmed.isEmpty }
    var headers: [String: String] = [:]
    for line in lines[(begin + 1)..<end].prefix(Self.headerLimit) {
      let line = String(decoding: line, as: UTF8.self).trimmed
      guard let colon = line.firstIndex(of: ":") else { break }
      let name = line[..<colon].lowercased()
      if headers[name] == nil { headers[name] = String(line[line.index(after: colon)...]).trimmed }
    }
    self.headers = headers
    self.text = Array(lines[begin...end].joined(separator: [0x0A])) + [0x0A]
  }

  /// The bytes that it holds.
  ///
  /// - Throws: `StreamError`.
  func content(limit: Int) throws(StreamError) -> [UInt8] {
    try DearmorSource(ArraySource(text)).readAll(limit: limit, what: "an armored block")
  }

  /// A block of `bytes` with these headers.
  static func armored(
    _ bytes: [UInt8], as kind: ArmorKind, headers: [(name: String, value: String)]
  ) throws(StreamError) -> [UInt8] {
    let sink = MemorySink(limit: 4 << 20, what: "an armored block")
    let armor = ArmorSink(kind, into: sink)
    try armor.write(bytes)
    try armor.finish()
    let start = kind.beginLine.utf8.count + 2
    let lines = headers.map { "\($0.name): \($0.value)\r\n" }.joined()
    return sink.bytes.prefix(start) + Array(lines.utf8) + sink.bytes.dropFirst(start)
  }
}

extension String {
  fileprivate var trimmed: String {
    let blanks: Set<Character> = [" ", "\t", "\r", "\r\n"]
    var text = self[...]
    while let first = text.first, blanks.contains(first) { text.removeFirst() }
    while let last = text.last, blanks.contains(last) { text.removeLast() }
    return String(text)
  }
}
