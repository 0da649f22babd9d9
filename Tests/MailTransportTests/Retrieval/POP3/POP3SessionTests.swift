import Testing

@testable import MailTransport

@Suite struct POP3SessionTests {
  /// All events of a command's answer, which comes in pieces of so many bytes.
  private func events(
    _ command: POP3Session.Command, _ answer: String, piece: Int = .max, session: inout POP3Session
  ) throws -> [POP3Session.Event] {
    _ = session.begin(command)
    var bytes = Array(answer.utf8)[...]
    var events: [POP3Session.Event] = []
    while !bytes.isEmpty {
      events += try session.receive(Array(bytes.prefix(piece)))
      bytes = bytes.dropFirst(piece)
    }
    return events
  }

  private func events(_ command: POP3Session.Command, _ answer: String, piece: Int = .max) throws -> [POP3Session.Event]
  {
    var session = POP3Session()
    return try events(command, answer, piece: piece, session: &session)
  }

  private func content(_ events: [POP3Session.Event]) -> String {
    String(
      decoding: events.flatMap { if case .content(let bytes) = $0 { bytes } else { [UInt8]() } }, as: UTF8.self)
  }

  @Test(arguments: [
    (POP3Session.Command.capabilities, "CAPA"), (.state, "STAT"), (.identifiers, "UIDL"), (.sizes, "LIST"),
    (.message(3), "RETR 3"), (.removal(12), "DELE 12"), (.quit, "QUIT"),
  ]) func `a command is one line`(command: POP3Session.Command, line: String) {
    var session = POP3Session()
    #expect(session.begin(command) == Array("\(line)\r\n".utf8))
    #expect(!session.isIdle)
  }

  @Test(arguments: [1, 2, 3, 5, 1000])
  func `a message comes as it is, however it is split`(piece: Int) throws {
    let wire = "+OK 120 octets\r\n..\r\nSubject: x\r\n\r\n...\r\n.a\r\na.\r\n\n.\n\r.\r\r\n..\r\r\n.\rx\r\n.\r\n"
    let answer = try events(.message(1), wire, piece: piece)
    #expect(content(answer) == ".\r\nSubject: x\r\n\r\n..\r\na\r\na.\r\n\n.\n\r.\r\r\n.\r\r\n\rx\r\n")
    #expect(answer.last == .done(Array("120 octets".utf8)))
  }

  @Test func `a message may be empty, hold NULs, and have lines of any length`() throws {
    #expect(try events(.message(1), "+OK\r\n.\r\n") == [.done([])])
    let long = String(repeating: "x", count: 100_000) + "\0"
    #expect(content(try events(.message(1), "+OK\r\n\(long)\r\n.\r\n", piece: 4096)) == "\(long)\r\n")
  }

  @Test func `only CRLF, a dot and CRLF end a message`() {
    for fake in ["\n.\n", "\r.\r", "\n.\r\n", "\r\n.\n", "\r\n.\r", ".\r\n."] {
      var session = POP3Session()
      #expect(throws: Never.self) {
        _ = try events(.message(1), "+OK\r\ntext\(fake)", session: &session)
      }
      #expect(!session.isIdle, "\(fake.debugDescription)")
    }
  }

  @Test func `a listing loses the dots that were put before its lines`() throws {
    let answer = try events(.capabilities, "+OK list\r\nUIDL\r\n..odd\r\n.\r\n", piece: 1)
    #expect(answer == [.line(Array("UIDL".utf8)), .line(Array(".odd".utf8)), .done(Array("list".utf8))])
  }

  @Test func `lines of the server may end with LF alone`() throws {
    #expect(try events(.state, "+OK 2 320\n") == [.done(Array("2 320".utf8))])
  }

  @Test(arguments: [
    ("-ERR\r\n", "-ERR", false), ("-ERR no such message\r\n", "-ERR no such message", false),
    ("-ERR [IN-USE] locked\r\n", "-ERR [IN-USE] locked", true), ("-ERR [SYS/TEMP] x\r\n", "-ERR [SYS/TEMP] x", true),
    ("-ERR [sys/perm] \u{1B}[31m\r\n", "-ERR [sys/perm] \\u{1b}[31m", false),
  ]) func `a refusal tells the server's words, and whether to try again`(
    answer: String, words: String, isTemporary: Bool
  ) throws {
    let events = try events(.message(1), answer)
    guard case .refused(let refusal)? = events.first else {
      Issue.record("\(events)")
      return
    }
    #expect(refusal.words.description == words)
    #expect(refusal.isTemporary == isTemporary)
  }

  @Test(arguments: [
    "+ok\r\n", "OK\r\n", "\r\n", "+OKAY\r\n", "* OK hello\r\n", "220 hello\r\n", "+OK \0\r\n",
    "+OK " + String(repeating: "x", count: 4096), "+OK 1 2\r\n+OK\r\n", "+OK 1 2\r\n.\r\n",
  ]) func `what breaks the protocol ends the dialogue`(answer: String) {
    var session = POP3Session()
    #expect(throws: POP3Session.Violation.self) { try events(.state, answer, session: &session) }
    #expect(!session.isIdle)
    #expect(throws: POP3Session.Violation.self) { try session.receive(Array("+OK\r\n".utf8)) }
  }

  @Test func `a listing without end has one`() {
    let lines = String(repeating: "X\r\n", count: POP3Session.capabilityLimit + 1)
    #expect(throws: POP3Session.Violation.self) { try events(.capabilities, "+OK\r\n" + lines) }
  }

  @Test func `nothing is heard before it was asked for`() {
    var session = POP3Session()
    #expect(throws: POP3Session.Violation.self) { try session.receive(Array("+OK\r\n".utf8)) }
  }
}

@Suite struct POP3ListingTests {
  private func listing(_ identifiers: [String], _ sizes: [String] = []) throws -> [RemoteMessage] {
    var listing = POP3Listing()
    for line in identifiers { try listing.takeIdentifier(Array(line.utf8)) }
    for line in sizes { try listing.takeSize(Array(line.utf8)) }
    return listing.messages
  }

  @Test func `both listings make one`() throws {
    let messages = try listing(["1 a", "3  ../../b "], ["1 120", "3 99 octets"])
    #expect(
      messages == [
        RemoteMessage(id: .uidl("a"), number: 1, octets: 120),
        RemoteMessage(id: .uidl("../../b"), number: 3, octets: 99),
      ])
  }

  @Test func `messages of one unique id are told apart by their order`() throws {
    #expect(
      try listing(["1 a", "2 b", "3 a", "4 a"]).map(\.id) == [.uidl("a"), .uidl("b"), .uidl("a 2"), .uidl("a 3")])
  }

  @Test func `a long unique id is taken, and one beyond every use is not`() throws {
    #expect(try listing(["1 " + String(repeating: "x", count: 200)]).count == 1)
    #expect(throws: POP3Session.Violation.self) { try listing(["1 " + String(repeating: "x", count: 256)]) }
  }

  @Test(arguments: [
    ["1"], ["a b"], ["0 a"], ["-1 a"], ["1 a b"], ["1 \u{1B}[31m"], ["1 é"], ["1 a", "1 b"], ["9999999999999999 a"],
    [""],
  ]) func `a line of UIDL that is none is refused`(lines: [String]) {
    #expect(throws: POP3Session.Violation.self) { try listing(lines) }
  }

  @Test(arguments: ["2 5", "1", "1 x", "1 -5", "", "1 9999999999999999"])
  func `a line of LIST that is none, or is about no message, is refused`(line: String) {
    #expect(throws: POP3Session.Violation.self) { try listing(["1 a"], [line]) }
  }
}
