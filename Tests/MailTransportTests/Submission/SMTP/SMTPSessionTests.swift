// Long because every fate of a dialogue is a transcript of its own, and they are read beside each other.

import Testing

@testable import MailTransport

/// The dialogue by transcripts, which is why this file is long: each shows a whole conversation.
@Suite struct SMTPSessionTests {
  /// A session for copies whose recipients are given.
  private func session(
    _ recipients: [[String]], rule: PartialRule = .allOrNone, octets: Int = 100, needs: Set<SMTPExtension> = []
  ) -> SMTPSession {
    SMTPSession(
      host: "mx", clientName: "me", rule: rule,
      copies: recipients.enumerated().map { index, recipients in
        SMTPCopy(
          label: "copy \(index)", reversePath: "a@x", recipients: recipients.map { "\($0)@y" }, octets: octets,
          needs: needs)
      })
  }

  /// What became of everybody, one line for each copy.
  private func fates(_ session: SMTPSession) -> [[String]] { session.results.map { $0.map(\.summary) } }

  @Test(arguments: 1...40) func `one message goes to one recipient, however replies are split`(piece: Int) {
    var session = session([["b"]])
    Transcript(
      """
      C: EHLO me
      S: 250-mx at your service
      S: 250-SIZE 1000
      S: 250 ENHANCEDSTATUSCODES
      C: MAIL FROM:<a@x> SIZE=100
      S: 250 2.1.0 Ok
      C: RCPT TO:<b@y>
      S: 250-2.1.5 Ok
      S: 250 2.1.5 really
      C: DATA
      S: 354 go on
      C: <message 0>
      C: .
      S: 250-2.0.0 Ok:
      S: 250 2.0.0 queued as 4F1A2
      C: QUIT
      S: 221 bye
      """
    ).play(&session, piece: piece)
    #expect(fates(session) == [["accepted: 250 2.0.0 Ok: 2.0.0 queued as 4F1A2"]])
    #expect(session.interruption == nil)
  }

  @Test func `with pipelining MAIL and RCPT go together, DATA waits for their replies`() {
    var session = session([["b", "c"]])
    Transcript(
      """
      C: EHLO me
      S: 250-mx
      S: 250 PIPELINING
      C: MAIL FROM:<a@x>
      C: RCPT TO:<b@y>
      C: RCPT TO:<c@y>
      S: 250 ok
      S: 250 ok
      S: 251 will forward
      C: DATA
      S: 354 go on
      C: <message 0>
      C: .
      S: 250 taken
      C: QUIT
      S: 221 bye
      """
    ).play(&session)
    #expect(fates(session) == [["accepted: 250 taken", "accepted: 250 taken"]])
  }

  @Test func `all recipients of all copies are asked for before the first message goes`() {
    var session = session([["b"], ["c"]])
    Transcript(
      """
      C: EHLO me
      S: 250 mx
      C: MAIL FROM:<a@x>
      S: 250 ok
      C: RCPT TO:<b@y>
      S: 250 ok
      C: RSET
      S: 250 ok
      C: MAIL FROM:<a@x>
      S: 250 ok
      C: RCPT TO:<c@y>
      S: 250 ok
      C: RSET
      S: 250 ok
      C: MAIL FROM:<a@x>
      S: 250 ok
      C: RCPT TO:<b@y>
      S: 250 ok
      C: DATA
      S: 354 go on
      C: <message 0>
      C: .
      S: 250 one
      C: MAIL FROM:<a@x>
      S: 250 ok
      C: RCPT TO:<c@y>
      S: 250 ok
      C: DATA
      S: 354 go on
      C: <message 1>
      C: .
      S: 250 two
      C: QUIT
      S: 221 bye
      """
    ).play(&session)
    #expect(fates(session) == [["accepted: 250 one"], ["accepted: 250 two"]])
  }

  @Test func `a recipient of the last copy who is refused stops the first copy`() {
    var session = session([["b", "d"], ["c"]])
    Transcript(
      """
      C: EHLO me
      S: 250-mx
      S: 250 PIPELINING
      C: MAIL FROM:<a@x>
      C: RCPT TO:<b@y>
      C: RCPT TO:<d@y>
      C: RSET
      C: MAIL FROM:<a@x>
      C: RCPT TO:<c@y>
      C: RSET
      S: 250 ok
      S: 250 ok
      S: 250 ok
      S: 250 ok
      S: 250 ok
      S: 550 5.1.1 no such user
      S: 250 ok
      C: QUIT
      S: 221 bye
      """
    ).play(&session)
    #expect(fates(session) == [["withheld", "withheld"], ["never: 550 5.1.1 no such user"]])
    #expect(session.interruption == nil)
  }

  @Test func `whoever is accepted gets a copy when that was asked for`() {
    var session = session([["b", "d"], ["c"]], rule: .whoeverIsAccepted)
    Transcript(
      """
      C: EHLO me
      S: 250-mx
      S: 250 PIPELINING
      C: MAIL FROM:<a@x>
      C: RCPT TO:<b@y>
      C: RCPT TO:<d@y>
      C: RSET
      C: MAIL FROM:<a@x>
      C: RCPT TO:<c@y>
      C: RSET
      S: 250 ok
      S: 450 4.2.0 greylisted
      S: 250 ok
      S: 250 ok
      S: 250 ok
      S: 550 5.1.1 no such user
      S: 250 ok
      C: MAIL FROM:<a@x>
      C: RCPT TO:<d@y>
      S: 250 ok
      S: 250 ok
      C: DATA
      S: 354 go on
      C: <message 0>
      C: .
      S: 250 taken
      C: QUIT
      S: 221 bye
      """
    ).play(&session)
    #expect(
      fates(session) == [["later: 450 4.2.0 greylisted", "accepted: 250 taken"], ["never: 550 5.1.1 no such user"]])
  }

  @Test(arguments: [(PartialRule.allOrNone, ""), (.whoeverIsAccepted, "C: RSET\nS: 250 ok")])
  func `a sender who is refused is refused for every recipient, whatever is said of them`(
    rule: PartialRule, undone: String
  ) {
    var session = session([["b", "c"]], rule: rule)
    Transcript(
      """
      C: EHLO me
      S: 250-mx
      S: 250 PIPELINING
      C: MAIL FROM:<a@x>
      C: RCPT TO:<b@y>
      C: RCPT TO:<c@y>
      S: 553 5.7.1 not you
      S: 250 ok
      S: 503 no sender
      \(undone)
      C: QUIT
      S: 221 bye
      """
    ).play(&session)
    #expect(fates(session) == [["never: 553 5.7.1 not you", "never: 553 5.7.1 not you"]])
  }

  @Test func `what is refused after the first copy has gone does not stop the others`() {
    var session = session([["b"], ["c"], ["d"]])
    Transcript(
      """
      C: EHLO me
      S: 250-mx
      S: 250 PIPELINING
      C: MAIL FROM:<a@x>
      C: RCPT TO:<b@y>
      C: RSET
      C: MAIL FROM:<a@x>
      C: RCPT TO:<c@y>
      C: RSET
      C: MAIL FROM:<a@x>
      C: RCPT TO:<d@y>
      C: RSET
      S: 250 ok
      S: 250 ok
      S: 250 ok
      S: 250 ok
      S: 250 ok
      S: 250 ok
      S: 250 ok
      S: 250 ok
      S: 250 ok
      C: MAIL FROM:<a@x>
      C: RCPT TO:<b@y>
      S: 250 ok
      S: 250 ok
      C: DATA
      S: 354 go on
      C: <message 0>
      C: .
      S: 250 one
      C: MAIL FROM:<a@x>
      C: RCPT TO:<c@y>
      S: 250 ok
      S: 452 4.5.3 too many
      C: RSET
      S: 250 ok
      C: MAIL FROM:<a@x>
      C: RCPT TO:<d@y>
      S: 250 ok
      S: 250 ok
      C: DATA
      S: 354 go on
      C: <message 2>
      C: .
      S: 250 three
      C: QUIT
      S: 221 bye
      """
    ).play(&session)
    #expect(
      fates(session) == [["accepted: 250 one"], ["later: 452 4.5.3 too many"], ["accepted: 250 three"]])
  }

  @Test(arguments: [
    ("552 5.3.4 too big", "never: 552 5.3.4 too big"), ("451 4.3.0 later", "later: 451 4.3.0 later"),
  ]) func `a message refused after its end is refused for whoever was accepted`(reply: String, fate: String) {
    var session = session([["b", "c"]])
    Transcript(
      """
      C: EHLO me
      S: 250-mx
      S: 250 PIPELINING
      C: MAIL FROM:<a@x>
      C: RCPT TO:<b@y>
      C: RCPT TO:<c@y>
      S: 250 ok
      S: 250 ok
      S: 250 ok
      C: DATA
      S: 354 go on
      C: <message 0>
      C: .
      S: \(reply)
      C: QUIT
      S: 221 bye
      """
    ).play(&session)
    #expect(fates(session) == [[fate, fate]])
  }

  @Test func `DATA that is refused hands nothing over`() {
    var session = session([["b"]])
    Transcript(
      """
      C: EHLO me
      S: 250 mx
      C: MAIL FROM:<a@x>
      S: 250 ok
      C: RCPT TO:<b@y>
      S: 250 ok
      C: DATA
      S: 554 5.5.1 no valid recipients
      C: QUIT
      S: 221 bye
      """
    ).play(&session)
    #expect(fates(session) == [["never: 554 5.5.1 no valid recipients"]])
  }

  /// What the server does in place of each reply, and what must come of it.
  ///
  /// The dialogue before is the shortest one.
  @Test(
    arguments: [
      (0, "554 go away", "withheld", "mx turned us away: 554 go away"),
      (0, "<lost>", "withheld", "the connection to mx was lost while greeting"),
      (1, "<lost>", "withheld", "the connection to mx was lost while naming the sender"),
      (
        1, "354 go on", "withheld",
        "mx broke the protocol: 354 go on in reply to MAIL"
      ),
      (1, "421 closing", "later: 421 closing", "mx turned us away: 421 closing"),
      (2, "<silent>", "withheld", "no answer from mx in time while naming the recipients"),
      (2, "421 4.7.0 closing", "later: 421 4.7.0 closing", "mx turned us away: 421 4.7.0 closing"),
      (
        2, "hello", "withheld",
        "mx broke the protocol: a line that is no reply: hello"
      ),
      (3, "250 fine", "withheld", "mx broke the protocol: 250 fine in reply to DATA"),
      (3, "<lost>", "withheld", "the connection to mx was lost while announcing the message"),
      (4, "421 shutting down", "later: 421 shutting down", "mx turned us away: 421 shutting down"),
      (
        4, "<lost>", "unknown: the whole message was sent, then the connection was lost",
        "the connection to mx was lost while waiting for the message to be taken"
      ),
      (
        4, "<silent>", "unknown: the whole message was sent, then no answer came in time",
        "no answer from mx in time while waiting for the message to be taken"
      ),
      (
        4, "garbage",
        "unknown: the whole message was sent, then the answer could not be understood: a line that is no reply: garbage",
        "mx broke the protocol: a line that is no reply: garbage"
      ),
      (
        4, "354 more",
        "unknown: the whole message was sent, then the answer could not be understood: 354 more in reply to the end of the message",
        "mx broke the protocol: 354 more in reply to the end of the message"
      ),
      (5, "<lost>", "accepted: 250 taken", nil),
      (5, "<silent>", "accepted: 250 taken", nil),
      (5, "500 what", "accepted: 250 taken", nil),
    ] as [(Int, String, String, String?)])
  func `a server that fails at a step leaves what is known of it`(
    step: Int, reply: String, fate: String, error: String?
  ) {
    let good = [
      ["C: EHLO me", "S: 250 mx"], ["C: MAIL FROM:<a@x>", "S: 250 ok"], ["C: RCPT TO:<b@y>", "S: 250 ok"],
      ["C: DATA", "S: 354 go on"], ["C: <message 0>", "C: .", "S: 250 taken"], ["C: QUIT", "S: 221 bye"],
    ]
    var lines = good[..<step].joined() + good[step].dropLast() + ["S: \(reply)"]
    // A server that says no at EHLO gets a goodbye.
    if step == 0, reply.hasPrefix("5") { lines += ["C: QUIT", "S: 221 bye"] }
    var session = session([["b"]])
    Transcript(lines.joined(separator: "\n")).play(&session)
    #expect(fates(session) == [[fate]])
    #expect(session.interruption?.description == error)
  }

  @Test func `a copy whose fate is unknown is not offered again, and the next is withheld`() {
    var session = session([["b"], ["c"]], rule: .whoeverIsAccepted)
    Transcript(
      """
      C: EHLO me
      S: 250-mx
      S: 250 PIPELINING
      C: MAIL FROM:<a@x>
      C: RCPT TO:<b@y>
      C: RSET
      C: MAIL FROM:<a@x>
      C: RCPT TO:<c@y>
      C: RSET
      S: 250 ok
      S: 250 ok
      S: 250 ok
      S: 250 ok
      S: 250 ok
      S: 250 ok
      C: MAIL FROM:<a@x>
      C: RCPT TO:<b@y>
      S: 250 ok
      S: 250 ok
      C: DATA
      S: 354 go on
      C: <message 0>
      C: .
      S: <lost>
      """
    ).play(&session)
    #expect(fates(session) == [["unknown: the whole message was sent, then the connection was lost"], ["withheld"]])
  }

  @Test(arguments: [
    ("552 5.3.4 too big", "never: 552 5.3.4 too big"), ("421 4.3.2 closing", "later: 421 4.3.2 closing"),
    ("<lost>", "withheld"),
    ("250 taken", "unknown: the server answered before the message was sent in whole: 250 taken"),
  ]) func `a server may speak while the message is on its way`(reply: String, fate: String) {
    var session = session([["b"]])
    Transcript(
      """
      C: EHLO me
      S: 250 mx
      C: MAIL FROM:<a@x>
      S: 250 ok
      C: RCPT TO:<b@y>
      S: 250 ok
      C: DATA
      S: 354 go on
      S: \(reply)
      """
    ).play(&session)
    #expect(fates(session) == [[fate]])
  }

  @Test func `what came whole before nonsense counts`() {
    var session = session([["b"]])
    Transcript(
      """
      C: EHLO me
      S: 250 mx
      C: MAIL FROM:<a@x>
      S: 250 ok
      C: RCPT TO:<b@y>
      S: 250 ok
      C: DATA
      S: 354 go on
      C: <message 0>
      C: .
      """
    ).play(&session, expectingWait: true)
    session.receive(Array("250 taken\r\nnonsense\r\n".utf8))
    #expect(fates(session) == [["accepted: 250 taken"]])
    #expect(session.interruption == .protocolViolation(host: "mx", "a line that is no reply: nonsense"))
  }

  @Test func `a reply that nobody asked for ends the dialogue`() {
    var session = session([["b"]])
    Transcript("C: EHLO me\nS: 250 mx\nC: MAIL FROM:<a@x>\nS: 250 ok\nC: RCPT TO:<b@y>").play(
      &session, expectingWait: true)
    session.receive(Array("250 ok\r\n250 and more\r\n".utf8))
    #expect(
      session.interruption == .protocolViolation(host: "mx", "250 and more in reply to nothing"))
  }

  @Test(
    arguments: [
      (Set([SMTPExtension.smtpUTF8]), 100, "250 SIZE 1000", TransportError.extensionMissing(host: "mx", .smtpUTF8)),
      ([.eightBitMIME], 100, "250 SMTPUTF8", .extensionMissing(host: "mx", .eightBitMIME)),
      ([], 1001, "250 SIZE 1000", .messageTooLarge(host: "mx", label: "copy 0", octets: 1001, limit: 1000)),
    ] as [(Set<SMTPExtension>, Int, String, TransportError)])
  func `what a message needs and the server lacks is told before anything is asked`(
    needs: Set<SMTPExtension>, octets: Int, line: String, error: TransportError
  ) {
    var session = session([["b"]], octets: octets, needs: needs)
    Transcript("C: EHLO me\nS: 250-mx\nS: \(line)\nC: QUIT\nS: 221 bye").play(&session)
    #expect(session.interruption == error)
    #expect(fates(session) == [["withheld"]])
  }

  @Test func `MAIL says what the message needs, and the size where it is understood`() {
    let copy = SMTPCopy(
      label: "message", reversePath: "", recipients: ["b@y"], octets: 7, needs: [.eightBitMIME, .smtpUTF8])
    let all = SMTPCapabilities(
      SMTPReply(code: 250, lines: ["mx", "SIZE 0", "8bitmime", "SMTPUTF8", ""].map { Array($0.utf8) }))
    #expect(copy.mailCommand(all) == "MAIL FROM:<> SIZE=7 BODY=8BITMIME SMTPUTF8")
    #expect(all.sizeLimit == nil)
    #expect(all.extensions == [.eightBitMIME, .smtpUTF8])
    #expect(!all.pipelining)
  }
}
