/// The dialogue with a POP3 server after the login, one command at a time, without any input or output of its own.
///
/// Its owner begins a command, sends the bytes for it, and passes on what comes until the command is over. Lines of the server are
/// short and strict; the lines of a message may be of any length and hold any byte, and nothing of them is kept here.
/// Source: RFC 1939, RFC 2449
struct POP3Session {
  /// What is asked of the server.
  enum Command: Equatable {
    case capabilities
    case state
    case identifiers
    case sizes
    case message(Int)
    case removal(Int)
    case quit
  }

  /// What came.
  enum Event: Equatable {
    /// A line of a listing, without its end and the dot that was put before its first.
    case line([UInt8])
    /// Bytes of a message, as they were before dots were put into it.
    case content([UInt8])
    /// The command succeeded, and all of its answer came; with the words after `+OK`.
    case done([UInt8])
    /// The server refused the command.
    case refused(POP3Refusal)
  }

  /// How a server broke the protocol, for `TransportError.protocolViolation`.
  struct Violation: Error, Equatable {
    let description: String
  }

  /// The longest line of a server, with its end; eight times what the standard allows. Source: RFC 2449 §4
  static let lineLimit = 4096
  /// The most lines of a listing.
  static let listingLimit = 1_000_000
  /// The most capabilities.
  static let capabilityLimit = 256

  private enum Stage: Equatable {
    case idle
    case status(Command)
    case listing(Command, words: [UInt8], count: Int)
    case content(words: [UInt8])
    case broken
  }

  private var stage = Stage.idle
  private var line: [UInt8] = []
  private var unstuffer = DotUnstuffer()

  init() {}

  /// Whether a command may begin.
  var isIdle: Bool { stage == .idle }

  /// Begins a command, when none is under way.
  ///
  /// - Returns: what to send for it.
  mutating func begin(_ command: Command) -> [UInt8] {
    precondition(isIdle, "a command is under way")
    stage = .status(command)
    return Array("\(command.words)\r\n".utf8)
  }

  /// Takes the next bytes.
  ///
  /// - Returns: what they mean, in order.
  /// - Throws: `Violation`; then nothing of these bytes counts, and nothing more can be asked.
  mutating func receive(_ bytes: [UInt8]) throws(Violation) -> [Event] {
    var events: [Event] = []
    var rest = bytes[...]
    while let byte = rest.first {
      switch stage {
      case .idle, .broken:
        stage = .broken
        throw Violation(description: "words in reply to nothing")
      case .content(let words):
        let content = unstuffer.take(&rest)
        if !content.isEmpty { events.append(.content(content)) }
        if unstuffer.isAtEnd {
          stage = .idle
          events.append(.done(words))
        }
      case .status, .listing:
        rest.removeFirst()
        do throws(Violation) { try take(byte, &events) } catch {
          stage = .broken
          throw error
        }
      }
    }
    return events
  }

  private mutating func take(_ byte: UInt8, _ events: inout [Event]) throws(Violation) {
    guard byte == 0x0A else {
      guard byte != 0 else { throw Violation(description: "a NUL in its answer") }
      guard line.count + 1 < Self.lineLimit else {
        throw Violation(description: "a line of more than \(Self.lineLimit) bytes")
      }
      return line.append(byte)
    }
    // QUIRK: some servers end lines with LF alone; an answer cannot be misread by that.
    if line.last == 0x0D { line.removeLast() }
    defer { line.removeAll(keepingCapacity: true) }
    switch stage {
    case .status(let command): events += try status(command)
    case .listing(let command, let words, let count): events.append(try entry(of: command, words, count))
    case .idle, .content, .broken: break
    }
  }

  /// The line that answers a command. Source: RFC 1939 §3
  private mutating func status(_ command: Command) throws(Violation) -> [Event] {
    if let words = Self.words(of: line, after: "-ERR") {
      stage = .idle
      return [.refused(POP3Refusal(words))]
    }
    guard let words = Self.words(of: line, after: "+OK") else {
      throw Violation(description: "a line that is no answer: \(ForeignText(line.prefix(80)))")
    }
    switch command {
    case .state, .removal, .quit:
      stage = .idle
      return [.done(words)]
    case .capabilities, .identifiers, .sizes: stage = .listing(command, words: words, count: 0)
    case .message:
      unstuffer = DotUnstuffer()
      stage = .content(words: words)
    }
    return []
  }

  private mutating func entry(of command: Command, _ words: [UInt8], _ count: Int) throws(Violation) -> Event {
    if line == [UInt8(ascii: ".")] {
      stage = .idle
      return .done(words)
    }
    let limit = command == .capabilities ? Self.capabilityLimit : Self.listingLimit
    guard count < limit else { throw Violation(description: "a listing of more than \(limit) lines") }
    stage = .listing(command, words: words, count: count + 1)
    return .line(Array(line.first == UInt8(ascii: ".") ? line.dropFirst() : line[...]))
  }

  /// What stands after the indicator; nil for a line that has another one.
  private static func words(of line: [UInt8], after indicator: String) -> [UInt8]? {
    guard line.starts(with: indicator.utf8) else { return nil }
    let rest = line.dropFirst(indicator.utf8.count)
    guard let first = rest.first else { return [] }
    return first == 0x20 ? Array(rest.dropFirst()) : nil
  }
}

extension POP3Session.Command {
  fileprivate var words: String {
    switch self {
    case .capabilities: "CAPA"
    case .state: "STAT"
    case .identifiers: "UIDL"
    case .sizes: "LIST"
    case .message(let number): "RETR \(number)"
    case .removal(let number): "DELE \(number)"
    case .quit: "QUIT"
    }
  }

  /// What the wait for its answer is called, and which time-out it has.
  var phase: DialoguePhase {
    switch self {
    case .capabilities, .state: .selecting
    case .identifiers, .sizes: .listing
    case .message: .fetching
    case .removal: .removing
    case .quit: .quitting
    }
  }
}

/// What a server said when it refused a command. Source: RFC 2449 §8, RFC 3206
struct POP3Refusal: Error, Equatable {
  /// The server's own words, with their code, such as `-ERR [IN-USE] locked`.
  let words: ForeignText
  /// Whether the same may succeed later.
  let isTemporary: Bool

  init(_ words: [UInt8]) {
    self.words = ForeignText(Array("-ERR".utf8) + (words.isEmpty ? [] : [0x20]) + words)
    let code = String(decoding: words.prefix { $0 != 0x20 }, as: UTF8.self).uppercased()
    isTemporary = ["[SYS/TEMP]", "[IN-USE]", "[LOGIN-DELAY]"].contains(code)
  }
}
