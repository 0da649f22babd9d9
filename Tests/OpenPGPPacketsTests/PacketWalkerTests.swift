import ByteStreams
import TestSupport
import Testing

@testable import OpenPGPPackets

struct PacketWalkerTests {
  private static let body = [UInt8](repeating: 7, count: 200)

  /// Headers of every form, each before a body of 200 bytes.
  static let headers: [(header: [UInt8], tag: PacketTag, length: PacketHeader.Length)] = [
    ([0xC2, 192, 8], .signature, .known(200)),
    ([0xC2, 255, 0, 0, 0, 200], .signature, .known(200)),
    ([0xCD, 255, 0, 0, 0, 200], .userID, .known(200)),
    ([0x88, 200], .signature, .known(200)),
    ([0x89, 0, 200], .signature, .known(200)),
    ([0x8A, 0, 0, 0, 200], .signature, .known(200)),
    ([0xFF, 192, 8], PacketTag(rawValue: 63), .known(200)),
  ]

  @Test(arguments: headers)
  func `headers of both formats are read`(header: [UInt8], tag: PacketTag, length: PacketHeader.Length) throws {
    let walker = PacketWalker(ArraySource(header + Self.body + [0xCD, 1, 9]))
    #expect(try walker.next() == PacketHeader(tag: tag, length: length))
    #expect(try walker.body(first: 150) == Array(Self.body[..<150]))
    #expect(try walker.body(first: 150) == Array(Self.body[..<50]))
    #expect(try walker.body(first: 1) == [])
    #expect(try walker.next() == PacketHeader(tag: .userID, length: .known(1)))
    #expect(try walker.next() == nil)
    #expect(try walker.next() == nil)
  }

  @Test func `a body in parts is one body`() throws {
    let bytes: [UInt8] = [0xCB, 0xE1, 1, 2, 0xE0, 3, 2, 4, 5, 0xCD, 0]
    let walker = PacketWalker(SteppingSource(bytes, step: 1))
    #expect(try walker.next() == PacketHeader(tag: .literalData, length: .partial(first: 2)))
    #expect(try walker.body(first: 100) == [1, 2, 3, 4, 5])
    #expect(try walker.next() == PacketHeader(tag: .userID, length: .known(0)))
    let skipping = PacketWalker(ArraySource(bytes))
    #expect(try skipping.next()?.tag == .literalData)
    #expect(try skipping.next()?.tag == .userID)
    #expect(try skipping.next() == nil)
  }

  @Test func `an open length reaches to the end`() throws {
    let walker = PacketWalker(ArraySource([0xA3, 1, 2, 3]))
    #expect(try walker.next() == PacketHeader(tag: .compressedData, length: .open))
    #expect(try walker.body(first: 2) == [1, 2])
    #expect(try walker.next() == nil)
  }

  static let broken: [[UInt8]] = [
    [0x00], [0x7F, 1], [0xC0, 0], [0x80, 0], [0xC2], [0xC2, 192], [0xC2, 255, 0, 0, 0], [0x89, 0], [0xC2, 2, 1],
    [0xC2, 0xE0, 1, 0], [0x8B, 1], [0xCB, 0xE1, 1, 2], [0xCB, 0xE1, 1], [0xCB, 0xE1, 1, 2, 5, 1],
    [0xCB, 255, 255, 255, 255, 255, 1],
  ]

  @Test(arguments: broken)
  func `what is no packet, or cut off, is an error`(bytes: [UInt8]) {
    let walker = PacketWalker(ArraySource(bytes))
    #expect { while try walker.next() != nil {} } throws: { error in
      if case StreamError.malformed = error { true } else { false }
    }
  }

  @Test func `any bytes at all are walked to an end`() throws {
    var random = SplitMix64(seed: 5)
    for length in 0..<2000 {
      let bytes = random.bytes(length % 300, from: [0x88, 0xC2, 0xCB, 0xE0, 0xD2, 0xC1, 0, 1, 3, 192, 255])
      let walker = PacketWalker(SteppingSource(bytes, step: 1 + length % 9))
      while let header = try? walker.next(), header.tag.rawValue > 0 { _ = try? walker.body(first: 3) }
    }
  }
}
