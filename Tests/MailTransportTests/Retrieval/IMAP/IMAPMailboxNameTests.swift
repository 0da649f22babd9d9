import Testing

@testable import MailTransport

@Suite struct IMAPMailboxNameTests {
  @Test(arguments: [
    ("INBOX", "INBOX"), ("Entwürfe", "Entw&APw-rfe"), ("~peter/mail/台北/日本語", "~peter/mail/&U,BTFw-/&ZeVnLIqe-"),
    ("a&b", "a&-b"), ("📬", "&2D3c7A-"), ("&", "&-"), ("ä&ö", "&AOQ-&-&APY-"), ("éàü", "&AOkA4AD8-"),
  ]) func `names travel in modified UTF-7, both ways`(name: String, wire: String) throws {
    #expect(try #require(IMAPMailboxName(name)).quoted == "\"\(wire)\"")
    #expect(IMAPMailboxName(wire: Array(wire.utf8))?.text == name)
  }

  @Test func `what ends a quoted string is escaped`() throws {
    #expect(try #require(IMAPMailboxName("a\"b\\c")).quoted == "\"a\\\"b\\\\c\"")
  }

  @Test(arguments: ["", "a\r\nP9 DELETE INBOX", "a\0", "a\u{7F}", "\u{1B}", String(repeating: "x", count: 1001)])
  func `a name that could be more than a name is none`(name: String) {
    #expect(IMAPMailboxName(name) == nil)
  }

  @Test func `no name gets out of its quotes`() {
    var generator = SystemRandomNumberGenerator()
    for _ in 0..<2000 {
      let scalars = (0..<8).compactMap { _ in Unicode.Scalar(UInt32.random(in: 0..<0x3000, using: &generator)) }
      guard let name = IMAPMailboxName(String(String.UnicodeScalarView(scalars))) else { continue }
      let inside = name.quoted.dropFirst().dropLast().replacing("\\\\", with: "").replacing("\\\"", with: "")
      #expect(!inside.contains("\"") && !inside.contains("\\"))
      #expect(name.quoted.utf8.allSatisfy { (0x20...0x7E).contains($0) })
    }
  }

  @Test(arguments: ["a&", "a&b", "&*-", "&A-", "&AAAA-", "&AAo-", "&2D0-", "&U,BTF-", "\u{1}"])
  func `a name that is wrongly encoded, or hides a control character, is none`(wire: String) {
    #expect(IMAPMailboxName(wire: Array(wire.utf8)) == nil)
  }

  @Test func `a name in plain UTF-8 is read, other bytes are not`() {
    #expect(IMAPMailboxName(wire: Array("Entwürfe&".utf8))?.text == "Entwürfe&")
    #expect(IMAPMailboxName(wire: [0x61, 0xFF]) == nil)
  }
}
