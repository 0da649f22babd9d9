import ByteStreams
import TestSupport
import Testing

struct SignedTextSourceTests {
  @Test(arguments: [
    ("", ""), ("a", "a"), ("\n", "\r\n"), ("\r", "\r"), ("\r\n", "\r\n"), ("\n\r", "\r\n\r"), ("\r\r\n", "\r\r\n"),
    ("\r\n\n", "\r\n\r\n"), ("a\nb\rc\r\nd", "a\r\nb\rc\r\nd"), ("\n\n\n", "\r\n\r\n\r\n"), ("\r\r", "\r\r"),
  ])
  func `a bare LF becomes CRLF and a bare CR stays, wherever the chunks end`(text: String, expected: String) throws {
    for chunk in 1...4 {
      for step in 1...4 {
        let source = SignedTextSource(ArraySource([UInt8](text)), chunkSize: chunk)
        #expect(try source.drain(step: step) == [UInt8](expected), "chunks of \(chunk), \(step) asked for")
      }
    }
  }

  @Test func `random text is converted as a simple reading of it would`() throws {
    var random = SplitMix64(seed: 9)
    for length in 0..<300 {
      let text = random.bytes(length, from: [UInt8]("\r\nab"))
      let source = SignedTextSource(SteppingSource(text, step: 1 + length % 13), chunkSize: 1 + length % 17)
      let expected = text.enumerated().flatMap { index, byte in
        byte == 10 && (index == 0 || text[index - 1] != 13) ? [13, 10] : [byte]
      }
      #expect(try source.drain(step: 1 + length % 11) == expected, "\(text)")
    }
  }
}
