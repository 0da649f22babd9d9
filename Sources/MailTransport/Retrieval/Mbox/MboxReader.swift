package import ByteStreams
import MIME

/// Finds the messages of an mbox one after the other: time is linear in its size, memory does not grow with it.
///
/// A message begins after a plausible `From ` line at the start of the file or after an empty line. A `Content-Length` field that
/// leads to such a line, or to the end, is believed, as mboxcl2 needs; where it leads past what looks like another message, only in a
/// file whose messages all have the field. Otherwise whoever guesses the length of the next message could hide it. `>From ` stays as it
/// stands (mboxo, mboxrd).
///
/// Source: RFC 4155, appendix A; https://qmail.org/man/man5/mbox.html
package struct MboxReader: Sendable {
  private let store: ByteStore
  private var lines: LineWindow
  /// The `From ` line that starts the next message; nil when there is none.
  private var next: (line: Range<Int>, from: FromLine)?
  private var found = 0
  /// Whether every message so far told its length, and was believed.
  private var toldLengths = true
  /// An empty line, a `From ` line and as much of the one behind it as is looked at.
  private static let aheadLimit = 2 + 2 * FromLine.limit
  /// So much of the next header is looked at before its turn.
  private static let headerLimit = 64 << 10

  /// - Parameter window: about how many bytes are read at once.
  /// - Throws: `system`, `changed`.
  package init(_ store: ByteStore, window: Int = 256 << 10) throws(StreamError) {
    self.store = store
    lines = LineWindow(store, size: window)
    next = try Self.fromLine(at: 0, in: &lines)
  }

  /// Whether the bytes start as an mbox does.
  package var isMbox: Bool { next != nil || found > 0 }

  /// The next message; nil after the last.
  ///
  /// - Throws: `system`, `changed`.
  package mutating func nextMessage() throws(StreamError) -> StoredMessage? {
    guard let entry = try nextEntry() else { return nil }
    return StoredMessage(number: found, name: String(found), place: .range(entry, of: store))
  }

  /// Where the next message lies; nil after the last.
  ///
  /// - Throws: `system`, `changed`.
  package mutating func nextEntry() throws(StreamError) -> MboxEntry? {
    guard let (line, from) = next else { return nil }
    found += 1
    next = nil
    let start = line.upperBound
    let (body, length) = try header(from: start)
    if let body, let length, let end = try claimedEnd(body, length) {
      return entry(start..<end, line, from, isQuoted: false)
    }
    toldLengths = false
    let end = try bodyEnd(from: body ?? store.count)
    return entry(start..<max(start, end), line, from, isQuoted: true)
  }

  private func entry(_ range: Range<Int>, _ line: Range<Int>, _ from: FromLine, isQuoted: Bool) -> MboxEntry {
    MboxEntry(
      range: range, delivered: from.delivered, start: line.lowerBound, sender: from.sender, isQuoted: isQuoted)
  }

  /// Where the body starts (nil without one), and what Content-Length says.
  ///
  /// A line that is no field starts the body, as it does for whoever judges the message; then a length behind it is text.
  private mutating func header(from start: Int) throws(StreamError) -> (body: Int?, length: Int?) {
    var length: Int?
    var position = start
    while let line = try lines.line(at: position) {
      if line.isEmptyLine { return (position, length) }
      let kind = HeaderLine(line.start)
      if kind == .other || kind == .end { return (position, nil) }
      if let value = line.value(of: "content-length") { length = value }
      position = line.range.upperBound
    }
    return (nil, nil)
  }

  /// The end of a message whose Content-Length leads to a `From ` line or the end of the file; nil when it leads elsewhere.
  ///
  /// - Parameter empty: where the empty line after the header starts.
  private mutating func claimedEnd(_ empty: Int, _ length: Int) throws(StreamError) -> Int? {
    guard let line = try self.lines.line(at: empty), length <= store.count - line.range.upperBound else { return nil }
    let end = line.range.upperBound + length
    guard let following = try followingLine(end) else { return nil }
    if try holdsMessage(empty..<end) {
      let isLast = following.from == nil
      guard isLast ? found > 1 && toldLengths : try hasLength(following.line.upperBound) else { return nil }
    }
    next = following.from.map { (following.line, $0) }
    return end
  }

  /// The `From ` line at the end that a length claims, none at the end of the file; nil where something else stands there.
  private func followingLine(_ end: Int) throws(StreamError) -> (line: Range<Int>, from: FromLine?)? {
    // Looked at alone: a length that leads far away, or into a line without an end, must not cost what lies there.
    let ahead = store.slice(end..<min(end + Self.aheadLimit, store.count))
    var lines = LineWindow(ahead)
    var position = 0
    // The empty line after the message may be counted or not.
    if let after = try lines.line(at: position), after.isEmptyLine { position = after.range.upperBound }
    guard position < ahead.count else { return (store.count..<store.count, nil) }
    guard let (line, from) = try Self.fromLine(at: position, in: &lines) else { return nil }
    return (line.lowerBound + end..<line.upperBound + end, from)
  }

  /// Whether a line in a body that a length claims would start a message, with fields behind it.
  private mutating func holdsMessage(_ body: Range<Int>) throws(StreamError) -> Bool {
    var position = body.lowerBound
    var isAfterEmpty = false
    while position < body.upperBound, let line = try lines.line(at: position) {
      if isAfterEmpty, line.startsWithFrom, try Self.fromLine(at: position, in: &lines) != nil,
        let after = try lines.line(at: line.range.upperBound), after.isField
      {
        return true
      }
      isAfterEmpty = line.isEmptyLine
      position = line.range.upperBound
    }
    return false
  }

  /// Whether the message that starts at `start` tells its length, early in its header.
  private func hasLength(_ start: Int) throws(StreamError) -> Bool {
    let header = store.slice(start..<min(start + Self.headerLimit, store.count))
    var lines = LineWindow(header, size: Self.headerLimit)
    var position = 0
    while let line = try lines.line(at: position), !line.isEmptyLine {
      if line.value(of: "content-length") != nil { return true }
      position = line.range.upperBound
    }
    return false
  }

  /// The end of a message whose body is walked line by line; `next` is the `From ` line found.
  ///
  /// - Parameter start: where the empty line after the header starts, or the first line of a body without one, or the end.
  private mutating func bodyEnd(from start: Int) throws(StreamError) -> Int {
    var position = start
    /// Where the last line starts, if it was empty; the one between header and body belongs to the message.
    var empty: Int?
    while let line = try lines.line(at: position) {
      if empty != nil, line.startsWithFrom, let following = try Self.fromLine(at: position, in: &lines) {
        next = following
        break
      }
      empty = line.isEmptyLine ? position : nil
      position = line.range.upperBound
    }
    return empty.map { $0 == start ? position : $0 } ?? position
  }

  private static func fromLine(
    at position: Int, in lines: inout LineWindow
  ) throws(StreamError) -> (line: Range<Int>, from: FromLine)? {
    guard let line = try lines.line(at: position), line.startsWithFrom, let from = FromLine(line.start),
      line.range.count <= FromLine.limit
    else { return nil }
    if FromLine.isBare(line.start) {
      guard let after = try lines.line(at: line.range.upperBound), after.isField else { return nil }
    }
    return (line.range, from)
  }
}
