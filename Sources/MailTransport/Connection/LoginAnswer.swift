/// What a server said last while libcurl connected and logged in, in the terms of errors.
struct LoginAnswer: Equatable {
  enum Finding: Equatable {
    case positive
    /// Not now.
    case temporary
    case permanent
    /// Neither yes nor no: the server waits for us.
    case intermediate
  }

  let finding: Finding
  /// The server's own words.
  let words: ForeignText

  init(_ finding: Finding, _ words: ForeignText) {
    self.finding = finding
    self.words = words
  }

  /// The last answer among the lines of a server; nil when there is none.
  init?(lastOf lines: [[UInt8]], _ spoken: MailProtocol) {
    switch spoken {
    case .smtp:
      guard let reply = Self.reply(lastOf: lines) else { return nil }
      let finding: Finding =
        reply.isPositive ? .positive : reply.isTemporary ? .temporary : reply.isPermanent ? .permanent : .intermediate
      self.init(finding, reply.words)
    case .imap:
      guard let answer = lines.compactMap(Self.imap).last else { return nil }
      self = answer
    case .pop3:
      guard let answer = lines.compactMap(Self.pop3).last else { return nil }
      self = answer
    }
  }

  /// Whether a line is the greeting by which an IMAP server skips the login. Source: RFC 3501 §7.1.4
  static func isPreauthentication(_ line: [UInt8]) -> Bool {
    words(of: line).prefix(2).map { $0.uppercased() } == ["*", "PREAUTH"]
  }

  /// A tagged response, or the server's goodbye. Source: RFC 3501 §7.1, RFC 5530 §3
  private static func imap(_ line: [UInt8]) -> LoginAnswer? {
    let words = words(of: line)
    guard words.count >= 2 else { return nil }
    let text = ForeignText(line.drop { $0 != 0x20 }.dropFirst())
    let isTemporary = words.count > 2 && ["[UNAVAILABLE]", "[INUSE]", "[LIMIT]"].contains(words[2].uppercased())
    switch (words[0], words[1].uppercased()) {
    case ("*", "BYE"): return LoginAnswer(.temporary, text)
    case ("*", _), ("+", _): return nil
    case (_, "OK"): return LoginAnswer(.positive, text)
    case (_, "NO"), (_, "BAD"): return LoginAnswer(isTemporary ? .temporary : .permanent, text)
    default: return nil
    }
  }

  /// A status indicator with its response code. Source: RFC 1939 §3, RFC 2449 §8, RFC 3206
  private static func pop3(_ line: [UInt8]) -> LoginAnswer? {
    let words = words(of: line)
    switch words.first {
    case "+OK": return LoginAnswer(.positive, ForeignText(line))
    case "-ERR":
      let code = words.count > 1 ? words[1].uppercased() : ""
      let isTemporary = ["[SYS/TEMP]", "[IN-USE]", "[LOGIN-DELAY]"].contains(code)
      return LoginAnswer(isTemporary ? .temporary : .permanent, ForeignText(line))
    default: return nil
    }
  }

  /// The last reply, as much of it as there is. Source: RFC 5321 §4.2
  private static func reply(lastOf lines: [[UInt8]]) -> SMTPReply? {
    guard let last = lines.last, last.count >= 3, let code = Int(String(decoding: last.prefix(3), as: UTF8.self)) else {
      return nil
    }
    let same = lines.reversed().prefix { $0.starts(with: last.prefix(3)) }.reversed()
    // Of the replies before with the same code only a continued line belongs to this one.
    let start = same.dropLast().lastIndex { $0.count < 4 || $0[3] != UInt8(ascii: "-") }.map { same.index(after: $0) }
    return SMTPReply(code: code, lines: same[(start ?? same.startIndex)...].map { Array($0.dropFirst(4)) })
  }

  private static func words(of line: [UInt8]) -> [String] {
    line.filter { $0 != 0x0D && $0 != 0x0A }.split(separator: 0x20, maxSplits: 3).map {
      String(decoding: $0, as: UTF8.self)
    }
  }
}
