import ByteStreams
import TestSupport
import Testing

@testable import MIME

@Suite struct LineScanTests {
  @Test(arguments: [
    ("a\r\nb\r\n", []), ("", []), ("a", []), ("a\nb", ["LF"]), ("a\rb", ["CR"]), ("a\r", ["CR"]), ("a\r\r\n", ["CR"]),
    ("\ra\r\n", ["CR"]), ("a\n\rb\r\n", ["LF", "CR"]), ("a \r\n", ["blank"]), ("a\t", ["blank"]),
    ("a \n", ["LF", "blank"]),
    (" \r\n", ["blank"]), ("From a", ["from"]), ("a\r\nFrom \r\n", ["blank", "from"]), (">From a\r\nFrom", []),
    ("From\r\n a", []), ("\0", ["NUL"]), ("ä", ["high"]),
  ])
  func `a scan finds what lines have`(content: String, expected: [String]) throws {
    for size in [1, 2, 3, 100] {
      let scan = try LineScan(DrippingSource(octets(content), size: size))
      let found = [
        ("LF", scan.hasBareLF), ("CR", scan.hasBareCR), ("blank", scan.hasTrailingBlank), ("from", scan.hasFromLine),
        ("NUL", scan.hasNUL), ("high", scan.highCount > 0), ("long", scan.hasLongLine),
      ]
      #expect(found.filter(\.1).map(\.0) == expected)
      #expect(scan.count == octets(content).count)
    }
  }

  @Test func `a line has at most 998 octets without its line end`() {
    let line = [UInt8](repeating: 0x61, count: 998)
    #expect(!LineScan(line + octets("\r\n")).hasLongLine)
    #expect(!LineScan(line + octets("\n") + line).hasLongLine)
    #expect(LineScan(line + octets("a\r\n")).hasLongLine)
    #expect(LineScan(octets("\r\n") + line + octets("a")).hasLongLine)
  }

  @Test func `a scan is the same however the stream is cut`() throws {
    var random = SplitMix64(seed: 71)
    for _ in 0..<300 {
      let bytes = random.bytes(random.index(40), from: octets("From \r\n\r\na\t") + [0xFF])
      #expect(try LineScan(DrippingSource(bytes, size: 1)) == LineScan(bytes))
      #expect(try LineScan(DrippingSource(bytes, size: 3)) == LineScan(bytes))
    }
  }
}
