package import ByteStreams
import MIME

/// A message as it stands in an mbox of ours: `From ` line, mark, flags, the message with its lines quoted, an empty line.
///
/// Fields of the message that say such things of another mailbox are left out: a length that is not true any more above all, by which a
/// reader would take the next message for a part of this one.
package struct MboxMessage {
  /// What stands before the message's own bytes.
  package let head: [UInt8]
  /// Where in `head` the number of the mark stands.
  let markOffset: Int
  /// What of the message is written, in order.
  private let ranges: [Range<Int>]
  private let parcel: Parcel

  private static let leftOut = [
    "status", "x-status", "content-length", "x-uid", "x-imap", "x-imapbase", DeliveryMark.fieldName.lowercased(),
  ]

  /// - Throws: `system`, `changed`.
  package init(_ parcel: Parcel, now: Int64) throws(StreamError) {
    self.parcel = parcel
    var lines = LineWindow(parcel.content, size: 16 << 10)
    var ranges: [Range<Int>] = []
    var position = 0
    var start: Int? = 0
    var returnPath: String?
    while let line = try lines.line(at: position) {
      let kind = HeaderLine(line.start)
      if kind == .end || kind == .other { break }
      if kind != .continuation {
        let isLeftOut = Self.isLeftOut(line.start, kind) || kind == .mbox && position == 0
        if isLeftOut, let first = start { ranges.append(first..<position) }
        start = isLeftOut ? nil : start ?? position
        if returnPath == nil, line.isNamed("return-path") { returnPath = Self.address(line.start) }
      }
      position = line.range.upperBound
    }
    ranges.append((start ?? position)..<parcel.content.count)
    self.ranges = ranges.filter { !$0.isEmpty }
    let sender = [parcel.delivery.sender, returnPath].compactMap(\.self).first { !$0.isEmpty }
    let before = FromLine.text(sender: sender, delivered: parcel.time ?? now) + DeliveryMark.beforeNumber
    markOffset = before.utf8.count
    let mark = DeliveryMark(isWhole: false, base: parcel.delivery.base).line
    head = Array((before + mark.dropFirst(DeliveryMark.beforeNumber.count) + Self.status(parcel.delivery.flags)).utf8)
  }

  /// Writes the message behind its head, and the empty line after it.
  ///
  /// - Throws: `system`, `changed`.
  package func write(to sink: any ByteSink) throws(StreamError) {
    let sources = ranges.map { parcel.content.source($0) }
    let quoting = MboxQuoting(isQuoted: parcel.delivery.isQuoted)
    let source = TransformedSource(ConcatenatedSource(sources), quoting, chunkSize: 64 << 10)
    try source.copy(to: sink)
    try sink.write(Array((source.transform.isAtLineStart ? "\n" : "\n\n").utf8))
  }

  private static func isLeftOut(_ line: [UInt8], _ kind: HeaderLine) -> Bool {
    guard case .field(let colon) = kind else { return false }
    let name = String(decoding: line[..<colon].prefix { $0 > 0x20 }, as: UTF8.self).lowercased()
    return leftOut.contains(name)
  }

  /// `<alice@example.org>` without its brackets.
  private static func address(_ field: [UInt8]) -> String {
    let value = String(decoding: field, as: UTF8.self).drop { $0 != ":" }.dropFirst()
    return String(value.filter { !$0.isWhitespace && $0 != "<" && $0 != ">" })
  }

  /// The flags as mutt, Dovecot and others write them; what only a Maildir can say is left out.
  private static func status(_ flags: String?) -> String {
    guard let flags else { return "" }
    let others = [("R", "A"), ("F", "F"), ("D", "T"), ("T", "D")].filter { flags.contains($0.0) }.map(\.1).sorted()
    return (flags.contains("S") ? "Status: RO\n" : "Status: O\n")
      + (others.isEmpty ? "" : "X-Status: \(others.joined())\n")
  }
}
