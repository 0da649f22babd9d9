/// Reads a message piece by piece and finds its structure; keeps headers and offsets, never a body.
///
/// Every byte sequence has a structure, and how it was cut into pieces does not matter. What is broken is read like
/// this, and noted in `Entity.defects`:
///
/// - Lines end with LF, with or without CR before it, mixed as they come. A bare CR ends nothing.
/// - A line that is no header line ends the header, and is the first line of the body. A `From ` line before the first
///   field, `>From ` lines, and a byte order mark before the message's first field belong to the header but to no
///   field. Without an empty line the body is empty.
/// - A delimiter fills its line but for trailing blanks. The line end before it is part of it (RFC 2046 §5.1.1), also
///   when it is the empty line of a part without body.
/// - The innermost multipart that is not closed takes a delimiter that several could; a delimiter of an outer multipart
///   closes all that is inside. A missing closing delimiter is made up by that or by the end of the message.
/// - A multipart without boundary is a leaf; one without delimiters has no parts and is all preamble.
/// - A message/rfc822 body is a message of its own unless it is transfer-encoded; then it is a leaf.
///
/// Time is linear in the message's length, memory in the length of its headers; both are bounded by `MIMELimits`.
package struct MessageParser {
  private let limits: MIMELimits
  private var tree: MessageTree
  private var place = Place.lineStart
  /// What was collected of the current line.
  private var line: [UInt8] = []
  private var lineStart = 0
  /// The length of the line end before the current line.
  private var lineEnd = 0
  /// How much was fed, and the last octet of it.
  private var offset = 0
  private var previous: UInt8 = 0

  private enum Place {
    /// Nothing of the current line was seen.
    case lineStart
    /// The line matters and is being collected.
    case collecting
    /// The line does not matter; only its end does.
    case skipping
  }

  /// A parser for one message.
  package init(limits: MIMELimits = .standard) {
    self.limits = limits
    tree = MessageTree(limits: limits)
  }

  /// Takes the next piece of the message, of any size.
  ///
  /// - Throws: `MIMEError.limit`; the parser must not be used afterwards.
  package mutating func feed(_ bytes: RawSpan) throws(MIMEError) {
    // Holds: the pointer is used only during the call.
    try unsafe bytes.withUnsafeBytes { chunk throws(MIMEError) in try unsafe scan(chunk) }
  }

  /// Says that the message has ended, and gives its structure.
  ///
  /// Called once.
  ///
  /// - Throws: `MIMEError.limit`.
  package mutating func finish() throws(MIMEError) -> MessageStructure {
    if place == .collecting { try tree.take(line, at: lineStart, to: offset, after: lineEnd) }
    return try tree.finish(at: offset)
  }

  private mutating func scan(_ chunk: UnsafeRawBufferPointer) throws(MIMEError) {
    guard let last = unsafe chunk.last else { return }
    unsafe tree.keepOpening(of: chunk, at: offset)
    var index = 0
    while index < chunk.count {
      switch place {
      case .lineStart:
        let matters = unsafe tree.isInHeader || (tree.isWatching && chunk[index] == ASCII.hyphen)
        place = matters ? .collecting : .skipping
      case .collecting:
        index = unsafe try tree.isInHeader ? collectHeaderLine(chunk, from: index) : collectBodyLine(chunk, from: index)
      case .skipping:
        index = unsafe skipLines(chunk, from: index)
      }
    }
    previous = last
    offset += chunk.count
  }

  /// Steps over lines to the next one that starts with a hyphen; only their line feeds are looked for.
  private mutating func skipLines(_ chunk: UnsafeRawBufferPointer, from start: Int) -> Int {
    guard tree.isWatching else { return chunk.count }
    var index = start
    while let lineFeed = unsafe nextLineFeed(in: chunk, from: index) {
      index = lineFeed + 1
      if unsafe index == chunk.count || chunk[index] == ASCII.hyphen {
        unsafe startLine(after: lineFeed, in: chunk)
        return index
      }
    }
    return chunk.count
  }

  private mutating func collectHeaderLine(_ chunk: UnsafeRawBufferPointer, from start: Int) throws(MIMEError) -> Int {
    let lineFeed = unsafe nextLineFeed(in: chunk, from: start)
    let end = lineFeed.map { $0 + 1 } ?? chunk.count
    let taken = min(end, start + max(0, limits.fieldSize + 1 - line.count))
    unsafe line.append(contentsOf: chunk[start..<taken])
    if let lineFeed, taken == end {
      unsafe try takeLine(endingWith: lineFeed, in: chunk)
    } else if line.count > limits.fieldSize {
      try tree.takeOverlong(line, at: lineStart)
      line.removeAll()
      place = .skipping
      unsafe tree.keepOpening(of: chunk, at: offset)
    }
    return taken
  }

  /// Collects a line that starts with a hyphen, as long as it can be a delimiter or an armor head line.
  private mutating func collectBodyLine(_ chunk: UnsafeRawBufferPointer, from start: Int) throws(MIMEError) -> Int {
    // The second octet settles nearly every line; where it stands depends on whether the first came with this chunk.
    let second = line.isEmpty ? start + 1 : start
    if line.count < 2, second < chunk.count, unsafe chunk[second] != ASCII.hyphen {
      line.removeAll(keepingCapacity: true)
      place = .skipping
      return second
    }
    let lineFeed = unsafe nextLineFeed(in: chunk, from: start)
    let end = lineFeed.map { $0 + 1 } ?? chunk.count
    // Two hyphens before and behind the boundary; armor head lines are shorter than the slack.
    let longest = limits.boundaryLength + 64
    let taken = min(end, start + max(0, longest - line.count))
    unsafe line.append(contentsOf: chunk[start..<taken])
    // A longer line is a delimiter only if the rest is padding, which need not be kept.
    guard unsafe chunk[taken..<end].allSatisfy(\.isBlankOrLineEnd) else {
      line.removeAll(keepingCapacity: true)
      place = .skipping
      return taken
    }
    if let lineFeed { unsafe try takeLine(endingWith: lineFeed, in: chunk) }
    return end
  }

  private mutating func takeLine(endingWith lineFeed: Int, in chunk: UnsafeRawBufferPointer) throws(MIMEError) {
    try tree.take(line, at: lineStart, to: offset + lineFeed + 1, after: lineEnd)
    line.removeAll(keepingCapacity: true)
    unsafe startLine(after: lineFeed, in: chunk)
    unsafe tree.keepOpening(of: chunk, at: offset)
  }

  private mutating func startLine(after lineFeed: Int, in chunk: UnsafeRawBufferPointer) {
    let before = unsafe lineFeed > 0 ? chunk[lineFeed - 1] : previous
    lineEnd = before == ASCII.carriageReturn ? 2 : 1
    lineStart = offset + lineFeed + 1
    place = .lineStart
  }
}
