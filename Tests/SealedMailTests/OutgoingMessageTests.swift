import ByteStreams
import MIME
import SealedMail
import TestSupport
import Testing

/// What is made of the header of a message that somebody wants to send.
@Suite struct OutgoingMessageTests {
  private func message(_ header: String, _ overrides: OutgoingMessage.Overrides = .init()) throws -> OutgoingMessage {
    try OutgoingMessage(
      ByteStore(Array("\(header)\n\nHello\n".utf8)), overrides: overrides,
      circumstances: .init(now: Desk.now, zoneMinutes: 60))
  }

  private static let start = "From: alice@example.org\nTo: bob@example.org\nSubject: Budget\n"

  /// A line that breaks the header off would make text of a Bcc field behind it, and leave its recipients out.
  @Test(arguments: [
    "B\n cc: erin@example.org", "B\0cc: erin@example.org", "no field\nBcc: erin@example.org", "\u{A0}: x",
  ])
  func `a header that breaks off is refused`(lines: String) throws {
    #expect {
      try message(Self.start + lines)
    } throws: { error in
      guard case SealError.message(.malformed(.headerLine, _)) = error else { return false }
      return true
    }
  }

  @Test func `a header without text is whole`() throws {
    let bytes = Array((Self.start + "Bcc: erin@example.org").utf8)
    let message = try OutgoingMessage(ByteStore(bytes), circumstances: .init(now: Desk.now, zoneMinutes: 60))
    #expect(message.blind.map(\.text) == ["erin@example.org"])
  }

  @Test func `no field repeats a blind recipient`() throws {
    let traces = "Delivered-To: erin@example.org\nX-Envelope-To: <bob@example.org>,\n <Erin@Example.ORG>\n"
    let message = try message(Self.start + traces + "X-Mailer: m\nBcc: Erin <erin@example.org>")
    #expect(message.header.fields.map(\.name).prefix(4) == ["From", "To", "Subject", "X-Mailer"])
    #expect(!String(decoding: message.header.bytes, as: UTF8.self).lowercased().contains("erin"))
  }

  @Test func `what we write into messages for their reader alone does not leave`() throws {
    let ours =
      "X-Postseal-Verdict: signature=good\nx-postseal-way: smtps://alice@mail.example.org\nX-Postseal: clear\nX-Post: 1"
    #expect(try message(Self.start + ours).header.fields.map(\.name).prefix(4) == ["From", "To", "Subject", "X-Post"])
  }

  @Test func `what the author shows of a blind recipient stays`() throws {
    let shown = "Reply-To: erin@example.org\nX-Sender: erin@example.org"
    let message = try message("From: alice@example.org\nSubject: for erin@example.org\n\(shown)\nBcc: erin@example.org")
    #expect(message.header.fields.map(\.name).prefix(4) == ["From", "Subject", "Reply-To", "X-Sender"])
    #expect(message.blind.map(\.text) == ["erin@example.org"])
  }

  @Test func `several fields of recipients become one`() throws {
    let message = try message(
      Self.start + "TO: team: carol@example.net, erin@example.org;\nCc: a@b.example\ncc: c@d.example")
    #expect(message.shared.count == 5)
    #expect(
      message.header.fields(named: "To").map(\.value)
        == ["bob@example.org, team: carol@example.net, erin@example.org;"])
    #expect(message.header.fields(named: "Cc").map(\.value) == ["a@b.example, c@d.example"])
  }

  @Test(arguments: ["Subject", "Date", "Message-ID", "Sender", "References", "Content-Type"])
  func `a field that mail has once is refused when it is there twice`(name: String) throws {
    let field = "\(name): <a@b.example>\n"
    #expect {
      try message("From: alice@example.org\nTo: bob@example.org\n" + field + field.lowercased())
    } throws: { error in
      guard case SealError.repeatedField(name, count: 2) = error else { return false }
      return true
    }
  }

  @Test func `an override takes the place of repeated fields`() throws {
    var overrides = OutgoingMessage.Overrides()
    overrides.subject = "One"
    let message = try message(Self.start + "Subject: Two", overrides)
    #expect(message.header.fields(named: "Subject").map(\.value) == ["One"])
  }

  @Test func `an envelope says who receives it, whatever the fields say`() throws {
    var overrides = OutgoingMessage.Overrides()
    overrides.recipients = .init(
      shared: try [AddrSpec("bob@example.org")], blind: try [AddrSpec("erin@example.org"), AddrSpec("bob@example.org")])
    let message = try message(Self.start + "Cc: carol@example.net\nBcc: mallory@example.net", overrides)
    #expect(message.shared.map(\.text) == ["bob@example.org"])
    #expect(message.blind.map(\.text) == ["erin@example.org"])
    #expect(message.header.fields(named: "Cc").map(\.value) == ["carol@example.net"])
    #expect(message.header.fields(named: "Bcc").isEmpty)
  }
}
