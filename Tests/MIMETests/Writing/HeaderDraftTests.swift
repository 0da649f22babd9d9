import Testing

@testable import MIME

@Suite struct HeaderDraftTests {
  private let date = MailDate(seconds: 1_795_366_920, offsetMinutes: 60)

  private func draft(_ header: String) throws -> HeaderDraft {
    try HeaderDraft(try MessageStructure.parse(octets(header + "\n\nbody")).root.header)
  }

  @Test func `what a message lacks is added, and what it has is kept`() throws {
    let id = try MessageID("<new@x.test>")
    var full = try draft("date: Sun, 22 Nov 2026 18:02:00 +0100\nMessage-Id: <old@x.test>\nMIME-version: 1.0")
    let before = full
    try full.complete(date: try #require(date), messageID: id)
    #expect(full == before)
    var bare = try draft("From: a@x.test")
    try bare.complete(date: try #require(date), messageID: id)
    #expect(
      text(bare.bytes)
        == "From: a@x.test\r\nDate: Sun, 22 Nov 2026 18:02:00 +0100\r\nMessage-ID: <new@x.test>\r\nMIME-Version: 1.0\r\n\r\n"
    )
  }

  @Test(arguments: [
    "Bcc: x@y.test", "BCC : x@y.test", "bcc:\n x@y.test", "Resent-Bcc: x@y.test", "bCc\t: x@y.test\nBcc: z@y.test",
  ])
  func `no spelling of a blind copy is left`(field: String) throws {
    var draft = try draft("From: a@x.test\n\(field)\nTo: b@x.test")
    draft.removeBlindCopies()
    #expect(text(draft.bytes) == "From: a@x.test\r\nTo: b@x.test\r\n\r\n")
  }

  @Test func `a field takes the place of all of its name`() throws {
    var draft = try draft("To: a@x.test\nSubject: s\nTO: b@x.test")
    draft.set(try .structured("To", "c@x.test"))
    draft.set(try .structured("Cc", "d@x.test"))
    #expect(text(draft.bytes) == "To: c@x.test\r\nSubject: s\r\nCc: d@x.test\r\n\r\n")
  }

  @Test func `fields of the body and of the message are told apart`() throws {
    let draft = try draft("From: a@x.test\nContent-Type: text/plain\nmime-version: 1.0\ncontent-x: y\nContents: z")
    #expect(draft.nonStructural.map(\.name) == ["From", "Contents"])
    #expect(draft.structural.map(\.name) == ["Content-Type", "mime-version", "content-x"])
  }

  @Test func `an mbox line is no field`() throws {
    #expect(try draft("From a@x.test Sun Nov 22 2026\nFrom: a@x.test").fields.map(\.name) == ["From"])
  }
}
