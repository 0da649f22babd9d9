/// The header of an entity: its fields in order, over one copy of the received bytes.
package struct Header: Equatable, Sendable {
  /// The header block as received, without the empty line after it.
  package private(set) var bytes: [UInt8] = []
  private var offset: Int
  private var marks: [Mark] = []

  /// Where a field starts and ends in `bytes`, and where its colon stands; small, because headers can be many.
  private struct Mark: Equatable, Sendable {
    var start: UInt32
    var colon: UInt32
    var end: UInt32
  }

  init(at offset: Int) {
    self.offset = offset
  }

  /// Where the header block stands in the message; the empty line after it is not part of it.
  package var range: Range<Int> { offset..<(offset + bytes.count) }

  /// How many fields there are.
  package var count: Int { marks.count }

  /// The fields in the order they were received.
  package var fields: some RandomAccessCollection<HeaderField> { marks.indices.lazy.map { field(at: $0) } }

  /// The fields of that name, in the order they were received.
  ///
  /// Two From fields are two: whoever needs exactly one has to look at the count.
  package func fields(named name: String) -> [HeaderField] {
    indices(named: name).map { field(at: $0) }
  }

  /// The first field of that name.
  package func first(named name: String) -> HeaderField? {
    marks.indices.first { isNamed($0, name) }.map { field(at: $0) }
  }

  /// How many fields have that name.
  package func count(named name: String) -> Int { indices(named: name).count }

  private func indices(named name: String) -> [Int] { marks.indices.filter { isNamed($0, name) } }

  private func isNamed(_ index: Int, _ name: String) -> Bool {
    let mark = marks[index]
    // The colon and a blank before it may follow the name, so a longer name is settled without looking at it.
    guard Int(mark.colon - mark.start) >= name.utf8.count else { return false }
    return bytes[Int(mark.start)..<Int(mark.colon)].trimmingTail().equalsIgnoringCase(name)
  }

  private func field(at index: Int) -> HeaderField {
    let mark = marks[index]
    return HeaderField(
      raw: bytes[Int(mark.start)..<Int(mark.end)], range: (offset + Int(mark.start))..<(offset + Int(mark.end)),
      colon: Int(mark.colon - mark.start))
  }

  // MARK: Building

  /// The length of the field that a continuation line would be added to; 0 when there is none.
  var lastFieldSize: Int { marks.last.map { Int($0.end - $0.start) } ?? 0 }

  /// Adds a line that starts a field; `colon` is the colon's offset in the line.
  mutating func append(field line: [UInt8], colon: Int) {
    let start = UInt32(bytes.count)
    bytes.append(contentsOf: line)
    marks.append(Mark(start: start, colon: start + UInt32(colon), end: UInt32(bytes.count)))
  }

  /// Adds a line that continues the last field, or the stray line behind it.
  mutating func append(continuation line: [UInt8]) {
    let isOfField = marks[marks.count - 1].end == bytes.count
    bytes.append(contentsOf: line)
    if isOfField { marks[marks.count - 1].end = UInt32(bytes.count) }
  }

  /// Adds a line that belongs to the header block but to no field.
  mutating func append(stray line: [UInt8]) {
    bytes.append(contentsOf: line)
  }

  /// Drops what stands at or after `end` in the message: a line end that belongs to the delimiter after it.
  mutating func cut(at end: Int) {
    guard end < range.upperBound else { return }
    defer { offset = min(offset, end) }
    bytes.removeLast(min(bytes.count, range.upperBound - end))
    while let last = marks.last, last.end > bytes.count {
      if last.colon < bytes.count {
        marks[marks.count - 1].end = UInt32(bytes.count)
      } else {
        marks.removeLast()
      }
    }
  }
}
