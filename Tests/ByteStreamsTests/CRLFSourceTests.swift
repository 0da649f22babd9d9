import ByteStreams
import TestSupport
import Testing

struct CRLFSourceTests {
  @Test(arguments: [
    ("", ""), ("a", "a"), ("\n", "\r\n"), ("\r", "\r\n"), ("\r\n", "\r\n"), ("\n\r", "\r\n\r\n"),
    ("\r\r\n", "\r\n\r\n"), ("\r\n\n", "\r\n\r\n"), ("a\nb\rc\r\nd", "a\r\nb\r\nc\r\nd"), ("\r\n\r\n", "\r\n\r\n"),
    ("a\r", "a\r\n"), ("\n\n\n", "\r\n\r\n\r\n"), ("\r\r\r", "\r\n\r\n\r\n"),
  ])
  func `every line end becomes CRLF, wherever the chunks end`(text: String, expected: String) throws {
    for chunk in 1...4 {
      for step in 1...4 {
        let source = CRLFSource(ArraySource([UInt8](text)), chunkSize: chunk)
        #expect(try source.drain(step: step) == [UInt8](expected), "chunks of \(chunk), \(step) asked for")
      }
    }
  }

  @Test func `random text is converted as a simple reading of it would`() throws {
    var random = SplitMix64(seed: 7)
    for length in 0..<300 {
      let text = random.bytes(length, from: [UInt8]("\r\nab"))
      let source = CRLFSource(SteppingSource(text, step: 1 + length % 13), chunkSize: 1 + length % 17)
      #expect(try source.drain(step: 1 + length % 11) == simplyConverted(text), "\(text)")
    }
  }

  @Test func `what has CRLF already stays byte for byte`() throws {
    var random = SplitMix64(seed: 8)
    let text = (0..<500).flatMap { _ in random.bytes(Int(random.next() % 90), from: Array(32...255)) + [13, 10] }
    #expect(try CRLFSource(ArraySource(text)).drain() == text)
  }

  private func simplyConverted(_ text: [UInt8]) -> [UInt8] {
    var result: [UInt8] = []
    for (index, byte) in text.enumerated() {
      switch byte {
      case 13: result += [13, 10]
      case 10: if index == 0 || text[index - 1] != 13 { result += [13, 10] }
      default: result.append(byte)
      }
    }
    return result
  }
}
