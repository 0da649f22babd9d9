import TestSupport
import Testing

@testable import MIME

@Suite struct FlowedTextTests {
  private func unfold(
    _ lines: [String], _ space: FlowedText.TrailingSpace = .kept
  ) -> [String] {
    FlowedText.unfold(lines, trailingSpace: space).map { "\($0.quoteDepth)|\($0.text)" }
  }

  @Test func `flowed lines are joined`() {
    #expect(unfold(["a ", "b ", "c", "d"]) == ["0|a b c", "0|d"])
    #expect(unfold(["a ", "b"], .deleted) == ["0|ab"])
  }

  @Test func `quotes of different depth are never joined`() {
    #expect(unfold(["> a ", "> b", ">> c ", "> d", "e"]) == ["1|a b", "2|c ", "1|d", "0|e"])
  }

  @Test func `blanks between quote marks do not count`() {
    #expect(unfold(["> > a ", "> > b", ">> c", "> d > e"]) == ["2|a b", "2|c", "1|d > e"])
  }

  @Test func `a stuffed space goes and a stuffed quote mark stays`() {
    #expect(unfold(["  a", " >b", " From x"]) == ["0| a", "0|>b", "0|From x"])
  }

  @Test func `the signature separator stands alone`() {
    #expect(unfold(["a ", "-- ", "Bob"]) == ["0|a ", "0|-- ", "0|Bob"])
    #expect(unfold(["> -- ", "x"]) == ["1|-- ", "0|x"])
  }

  @Test func `empty lines are paragraphs, and an open paragraph ends with the text`() {
    #expect(unfold(["a", "", "b "]) == ["0|a", "0|", "0|b "])
    #expect(unfold(["a ", "", "b "]) == ["0|a ", "0|b "])
    #expect(unfold([]) == [])
  }

  @Test func `ten thousand flowed lines take linear time`() {
    let lines = Array(repeating: "some words of text ", count: 10_000)
    let elapsed = ProcessorTime.seconds { #expect(unfold(lines).count == 1) }
    #expect(elapsed < 10)
  }
}
