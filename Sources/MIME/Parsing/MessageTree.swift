/// The tree while it grows: takes the lines that matter, one by one, and opens and closes entities.
///
/// Iterative: what is open is an array from the root to the entity that the next line belongs to.
struct MessageTree {
  private let limits: MIMELimits
  private var entities: [Entity] = []
  private var open: [OpenEntity] = []
  private var headerSize = 0
  /// True while lines belong to a header block.
  private(set) var isInHeader = true
  /// True when a line that starts with a hyphen could change something.
  private(set) var isWatching = false

  init(limits: MIMELimits) {
    self.limits = limits
    let root = Entity(index: 0, parent: nil, depth: 0, role: .root, ordinal: 1, at: 0)
    entities.append(root)
    open.append(OpenEntity(index: 0))
  }

  /// Takes the line at `start`; `end` is behind its line end, and `lineEnd` is the length of the line end before it.
  ///
  /// Header lines come whole. Of body lines only those count that start with a hyphen; a tail of blanks may be missing.
  ///
  /// - Throws: `MIMEError.limit`.
  mutating func take(_ line: [UInt8], at start: Int, to end: Int, after lineEnd: Int) throws(MIMEError) {
    while true {
      if let hit = delimiter(in: line) {
        return try delimit(hit, line: start..<end, after: lineEnd)
      }
      guard isInHeader else { return noteBodyLine(line, at: start) }
      switch HeaderLine(line) {
      case .end:
        return try endHeader(bodyAt: end)
      case .field(let colon):
        try count(line, continuing: 0)
        guard entities[current].header.count < limits.fields else { throw .limit(.fields, value: limits.fields) }
        return entities[current].header.append(field: line, colon: colon)
      case .markedField(let colon) where start == 0:
        // QUIRK: editors on Windows put a byte order mark before everything. MessageParserTests.swift
        let mark = HeaderLine.byteOrderMark
        try count(line, continuing: 0)
        entities[current].defects.insert(.byteOrderMark)
        entities[current].header.append(stray: mark)
        return entities[current].header.append(field: Array(line.dropFirst(mark.count)), colon: colon)
      case .continuation where entities[current].header.count > 0:
        try count(line, continuing: entities[current].header.lastFieldSize)
        return entities[current].header.append(continuation: line)
      case .mbox where entities[current].role != .part && entities[current].header.bytes.isEmpty,
        .quotedMbox where entities[current].role != .part:
        try count(line, continuing: 0)
        entities[current].defects.insert(.mboxLine)
        return entities[current].header.append(stray: line)
      case .mbox, .quotedMbox, .continuation, .markedField, .other:
        // The line is looked at again: as text, as a delimiter, or as the first header line of an embedded message.
        try breakHeader(at: start)
      }
    }
  }

  /// Takes the first octets of a line that is too long to be a header line.
  ///
  /// - Throws: `MIMEError.limit` when it is one all the same.
  mutating func takeOverlong(_ line: [UInt8], at start: Int) throws(MIMEError) {
    while isInHeader {
      switch HeaderLine(line) {
      case .other, .markedField: try breakHeader(at: start)
      default: throw .limit(.fieldSize, value: limits.fieldSize)
      }
    }
    noteBodyLine(line, at: start)
  }

  /// Keeps the first octets of the body that is being read, as far as `chunk`, which starts at `offset`, has them.
  mutating func keepOpening(of chunk: UnsafeRawBufferPointer, at offset: Int) {
    guard !isInHeader, entities[current].isLeaf else { return }
    let missing = Entity.openingSize - entities[current].opening.count
    let start = entities[current].body.lowerBound + entities[current].opening.count - offset
    guard missing > 0, start < chunk.count else { return }
    // Holds: `start` is not negative, because what came before the chunk was kept when it came.
    unsafe entities[current].opening.append(contentsOf: chunk[start..<min(start + missing, chunk.count)])
  }

  /// Closes everything at the end of the message.
  mutating func finish(at end: Int) throws(MIMEError) -> MessageStructure {
    while isInHeader { try endHeader(bodyAt: end) }
    close(from: 0, at: end)
    return MessageStructure(entities: entities, count: end)
  }

  private var current: Int { open[open.count - 1].index }

  private mutating func count(_ line: [UInt8], continuing size: Int) throws(MIMEError) {
    guard size + line.count <= limits.fieldSize else { throw .limit(.fieldSize, value: limits.fieldSize) }
    headerSize += line.count
    guard headerSize <= limits.headerSize else { throw .limit(.headerSize, value: limits.headerSize) }
  }

  private mutating func noteBodyLine(_ line: [UInt8], at start: Int) {
    guard entities[current].isLeaf else { return }
    if start == entities[current].body.lowerBound, entities[current].opening.isEmpty {
      // The line that broke the header: it may have begun in an earlier chunk.
      entities[current].opening = Array(line.prefix(Entity.openingSize))
    }
    if entities[current].armor == nil, let kind = ArmorMark.Kind(line: line) {
      entities[current].armor = ArmorMark(kind: kind, offset: start)
      updateWatch()
    }
  }
}

// MARK: Headers

extension MessageTree {
  private mutating func breakHeader(at start: Int) throws(MIMEError) {
    entities[current].defects.insert(.missingSeparator)
    try endHeader(bodyAt: start)
  }

  /// Ends the header of the current entity and decides what its body is.
  private mutating func endHeader(bodyAt start: Int) throws(MIMEError) {
    isInHeader = false
    let index = current
    entities[index].body = start..<start
    let parentType = entities[index].parent.map { entities[$0].contentType }
    try entities[index].readHeader(in: parentType, limits: limits)
    if entities[index].contentType.isMultipart {
      try openMultipart(at: start)
    } else if entities[index].contentType.isMessage, entities[index].transferEncoding.isIdentity {
      entities[index].kind = .message
      try begin(.embedded, at: start)
    }
    updateWatch()
  }

  private mutating func openMultipart(at start: Int) throws(MIMEError) {
    let boundary = (entities[current].contentType.parameters.octets(of: "boundary") ?? []).trimmingTail()
    guard !boundary.isEmpty else {
      entities[current].defects.insert(.missingBoundary)
      return
    }
    guard boundary.count <= limits.boundaryLength else {
      throw .limit(.boundaryLength, value: limits.boundaryLength)
    }
    if !entities[current].transferEncoding.isIdentity { entities[current].defects.insert(.encodedMultipart) }
    entities[current].kind = .multipart(
      Entity.Multipart(boundary: Array(boundary), preamble: start..<start, closing: nil, epilogue: start..<start))
    open[open.count - 1].boundary = Array(boundary)
  }

  /// Opens a child of the current entity.
  private mutating func begin(_ role: Entity.Role, at start: Int) throws(MIMEError) {
    let parent = current
    let depth = entities[parent].depth + 1
    guard depth <= limits.nesting else { throw .limit(.nesting, value: limits.nesting) }
    guard entities.count < limits.parts else { throw .limit(.parts, value: limits.parts) }
    let index = entities.count
    entities[parent].children.append(index)
    entities.append(
      Entity(
        index: index, parent: parent, depth: depth, role: role, ordinal: entities[parent].children.count, at: start))
    open.append(OpenEntity(index: index))
    isInHeader = true
  }
}

// MARK: Delimiters

extension MessageTree {
  /// A delimiter line: which open entity's, and whether it closes the multipart.
  private struct Delimiter {
    var level: Int
    var isClosing: Bool
  }

  /// Finds the innermost multipart that `line` delimits.
  ///
  /// The whole line has to be the delimiter, trailing blanks aside: a boundary that is a prefix of another one does not
  /// match it. An inner multipart takes what both it and an outer one could, until it is closed.
  private func delimiter(in line: [UInt8]) -> Delimiter? {
    guard isWatching, line.count > 2, line[0] == ASCII.hyphen, line[1] == ASCII.hyphen else { return nil }
    let text = line.trimmingTail().dropFirst(2)
    for level in open.indices.reversed() where open[level].isDelimited {
      let boundary = open[level].boundary
      guard text.count == boundary.count || text.count == boundary.count + 2, hasPrefix(text, boundary) else {
        continue
      }
      if text.count == boundary.count { return Delimiter(level: level, isClosing: false) }
      if text[text.endIndex - 1] == ASCII.hyphen, text[text.endIndex - 2] == ASCII.hyphen {
        return Delimiter(level: level, isClosing: true)
      }
    }
    return nil
  }

  /// True when `text` starts with `boundary`; fast, because fifty long boundaries can meet every line of a message.
  private func hasPrefix(_ text: ArraySlice<UInt8>, _ boundary: [UInt8]) -> Bool {
    guard text.count >= boundary.count else { return false }
    return unsafe text.withUnsafeBytes { text in
      // Holds: both are at least as long as the boundary.
      unsafe boundary.withUnsafeBytes { unsafe equalBytes(text, $0, count: boundary.count) }
    }
  }

  private mutating func delimit(_ delimiter: Delimiter, line: Range<Int>, after lineEnd: Int) throws(MIMEError) {
    while isInHeader { try endHeader(bodyAt: line.lowerBound) }
    let level = delimiter.level
    let index = open[level].index
    // The line end before the delimiter is part of it, unless that belongs to what is before the part or the preamble.
    let hasParts = open[level].phase == .parts
    let floor = hasParts ? entities[open[level + 1].index].range.lowerBound : entities[index].body.lowerBound
    let start = max(floor, line.lowerBound - lineEnd)
    close(from: level + 1, at: start)
    guard case .multipart(var multipart) = entities[index].kind else { return }
    if !hasParts { multipart.preamble = multipart.preamble.lowerBound..<start }
    if delimiter.isClosing { multipart.closing = start..<line.upperBound }
    entities[index].kind = .multipart(multipart)
    open[level].phase = delimiter.isClosing ? .epilogue : .parts
    if !delimiter.isClosing { try begin(.part, at: line.upperBound) }
    updateWatch()
  }

  /// Closes what is open from `level` on; nothing of it reaches beyond `end`.
  private mutating func close(from level: Int, at end: Int) {
    for entity in open[level...].reversed() { entities[entity.index].close(at: end, phase: entity.phase) }
    open.removeSubrange(level...)
    isInHeader = false
  }

  private mutating func updateWatch() {
    let last = entities[current]
    isWatching = open.contains(where: \.isDelimited) || (last.isLeaf && last.armor == nil)
  }
}
