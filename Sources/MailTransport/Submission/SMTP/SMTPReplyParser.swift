/// Cuts what a server sends into replies, however the bytes are split. Source: RFC 5321 §4.2
struct SMTPReplyParser {
  /// The longest line with its end; eight times what the standard allows. Source: RFC 5321 §4.5.3.1.5
  static let lineLimit = 4096
  /// The most lines of a reply: an EHLO reply has one for each extension.
  static let lineCountLimit = 256
  /// The most replies that may come without being taken out.
  static let backlogLimit = 20_000

  /// How a server broke the protocol, for `TransportError.protocolViolation`.
  struct Violation: Error, Equatable {
    let description: String
  }

  private var line: [UInt8] = []
  private var code: Int?
  private var lines: [[UInt8]] = []
  private var replies: [SMTPReply] = []
  private var next = 0

  /// Takes the next bytes; whole replies can be had from `take()` then.
  mutating func receive(_ bytes: some Sequence<UInt8>) throws(Violation) {
    for byte in bytes {
      if byte == 0x0A {
        // QUIRK: some servers end lines with LF alone; a reply cannot be misread by that.
        if line.last == 0x0D { line.removeLast() }
        try endLine()
      } else if byte == 0 {
        throw Violation(description: "a NUL in its reply")
      } else if line.count + 1 >= Self.lineLimit {
        throw Violation(description: "a line of more than \(Self.lineLimit) bytes")
      } else {
        line.append(byte)
      }
    }
  }

  /// The next whole reply, in the order in which they came.
  mutating func take() -> SMTPReply? {
    guard next < replies.count else { return nil }
    defer {
      next += 1
      if next == replies.count {
        replies = []
        next = 0
      }
    }
    return replies[next]
  }

  private mutating func endLine() throws(Violation) {
    defer { line.removeAll(keepingCapacity: true) }
    guard line.count >= 3, let value = Self.code(line[..<3]), line.count == 3 || line[3] == 0x20 || line[3] == 0x2D
    else { throw Violation(description: "a line that is no reply: \(ForeignText(line.prefix(80)))") }
    if let code, code != value { throw Violation(description: "one reply with two codes, \(code) and \(value)") }
    lines.append(Array(line.dropFirst(4)))
    guard line.count > 3, line[3] == 0x2D else {
      guard replies.count - next < Self.backlogLimit else { throw Violation(description: "replies without end") }
      replies.append(SMTPReply(code: value, lines: lines))
      code = nil
      lines = []
      return
    }
    guard lines.count < Self.lineCountLimit else {
      throw Violation(description: "a reply of more than \(Self.lineCountLimit) lines")
    }
    code = value
  }

  /// The code of three digits from 200 to 559. Source: RFC 5321 §4.2 (`Reply-code`)
  private static func code(_ digits: ArraySlice<UInt8>) -> Int? {
    let values = digits.map { Int($0) - 0x30 }
    guard (2...5).contains(values[0]), (0...5).contains(values[1]), (0...9).contains(values[2]) else { return nil }
    return values[0] * 100 + values[1] * 10 + values[2]
  }
}
