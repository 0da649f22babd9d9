import ByteStreams
import TestSupport
import Testing

struct MemoryStreamsTests {
  @Test func `an array and a chain of sources give all their bytes in order`() throws {
    let chain = ConcatenatedSource([
      ArraySource([]), ArraySource([1, 2, 3]), ArraySource([]), ArraySource([4]), ArraySource([]),
    ])
    #expect(try chain.drain(step: 2) == [1, 2, 3, 4])
    #expect(try chain.drain() == [])
  }

  @Test func `a chain of nothing is at its end`() throws {
    #expect(try ConcatenatedSource([]).drain() == [])
  }

  @Test func `a memory sink keeps up to its limit and no part of what is beyond`() throws {
    let sink = MemorySink(limit: 4, what: "a test")
    try sink.write([1, 2, 3])
    #expect(throws: StreamError.limitExceeded(limit: 4, what: "a test")) { try sink.write([4, 5]) }
    #expect(sink.bytes == [1, 2, 3])
    try sink.write([4])
    #expect(sink.bytes == [1, 2, 3, 4])
  }

  @Test func `a limited sink passes on nothing of what is beyond`() throws {
    let target = MemorySink(limit: .max, what: "")
    let sink = LimitedSink(limit: 4, what: "a test", into: target)
    try sink.write([1, 2, 3])
    #expect(throws: StreamError.limitExceeded(limit: 4, what: "a test")) { try sink.write([4, 5]) }
    #expect(target.bytes == [1, 2, 3])
  }

  @Test func `reading all stops at its limit`() throws {
    #expect(try ArraySource([1, 2, 3]).readAll(limit: 3, what: "a test") == [1, 2, 3])
    #expect(throws: StreamError.limitExceeded(limit: 2, what: "a test")) {
      try ArraySource([1, 2, 3]).readAll(limit: 2, what: "a test")
    }
  }

  @Test(arguments: [1, 2, 7, 64])
  func `a chunk reader gives bytes and lines whatever the chunks are`(chunkSize: Int) throws {
    var reader = ChunkReader(ArraySource([UInt8]("one\ntwo, longer\n\nlast")), chunkSize: chunkSize)
    #expect(try reader.next() == UInt8(ascii: "o"))
    #expect(try reader.peek() == UInt8(ascii: "n"))
    #expect(try reader.line(limit: 100)?.bytes == [UInt8]("ne\n"))
    let cut = try #require(try reader.line(limit: 3))
    #expect(cut.bytes == [UInt8]("two"))
    #expect(cut.isCut && cut.isEnded && cut.count == 12)
    #expect(try reader.line(limit: 100)?.bytes == [UInt8]("\n"))
    let last = try #require(try reader.line(limit: 100))
    #expect(last.bytes == [UInt8]("last") && !last.isEnded)
    reader.putBack(last.bytes)
    #expect(try reader.line(limit: 100)?.bytes == [UInt8]("last"))
    #expect(try reader.line(limit: 100) == nil)
    #expect(reader.consumed == 21)
  }

  @Test func `random bytes and names are of the length asked for and differ`() {
    #expect(SystemRandom.bytes(32).count == 32)
    #expect(SystemRandom.bytes(32) != SystemRandom.bytes(32))
    #expect(SystemRandom.name(20).utf8.count == 20)
    #expect(SystemRandom.name(20) != SystemRandom.name(20))
    var (one, other) = (SplitMix64(seed: 1), SplitMix64(seed: 1))
    #expect(SystemRandom.name(20, using: &one) == SystemRandom.name(20, using: &other))
  }
}
