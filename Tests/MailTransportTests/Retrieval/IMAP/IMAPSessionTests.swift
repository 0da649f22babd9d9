import Testing

@testable import MailTransport

@Suite struct IMAPSessionTests {
  private let inbox = IMAPMailboxName("INBOX") ?? { preconditionFailure() }()

  /// A session after one command of a transcript.
  private func session(
    _ command: IMAPCommand, _ transcript: String, piece: Int = .max
  ) -> IMAPSession {
    var session = IMAPSession(host: "mx")
    IMAPTranscript(transcript).play(command, &session, piece: piece)
    return session
  }

  private func violation(_ session: IMAPSession) -> String? {
    guard case .protocolViolation("mx", let what) = session.interruption else { return nil }
    return what
  }

  @Test(arguments: [1, 3, .max]) func `a mailbox is opened, and what it tells is kept`(piece: Int) throws {
    let session = session(
      .examine(inbox),
      """
      C: P1 EXAMINE "INBOX"
      S: * 17 EXISTS
      S: * 2 RECENT
      S: * OK [UNSEEN 8] Message 8 is first unseen
      S: * OK [UIDVALIDITY 3857529045] UIDs valid
      S: * OK [UIDNEXT 4392] Predicted next UID
      S: * FLAGS (\\Answered \\Flagged)
      S: * OK [PERMANENTFLAGS ()] No permanent flags permitted
      S: P1 OK [READ-ONLY] EXAMINE completed
      """, piece: piece)
    #expect(try session.answer().code == ["READ-ONLY"])
    let expected = IMAPSession.Selected(name: inbox, validity: 3_857_529_045, uidNext: 4392, exists: 17)
    #expect(session.selected == expected)
  }

  @Test func `capabilities are those that were asked for, and no others`() throws {
    var session = session(
      .noop,
      """
      C: P1 NOOP
      S: * CAPABILITY IMAP4rev1 UIDPLUS
      S: P1 OK [CAPABILITY IMAP4rev1 IDLE] done
      """)
    #expect(session.capabilities.isEmpty)
    IMAPTranscript(
      """
      C: P2 CAPABILITY
      S: * CAPABILITY IMAP4rev1 idle
      S: P2 OK done
      """
    ).play(.capability, &session)
    #expect(session.capabilities == ["IMAP4REV1", "IDLE"])
  }

  @Test func `a part of a message comes as a literal, among whatever else is said`() throws {
    let session = session(
      .part(uid: 44, offset: 0),
      """
      C: P1 UID FETCH 44 BODY.PEEK[]<0.524288>
      S: * 3 FETCH (FLAGS (\\Seen))
      S: * 18 EXISTS
      S: * 12 FETCH (UID 44 BODY[]<0> {4}\\r\\na\\r\\n))
      S: * 2 EXPUNGE
      S: P1 OK done
      """, piece: 2)
    #expect(try session.answer().kind == .ok)
    #expect(session.part == Array("a\r\n)".utf8))
  }

  @Test(arguments: [
    ("* 1 FETCH (UID 45 BODY[]<0> {1}\\r\\nx)", "the content of message 45 instead of 44"),
    ("* 1 FETCH (BODY[]<0> {1}\\r\\nx)", "the content of message ? instead of 44"),
    ("* 1 FETCH (UID 44 BODY[]<1> {1}\\r\\nx)", "message 44 from byte 1 on instead of 0"),
    (
      "* 1 FETCH (UID 44 BODY[] {1}\\r\\nx)\\r\\n* 1 FETCH (UID 44 BODY[] {1}\\r\\nx)",
      "the content of message 44 twice"
    ),
    ("* 1 FETCH (UID 44 BODY[]<0> {524289}\\r\\n", "a literal of 524289 bytes, where 524288 are the most"),
    ("P2 OK done", "an answer to nothing: \"P2 OK done\""), ("P0 OK done", "an answer to nothing: \"P0 OK done\""),
    ("p1 OK done", "an answer to nothing: \"p1 OK done\""),
    ("P1 PREAUTH done", "an answer to nothing: \"P1 PREAUTH done\""),
    ("+ go on", "it asks to go on where nothing waits"),
    ("* PREAUTH welcome", "a greeting in the middle: PREAUTH welcome"),
    ("nonsense here", "a line that is no response: \"nonsense here\""),
  ]) func `what does not fit the question ends the dialogue`(line: String, expected: String) {
    let session = session(.part(uid: 44, offset: 0), "C: P1 UID FETCH 44 BODY.PEEK[]<0.524288>\nS: \(line)")
    #expect(violation(session) == expected)
    #expect(throws: TransportError.protocolViolation(host: "mx", expected)) { try session.answer() }
    #expect(session.part == nil || expected.hasSuffix("twice"))
  }

  @Test func `content that nobody asked for ends the dialogue`() {
    let session = session(.noop, "C: P1 NOOP\nS: * 1 FETCH (UID 44 BODY[]<0> {1}\\r\\nx)")
    #expect(violation(session) == "the content of a message that nobody asked for")
  }

  @Test func `an answer that comes before the question counts for nothing`() {
    var session = IMAPSession(host: "mx")
    session.begin(.noop)
    session.receive("P1 OK done\r\n".utf8)
    #expect(violation(session) == "an answer to nothing: \"P1 OK done\"")
  }

  @Test func `messages numbered anew in the middle end the dialogue`() {
    var session = session(
      .examine(inbox), "C: P1 EXAMINE \"INBOX\"\nS: * OK [UIDVALIDITY 5] valid\nS: P1 OK [READ-ONLY] done")
    IMAPTranscript("C: P2 NOOP\nS: * OK [UIDVALIDITY 6] valid").play(.noop, &session)
    #expect(session.interruption == .mailboxChanged(host: "mx", mailbox: "INBOX"))
  }

  @Test func `lies about how many messages there are cost nothing`() throws {
    var session = session(
      .examine(inbox), "C: P1 EXAMINE \"INBOX\"\nS: * 9223372036854775807 EXISTS\nS: P1 OK done")
    IMAPTranscript("C: P2 NOOP\nS: * 9223372036854775807 EXPUNGE\nS: * 0 EXISTS\nS: * 1 EXPUNGE\nS: P2 OK").play(
      .noop, &session)
    #expect(try session.answer().kind == .ok)
    #expect(session.selected?.exists == 0)
  }

  @Test func `a goodbye in the middle is told in the server's words`() {
    let session = session(.noop, "C: P1 NOOP\nS: * BYE [UNAVAILABLE] going down")
    #expect(
      session.interruption
        == .turnedAway(host: "mx", ForeignText("BYE [UNAVAILABLE] going down"), isTemporary: true))
  }

  @Test func `a refusal is told in the server's words, and the dialogue goes on`() throws {
    var session = session(.search(.all), "C: P1 UID SEARCH ALL\nS: P1 NO [LIMIT] too often")
    #expect(
      throws: TransportError.commandRefused(
        host: "mx", .listing, ForeignText("NO [LIMIT] too often"), isTemporary: true)
    ) { try session.answer() }
    IMAPTranscript("C: P2 UID SEARCH ALL\nS: * SEARCH 2 84\nS: * SEARCH 882\nS: P2 OK").play(.search(.all), &session)
    #expect(session.found == [2, 84, 882])
  }

  @Test func `responses without end come to an end`() {
    var session = IMAPSession(host: "mx")
    session.begin(.noop)
    _ = session.nextStep()
    let lines = Array(String(repeating: "* 1 RECENT\r\n", count: 1000).utf8)
    for _ in 0..<200 where session.interruption == nil { session.receive(lines) }
    #expect(violation(session) == "responses without end")
  }

  @Test func `folders and found messages without end come to an end`() {
    var session = IMAPSession(host: "mx")
    session.begin(.list)
    _ = session.nextStep()
    let folders = Array(String(repeating: "* LIST () NIL x\r\n", count: 1001).utf8)
    for _ in 0..<20 where session.interruption == nil { session.receive(folders) }
    #expect(violation(session) == "more than 20000 folders")
    session = IMAPSession(host: "mx")
    session.begin(.search(.all))
    _ = session.nextStep()
    let numbers = Array("* SEARCH\(String(repeating: " 1", count: 700_000))\r\n".utf8)
    for _ in 0..<3 where session.interruption == nil { session.receive(numbers) }
    #expect(violation(session) == "more than 2000000 messages found")
  }

  @Test func `IDLE waits for more messages and is left in order`() throws {
    var session = session(
      .examine(inbox), "C: P1 EXAMINE \"INBOX\"\nS: * 3 EXISTS\nS: * OK [UIDVALIDITY 5] valid\nS: P1 OK done")
    IMAPTranscript(
      """
      C: P2 IDLE
      S: + idling
      S: * OK still here
      S: * 2 EXPUNGE
      S: * 3 EXISTS
      C: DONE
      S: * 4 EXISTS
      S: P2 OK IDLE terminated
      """
    ).play(.idle, &session)
    #expect(session.hasNews)
    #expect(try session.answer().kind == .ok)
    IMAPTranscript("C: P3 IDLE\nS: + idling\nS: * 2 FETCH (FLAGS (\\Seen))\nC: DONE\nS: P3 OK").play(.idle, &session)
    #expect(!session.hasNews)
  }

  @Test func `IDLE that ends by itself, and an early answer, are violations`() {
    #expect(violation(session(.idle, "C: P1 IDLE\nS: + idling\nS: P1 OK done")) == "OK done before it was done")
    #expect(violation(session(.idle, "C: P1 IDLE\nS: P1 OK done")) == "OK done before it was done")
  }

  private var append: IMAPCommand { .append(inbox, octets: 12, seen: true, delivered: 1_764_114_605) }

  @Test func `a message is filed when the server asks for it`() throws {
    let session = session(
      append,
      """
      C: P1 APPEND "INBOX" (\\Seen) "25-Nov-2025 23:50:05 +0000" {12}
      S: + go on
      C: <content>
      S: * 4 EXISTS
      S: P1 OK [APPENDUID 38505 3955] done
      """)
    #expect(try session.answer().code == ["APPENDUID", "38505", "3955"])
    #expect(!session.isFilingUnknown)
  }

  @Test func `a server that refuses before it takes the message gets none of it`() {
    let session = session(
      append,
      "C: P1 APPEND \"INBOX\" (\\Seen) \"25-Nov-2025 23:50:05 +0000\" {12}\nS: P1 NO [TRYCREATE] no such mailbox")
    #expect(throws: TransportError.self) { try session.answer() }
    #expect(!session.isFilingUnknown)
  }

  @Test(arguments: [("S: <lost>", true), ("S: <silent>", true), ("S: * BYE", true), ("S: P1 NO full", false)])
  func `a connection lost after the message leaves it unknown whether it was filed`(end: String, isUnknown: Bool) {
    let session = session(
      append,
      "C: P1 APPEND \"INBOX\" (\\Seen) \"25-Nov-2025 23:50:05 +0000\" {12}\nS: + go on\nC: <content>\n\(end)")
    #expect(session.isFilingUnknown == isUnknown)
  }

  @Test(arguments: [
    (IMAPSearch.all, "ALL"), (.from(7), "UID 7:*"), (.deleted, "DELETED"), (.since(1_764_114_605), "SINCE 24-Nov-2025"),
    (.since(.max), "ALL"),
  ]) func `searches are asked in the words of the protocol`(search: IMAPSearch, words: String) {
    #expect(search.criterion == words)
  }
}
