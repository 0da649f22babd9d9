import TestSupport
import Testing

@testable import MIME

@Suite struct MessageIDTests {
  @Test(arguments: [
    ("<1234@local.machine.example>", ["1234@local.machine.example"]),
    ("<a@x.test> <b@x.test>\r\n <c@x.test>", ["a@x.test", "b@x.test", "c@x.test"]),
    ("<a@x.test><b@x.test>", ["a@x.test", "b@x.test"]),
    ("Your message of Monday <a@x.test> (a comment)", ["a@x.test"]),
    ("<a@x\r\n .test>", ["a@x.test"]),
    ("< >, <>, <a@x.test", []),
    ("<<a@x.test>>", ["a@x.test"]),
    ("<no-at-sign>", ["no-at-sign"]),
    ("<a\u{1}@x.test>", []),
  ])
  func `a list gives every ID in order`(value: String, expected: [String]) {
    #expect(MessageID.list(parsing: octets(value)).map(\.id) == expected)
  }

  @Test(arguments: ["", "<>", "a", "<a b@x.test>", "<a@x.test", "a<b@x.test", "<a@x.test>>"])
  func `what is no ID is refused`(text: String) {
    #expect(throws: MIMEError.malformed(.messageID, text: text)) { try MessageID(text) }
  }

  @Test func `no control character gets into an ID`() {
    #expect(throws: MIMEError.forbiddenOctet(0x0D, subject: "message ID")) { try MessageID("<a\r\nb@x.test>") }
  }

  @Test func `a new ID tells the domain and nothing else`() throws {
    var random = SplitMix64(seed: 5)
    let (one, two) = (
      try MessageID.generate(domain: "EXAMPLE.org", using: &random),
      try MessageID.generate(domain: "EXAMPLE.org", using: &random)
    )
    #expect(one != two)
    #expect(one.id.hasSuffix("@example.org"))
    #expect(try MessageID(one.text) == one)
    #expect(throws: MIMEError.self) { try MessageID.generate(domain: "no domain") }
    #expect(try MessageID.generate(domain: "x.test") != MessageID.generate(domain: "x.test"))
  }

  @Test func `hostile lists take linear time`() {
    let value = octets(String(repeating: "<", count: 30_000) + String(repeating: "<a@x.test", count: 60_000))
    let elapsed = ProcessorTime.seconds { _ = MessageID.list(parsing: value) }
    #expect(elapsed < 10)
  }
}
