package import ByteStreams

/// The binary behind ASCII armor, as mail brings it; binary input passes through as it is.
///
/// Lenient where nothing is ambiguous: text before the block, armor headers of any kind or none, no empty line after them,
/// blanks and `>` before each line, blanks behind it, LF or CRLF or CR, lines of any length, no padding, no checksum.
/// Strict where something is missing or wrong: a foreign character, a wrong checksum, no END line, an END line of another kind.
/// As everywhere in this house, what was read counts only when the end was reached without an error.
///
/// Source: RFC 9580 §6
package final class DearmorSource: ByteSource {
  /// What stands before the armored block, or comes after it.
  package enum Surrounding: Equatable, Sendable {
    case nothing
    /// Something other than white space, which is no part of it.
    case something
  }

  /// What the block says it holds; nil before `start`, and for binary input.
  package private(set) var kind: ArmorKind?
  /// The block's armor headers in their order.
  package private(set) var headers: [ArmorHeader] = []
  /// What stands before the block, known after `start`.
  package private(set) var leader = Surrounding.nothing
  /// What comes after the block, known at the end of the stream.
  package private(set) var trailer = Surrounding.nothing
  /// True when `start` failed because there is text without a trace of armor: what was never armor, rather than a damaged one.
  package private(set) var isOtherText = false

  private var reader: ChunkReader
  private var ready: ReadyBytes
  private var body = ArmorBody()
  private var state = State.unread

  private enum State {
    case unread, binary, data, afterData, ended
  }

  /// The most bytes that are searched for a BEGIN line.
  private static let leadingTextLimit = 1 << 20
  /// The most bytes of a line that is not data; a header is far shorter.
  private static let lineLimit = 2000
  /// The most armor headers of a block.
  private static let headerLimit = 100
  private static let byteOrderMark: [UInt8] = [0xEF, 0xBB, 0xBF]

  /// - Parameters:
  ///   - source: the armor, or binary.
  ///   - chunkSize: how many bytes are taken from it at a time.
  package init(_ source: any ByteSource, chunkSize: Int = 64 << 10) {
    reader = ChunkReader(source, chunkSize: chunkSize)
    ready = ReadyBytes(capacity: Base64Decoder.bound(for: chunkSize + DearmorSource.lineLimit))
  }

  /// Reads up to the data, so that `kind` and `headers` are known; the first `read` does it otherwise.
  ///
  /// - Throws: `malformed` when there is neither armor nor binary.
  package func start() throws(StreamError) {
    guard state == .unread else { return }
    guard let first = try reader.peek() else { throw .malformed("there is no OpenPGP data") }
    // 0xEF, the first byte of a byte order mark in UTF-8, would be a type of packet that no message begins with.
    if first & 0x80 != 0, first != DearmorSource.byteOrderMark[0] {
      state = .binary
      return
    }
    try findBegin()
    try readHeaders()
    state = .data
  }

  /// - Throws: `malformed`, and what the source throws.
  package func read(into buffer: inout MutableRawSpan) throws(StreamError) -> Int {
    if buffer.isEmpty { return 0 }
    try start()
    while ready.isEmpty {
      switch state {
      case .unread, .ended: return 0
      case .binary: return try readBinary(into: &buffer)
      case .data: try ready.remake { output throws(StreamError) in try decode(into: &output) }
      case .afterData: try readEnd()
      }
    }
    return ready.take(into: &buffer)
  }

  private func readBinary(into buffer: inout MutableRawSpan) throws(StreamError) -> Int {
    guard try reader.fill() else { return 0 }
    let count = min(reader.available, buffer.byteCount)
    reader.withAvailable { buffer.copy($0.extracting(0..<count)) }
    reader.skip(count)
    return count
  }

  private func findBegin() throws(StreamError) {
    var hasEnd = false
    while let line = try reader.line(limit: DearmorSource.lineLimit) {
      // QUIRK: editors on Windows put a byte order mark before everything (DearmorSourceTests).
      let isMarked = line.count == reader.consumed && line.bytes.starts(with: DearmorSource.byteOrderMark)
      let text = isMarked ? Array(line.bytes.dropFirst(3)) : line.bytes
      switch ArmorLine(text) {
      case .begin(let label) where !line.isCut:
        kind = try DearmorSource.kind(label)
        return
      case .end: hasEnd = true
      case .blank: break
      default: leader = .something
      }
      guard reader.consumed <= DearmorSource.leadingTextLimit else { break }
    }
    isOtherText = leader == .something && !hasEnd
    throw .malformed("there is no OpenPGP data")
  }

  private static func kind(_ label: String) throws(StreamError) -> ArmorKind {
    if let kind = ArmorKind.allCases.first(where: { $0.label == label }) { return kind }
    switch label {
    // QUIRK: what PGP 5 called it (DearmorSourceTests).
    case "SECRET KEY BLOCK": return .privateKey
    case "SIGNED MESSAGE": throw .malformed("a cleartext signature stands where armor was expected")
    default: throw .malformed("the armor is of an unknown kind")
    }
  }

  private func readHeaders() throws(StreamError) {
    while let line = try reader.line(limit: DearmorSource.lineLimit) {
      switch ArmorLine(line.bytes) {
      case .blank:
        return
      // QUIRK: the empty line got lost on the way; no data looks like a header (DearmorSourceTests).
      case .data where !line.isCut, .end where !line.isCut:
        reader.putBack(line.bytes)
        return
      case .header(let header) where !line.isCut:
        guard headers.count < DearmorSource.headerLimit else {
          throw .limitExceeded(limit: DearmorSource.headerLimit, what: "armor headers")
        }
        headers.append(header)
      default:
        throw .malformed("the armor has a broken header")
      }
    }
    throw .malformed("the armor is cut off")
  }

  /// Decodes what is here, or up to the end of the data.
  private func decode(into output: inout MutableRawSpan) throws(StreamError) -> Int {
    guard try reader.fill() else { throw .malformed("the armor is cut off") }
    var written = 0
    let consumed = try reader.withAvailable { text throws(StreamError) in
      try body.decode(text, into: &output, &written)
    }
    let isAtTail = consumed < reader.available
    reader.skip(consumed)
    if isAtTail {
      if try reader.peek() == UInt8(ascii: "="), let line = try reader.line(limit: DearmorSource.lineLimit) {
        try body.takeTail(ArmorLine.trim(line.bytes), into: &output, &written)
      } else {
        try body.endGroup(into: &output, &written)
      }
      state = .afterData
    }
    body.updateChecksum(output, written)
    return written
  }

  /// Reads a checksum, if that is still to come, and the END line.
  private func readEnd() throws(StreamError) {
    while try reader.skip(while: ArmorLine.isWhiteSpace), let line = try reader.line(limit: DearmorSource.lineLimit) {
      switch ArmorLine(line.bytes) {
      case .blank:
        continue
      case .data:
        try body.takeChecksum(ArmorLine.trim(line.bytes))
      case .end(let label):
        guard try DearmorSource.kind(label) == kind else {
          throw .malformed("the armor ends as another kind than it began")
        }
        try body.verifyChecksum()
        try readTrailer()
        state = .ended
        return
      default:
        throw .malformed("the armor holds something else than base64")
      }
    }
    throw .malformed("the armor is cut off")
  }

  private func readTrailer() throws(StreamError) {
    if try reader.skip(while: ArmorLine.isWhiteSpace) { trailer = .something }
  }
}
