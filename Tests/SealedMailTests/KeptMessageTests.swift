import ByteStreams
import MIME
import SealedMail
import TestSupport
import Testing

/// What a sender keeps of a message that is not sent.
@Suite struct KeptMessageTests {
  private let alice: Desk

  init() throws { alice = try Desk(own: [.alice], accepted: [.bob, .erin]) }

  private func kept(_ letter: Letter, by desk: Desk) throws -> String {
    let message = try OutgoingMessage(ByteStore(letter.bytes()), circumstances: .init(now: Desk.now, zoneMinutes: 0))
    var context = try desk.context()
    let sealed = try Sealer.sealKept(
      message, with: [try .structured("Bcc", "erin@example.org")], options: SealOptions(now: Desk.now), with: &context)
    return String(decoding: try sealed.bytes.read(0..<sealed.bytes.count), as: UTF8.self)
  }

  @Test func `outside stands nothing but who keeps it and when`() throws {
    let text = try kept(Letter(cc: "carol@example.net", bcc: "erin@example.org", subject: "Budget"), by: alice)
    let header = text.prefix(upTo: text.range(ofEmptyLine: ()))
    #expect(header.contains("Subject: [...]") && header.contains("From: Alice Example"))
    for hidden in ["bob", "carol", "erin", "Budget", "To:", "Bcc"] { #expect(!header.contains(hidden), "\(hidden)") }
    #expect(!text.contains("the figures"))
  }

  @Test func `its sender opens it, hidden recipients and all, and nobody else does`() throws {
    let text = try kept(Letter(bcc: "erin@example.org"), by: alice)
    let opened = try alice.open(Array(text.utf8))
    #expect(opened.verdict.encryption == .whole && opened.verdict.warnings.isEmpty)
    #expect(opened.value("Bcc") == "erin@example.org" && opened.value("Subject") == "Budget")
    #expect(opened.value("To") == "Bob Meyer <bob@example.org>")
    let bob = try Desk(own: [.bob]).open(Array(text.utf8))
    #expect(bob.content == nil)
    #expect(bob.verdict.layers.first?.recipients.count == 1)
  }

  @Test func `without a key nothing is kept`() throws {
    let desk = try Desk(own: [.bob], accepted: [.alice])
    #expect(throws: SealError.self) { try kept(Letter(), by: desk) }
  }
}
