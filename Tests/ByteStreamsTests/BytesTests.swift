import ByteStreams
import Testing

struct BytesTests {
  @Test func `the first byte of a kind is found from any start`() {
    let bytes = [UInt8]("a,b,,c")
    let found = (0...bytes.count).map { bytes.rawSpan.firstIndex(of: UInt8(ascii: ","), from: $0) }
    #expect(found == [1, 1, 3, 3, 4, nil, nil])
    #expect(bytes.rawSpan.firstIndex(of: UInt8(ascii: ","), in: 2..<3) == nil)
    #expect([UInt8]().rawSpan.firstIndex(of: 0) == nil)
  }

  @Test func `an array and a span hold the same bytes`() {
    let bytes: [UInt8] = [0, 1, 255]
    #expect([UInt8](bytes.rawSpan) == bytes)
    var copy = bytes
    copy.append(bytes.rawSpan.extracting(1..<3))
    #expect(copy == [0, 1, 255, 1, 255])
    copy.withMutableRawSpan { $0.copy(bytes.rawSpan, at: 2) }
    #expect(copy == [0, 1, 0, 1, 255])
  }
}
