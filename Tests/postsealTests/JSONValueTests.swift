import Foundation
import Testing

@testable import postseal

@Suite struct JSONValueTests {
  @Test func `members keep their order and the version comes first`() {
    let report = JSONValue.report(["z": .number(1), "a": .null, "list": .strings(["x"]), "yes": .bool(true)])
    #expect(report.text == #"{"version":1,"z":1,"a":null,"list":["x"],"yes":true}"#)
  }

  @Test(arguments: ["plain", "quote \" back \\ slash", "line\nfeed\ttab\u{1B}", "Käse 漢字 😀", "\u{202E}\u{0}\u{7F}", ""])
  func `a string is plain ASCII and means the same to another reader`(text: String) throws {
    let json = JSONValue.array([.string(text)]).text
    #expect(json.utf8.allSatisfy { $0 >= 0x20 && $0 < 0x7F })
    #expect(try JSONDecoder().decode([String].self, from: Data(json.utf8)) == [text])
  }
}
