import TestSupport
import Testing

@testable import MailTransport

/// Word of delivery: asked for where it is wanted and the server has it.
@Suite struct DeliveryNoticeTests {
  private func session(_ notice: DeliveryNotice?) -> SMTPSession {
    SMTPSession(
      host: "mx", clientName: "me", rule: .allOrNone,
      copies: [SMTPCopy(label: "m", reversePath: "a@x", recipients: ["b@y", "c@y"], octets: 100, notice: notice)])
  }

  @Test(arguments: [
    ("never", "NEVER"), ("failure", "FAILURE"), ("delay,FAILURE", "FAILURE,DELAY"),
    ("success,failure,delay", "SUCCESS,FAILURE,DELAY"),
  ]) func `a server that gives word is asked for it, and for the header alone`(wanted: String, parameter: String) {
    var session = session(DeliveryNotice(parsing: wanted, envelopeID: "a+b=c"))
    Transcript(
      """
      C: EHLO me
      S: 250-mx
      S: 250 DSN
      C: MAIL FROM:<a@x> RET=HDRS ENVID=a+2Bb+3Dc
      S: 250 ok
      C: RCPT TO:<b@y> NOTIFY=\(parameter)
      S: 250 ok
      C: RCPT TO:<c@y> NOTIFY=\(parameter)
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
  }

  @Test(arguments: [(DeliveryNotice(parsing: "never"), "250 ok"), (nil, "250 DSN")])
  func `a server without it is not asked, and nobody is asked for what nobody wants`(
    notice: DeliveryNotice?, ehlo: String
  ) {
    var session = session(notice)
    Transcript(
      """
      C: EHLO me
      S: 250-mx
      S: \(ehlo)
      C: MAIL FROM:<a@x>
      S: 250 ok
      C: RCPT TO:<b@y>
      """
    ).play(&session, expectingWait: true)
  }

  @Test func `a report says that the word which was wanted will not come`() async throws {
    let server = try ScriptedServer { _ in nil }
    let submitter = try SMTPSubmitter(
      server: MailServer(security: .plaintext, host: "127.0.0.1", port: server.port, user: nil), credential: nil)
    let plain = try copy()
    let wanting = Submission(
      envelope: plain.envelope, message: plain.message, label: "m", notice: DeliveryNotice(parsing: "success"))
    #expect(try await submitter.submit([wanting]).lacksNotices)
    #expect(try await !submitter.submit([plain]).lacksNotices)
  }

  @Test func `a sendmail is told in its own words`() throws {
    let envelope = try copy().envelope
    #expect(
      SendmailSubmitter.arguments(for: envelope, DeliveryNotice(parsing: "success,delay", envelopeID: "x"))
        == ["-i", "-f", "alice@example.org", "-N", "success,delay", "-R", "hdrs", "-V", "x", "--", "bob@example.org"])
  }

  @Test(arguments: ["", "always", "never,failure", "failure,", "failure delay", "failure\r\nRSET"])
  func `what is no event is refused`(text: String) {
    #expect(DeliveryNotice(parsing: text) == nil)
    #expect(DeliveryNotice(parsing: "never", envelopeID: text + "\n") == nil)
  }
}
