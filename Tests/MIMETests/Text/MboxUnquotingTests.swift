import ByteStreams
import MIME
import Testing

@Suite struct MboxUnquotingTests {
  private func unquote(_ text: String, piece: Int) -> (text: String, count: Int) {
    var transform = MboxUnquoting()
    var output: [UInt8] = []
    let bytes = Array(text.utf8)
    for start in stride(from: 0, to: bytes.count, by: piece) {
      transform.feed(Array(bytes[start..<min(start + piece, bytes.count)]).rawSpan, into: &output)
    }
    transform.finish(into: &output)
    return (String(decoding: output, as: UTF8.self), transform.count)
  }

  @Test(arguments: [
    (">From here", "From here", 1), (">>From here\n>From there\n", ">From here\nFrom there\n", 2),
    ("a\r\n>From b\r\n", "a\r\nFrom b\r\n", 1), (" >From a", " >From a", 0), ("From a", "From a", 0),
    (">from a", ">from a", 0), (">From", ">From", 0), (">Fro\n>From\n", ">Fro\n>From\n", 0), (">", ">", 0),
    ("> From a", "> From a", 0), ("a>From b", "a>From b", 0), (">F>From ", ">F>From ", 0), ("", "", 0),
  ])
  func `one quotation mark is taken from lines that are From behind it, however they are cut`(
    text: String, expected: String, count: Int
  ) {
    for piece in 1...8 {
      let result = unquote(text, piece: piece)
      #expect(result.text == expected)
      #expect(result.count == count)
    }
  }
}
