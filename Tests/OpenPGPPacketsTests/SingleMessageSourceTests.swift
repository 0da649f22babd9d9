import ByteStreams
import OpenPGPPackets
import TestSupport
import Testing

@Suite struct SingleMessageSourceTests {
  /// A session key packet (3 octets of body) and a container in two parts (2 and 3 octets).
  private let message: [UInt8] = [0xC1, 3, 1, 2, 3, 0xD2, 0xE1, 9, 9, 3, 9, 9, 9]

  private func pass(_ bytes: [UInt8], piece: Int = 1 << 16) throws -> [UInt8] {
    try SingleMessageSource(SteppingSource(bytes, step: piece)).readAll(limit: 1 << 20, what: "test")
  }

  @Test(arguments: [1, 2, 3, 5, 1 << 16])
  func `one message passes unchanged in whatever pieces`(piece: Int) throws {
    #expect(try pass(message, piece: piece) == message)
  }

  @Test(arguments: [
    [0xD1, 1, 0x41] as [UInt8], [0xD2, 1, 0], [0xCB, 1, 0], [0xC1, 1, 0], [0], [0x7F], [0x84], [0xFF],
  ])
  func `nothing may follow it`(more: [UInt8]) {
    for piece in [1, 7, 1 << 16] {
      #expect(throws: StreamError.self) { try pass(message + more, piece: piece) }
    }
  }

  @Test func `markers and padding may follow it`() throws {
    let more: [UInt8] = [0xCA, 3, 0x50, 0x47, 0x50, 0xD5, 2, 0, 0]
    #expect(try pass(message + more) == message + more)
  }

  @Test(arguments: [
    [0x84, 2, 9, 9, 0xC9, 1, 9] as [UInt8], [0x85, 0, 2, 9, 9], [0x86, 0, 0, 0, 1, 9],
    [0xC1, 192, 0] + [UInt8](repeating: 9, count: 192),
    [0xC1, 255, 0, 0, 0, 2, 9, 9], [0xA7, 1, 2, 3, 0xC1, 0xC1], [0xC1, 0, 0xC9, 0],
  ])
  func `every form of a length is followed`(bytes: [UInt8]) throws {
    #expect(try pass(bytes, piece: 1) == bytes)
    #expect(try pass(bytes) == bytes)
  }

  @Test func `random bytes pass unchanged or are an error`() {
    var generator = SplitMix64(seed: 3)
    for _ in 0..<2000 {
      let bytes = generator.bytes(Int(generator.next() % 40))
      if let passed = try? pass(bytes, piece: 3) { #expect(passed == bytes) }
    }
  }
}
