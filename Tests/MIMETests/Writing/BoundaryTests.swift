import TestSupport
import Testing

@testable import MIME

@Suite struct BoundaryTests {
  @Test func `two boundaries are never the same and both are sound`() throws {
    let (one, two) = (Boundary.random(), Boundary.random())
    #expect(one != two)
    #expect(try Boundary(one.text) == one)
    #expect(one.text.hasPrefix("=_") && one.text.utf8.count == 32)
  }

  @Test func `a fixed generator gives a fixed boundary`() {
    var (left, right) = (SplitMix64(seed: 1), SplitMix64(seed: 1))
    #expect(Boundary.random(using: &left) == Boundary.random(using: &right))
  }

  @Test(arguments: ["", "a\r\nb", "a b ", "ä", "a\"b", "a;b", String(repeating: "a", count: 71)])
  func `what is no boundary is refused`(text: String) {
    #expect(throws: MIMEError.malformed(.boundary, text: text)) { try Boundary(text) }
  }
}
