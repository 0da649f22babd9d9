import ByteStreams
import SystemPackage
import TestSupport
import Testing

@testable import OpenPGPPackets

@Suite struct KeyblockTests {
  private func block(_ identity: Identity) throws -> Keyblock {
    try Keyblock.readAll(from: DearmorSource(ArraySource(try readFile(identity.certificateFile))))[0]
  }

  @Test(arguments: [Identity.alice, .carol, .revoked, .revokedAddress, .hostileName])
  func `what is read and written is the same block`(identity: Identity) throws {
    let block = try block(identity)
    #expect(try Keyblock.readAll(from: ArraySource(block.bytes)) == [block])
    #expect(block.merged(with: block) == block)
  }

  @Test func `user IDs leave with their signatures, and come back by a merge`() throws {
    let whole = try block(.revokedAddress)
    #expect(whole.userIDs.count == 2)
    let bare = whole.keepingUserIDs { _ in false }
    #expect(bare.userIDs.isEmpty)
    let tags = try tags(bare)
    #expect(tags == [.publicKey, .publicSubkey, .signature])
    #expect(whole.merged(with: bare) == whole)
    let merged = try #require(bare.merged(with: whole))
    #expect(merged == whole)
  }

  @Test func `another certificate is never merged`() throws {
    #expect(try block(.alice).merged(with: block(.impostor)) == nil)
  }

  @Test func `secret keys are passed over, with all that hangs on them`() throws {
    let secret = DearmorSource(ArraySource(try readFile(Identity.alice.secretFile)))
    #expect(try Keyblock.readAll(from: secret).isEmpty)
    let mixed = ConcatenatedSource([
      DearmorSource(ArraySource(try readFile(Identity.alice.secretFile))), ArraySource(try block(.bob).bytes),
    ])
    #expect(try Keyblock.readAll(from: mixed) == [block(.bob)])
  }

  @Test func `more certificates than one answer may have are an error`() throws {
    let bytes = try block(.bob).bytes
    let many = Array(repeating: bytes, count: Keyblock.countLimit).flatMap(\.self)
    #expect(try Keyblock.readAll(from: ArraySource(many)).count == Keyblock.countLimit)
    #expect(throws: StreamError.self) { try Keyblock.readAll(from: ArraySource(many + bytes)) }
  }

  @Test func `more user IDs than anybody has are an error`() throws {
    let whole = try block(.bob)
    func certificate(_ count: Int) -> [UInt8] {
      whole.bytes + (1..<count).flatMap { NewerMessage.packet(13, Array("\($0)".utf8)) }
    }
    #expect(try Keyblock.readAll(from: ArraySource(certificate(Keyblock.userIDLimit)))[0].userIDs.count == 1000)
    #expect(throws: StreamError.malformed("a certificate has more than 1000 user IDs")) {
      try Keyblock.readAll(from: ArraySource(certificate(Keyblock.userIDLimit + 1)))
    }
  }

  @Test func `signatures that say they are the owner's are not taken without end`() throws {
    let whole = try block(.bob)
    let issuer = try #require(KeyID(hex: "4B045AAC5CF92FA2"))
    func flooded(_ count: Int) throws -> Keyblock {
      let bogus = (1...count).flatMap { number in
        NewerMessage.packet(
          2,
          [4, 0x20, 22, 8, 0, 0, 0, 10, 9, 16, 0x4B, 0x04, 0x5A, 0xAC, 0x5C, 0xF9, 0x2F, 0xA2]
            + [UInt8(number >> 8), UInt8(number & 0xFF)])
      }
      return try Keyblock.readAll(
        from: ArraySource(Array(whole.bytes.prefix(2 + whole.primaryKey.count) + bogus)))[0]
    }
    let most = try flooded(Keyblock.signatureLimit)
    #expect(try most.signed(by: issuer) == most)
    let error = StreamError.malformed("a part of a certificate has more than 1000 signatures")
    #expect(throws: error) { try flooded(Keyblock.signatureLimit + 1).signed(by: issuer) }
  }

  @Test func `a hundred thousand signatures on one key cost as much as each alone`() throws {
    let whole = try block(.bob)
    let bogus: [UInt8] = [0xC2, 10, 4, 0x10, 22, 8, 0, 0, 0, 0, 1, 2]
    for lead in [2 + whole.primaryKey.count, whole.bytes.count] {
      let flooded =
        whole.bytes[..<lead] + Array(repeating: bogus, count: 100_000).flatMap(\.self) + whole.bytes[lead...]
      let start = ContinuousClock.now
      let read = try Keyblock.readAll(from: ArraySource(Array(flooded)))[0]
      #expect(read.bytes.count == flooded.count)
      let issuer = try #require(KeyID(hex: "4B045AAC5CF92FA2"))
      #expect(try read.signed(by: issuer) == whole)
      // Some seconds without optimisation; squared it would be minutes.
      #expect(ContinuousClock.now - start < .seconds(60))
    }
  }

  @Test(arguments: [
    [UInt8](), [0xC2, 1, 0], [0xCD, 1, 0x41], [0xCE, 1, 4], [0xC2, 1, 0, 0xCD, 1, 0x41, 0xC2, 1, 0],
  ])
  func `packets without a primary key before them are no certificate`(bytes: [UInt8]) throws {
    #expect(try Keyblock.readAll(from: ArraySource(bytes)).isEmpty)
  }

  private func tags(_ block: Keyblock) throws -> [PacketTag] {
    let walker = PacketWalker(ArraySource(block.bytes))
    var tags: [PacketTag] = []
    while let header = try walker.next() { tags.append(header.tag) }
    return tags
  }
}
