import ByteStreams
import OpenPGPPackets
import Testing

struct KeyblockSummaryTests {
  @Test func `a certificate's parts are counted`() throws {
    let keys = try KeyblockSummary.readAll(from: ArraySource(Vectors.certificate + Vectors.certificate))
    #expect(keys.count == 2)
    let key = try #require(keys.last)
    #expect(!key.isSecret)
    #expect(key.version == 4)
    #expect(key.algorithm.description == "EdDSA")
    #expect(key.created == 0x6B03_5C25)
    #expect(key.userIDs == [Array("T <t@x.example>".utf8)])
    #expect(key.userAttributeCount == 0)
    #expect(key.subkeyCount == 1)
    #expect(key.signatureCount == 2)
  }

  @Test func `a secret key of an old version is read`() throws {
    let keys = try KeyblockSummary.readAll(from: ArraySource([0xC5, 9, 3, 0, 0, 0, 1, 0, 0, 1, 9, 0xCE, 0, 0xD1, 0]))
    #expect(keys.map(\.isSecret) == [true])
    #expect(keys.map(\.version) == [3])
    #expect(keys.map(\.created) == [1])
    #expect(keys.map(\.algorithm.description) == ["RSA"])
    #expect(keys.map(\.subkeyCount) == [1])
    #expect(keys.map(\.userAttributeCount) == [1])
  }

  static let broken: [[UInt8]] = [
    [0xCD, 1, 65], [0xC6, 3, 4, 0, 0], [0xC6, 6, 3, 0, 0, 0, 0, 0], [0xC6, 6, 4, 0, 0, 0, 0, 1, 0xCB, 0], [0x41],
  ]

  @Test(arguments: broken)
  func `what is no keyblock is an error`(bytes: [UInt8]) {
    #expect { try KeyblockSummary.readAll(from: ArraySource(bytes)) } throws: { error in
      if case StreamError.malformed = error { true } else { false }
    }
  }

  @Test func `nothing is no key`() throws {
    #expect(try KeyblockSummary.readAll(from: ArraySource([])) == [])
  }

  @Test func `user IDs without end are refused`() {
    let bytes: [UInt8] = [0xC6, 6, 4, 0, 0, 0, 0, 1] + [[UInt8]](repeating: [0xCD, 0], count: 1001).flatMap { $0 }
    #expect(throws: StreamError.limitExceeded(limit: 1000, what: "user IDs of a key")) {
      try KeyblockSummary.readAll(from: ArraySource(bytes))
    }
  }
}
