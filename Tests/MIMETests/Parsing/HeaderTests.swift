import MIME
import Testing

struct HeaderTests {
  @Test func `fields keep their bytes, folds and all`() throws {
    let text = "subject:  =?utf-8?q?caf=C3=A9?=\r\n\tau lait \r\nFROM : a@b\n\nbody"
    let header = try MessageStructure.parse(Array(text.utf8)).root.header
    let subject = try #require(header.first(named: "Subject"))
    #expect(subject.name == "subject")
    #expect(String(decoding: subject.rawBody, as: UTF8.self) == "  =?utf-8?q?caf=C3=A9?=\r\n\tau lait \r\n")
    #expect(String(decoding: subject.value, as: UTF8.self) == "=?utf-8?q?caf=C3=A9?=\tau lait")
    #expect(header.first(named: "from")?.name == "FROM")
    #expect(String(decoding: header.bytes, as: UTF8.self) == String(text.dropLast("\nbody".count)))
  }

  @Test func `two From fields are two`() throws {
    let header = try structure("From: a@b\nFrom-Line: x\nFrom: c@d\n\n").root.header
    #expect(header.count(named: "from") == 2)
    #expect(header.fields(named: "FROM").map { String(decoding: $0.value, as: UTF8.self) } == ["a@b", "c@d"])
    #expect(header.count(named: "Fro") == 0)
    #expect(header.first(named: "To") == nil)
  }

  @Test func `names are compared without regard to case in ASCII only`() throws {
    let header = try structure("Content-ID: x\n\n").root.header
    #expect(header.first(named: "content-id") != nil)
    #expect(header.first(named: "content\u{0}id") == nil)
  }
}
