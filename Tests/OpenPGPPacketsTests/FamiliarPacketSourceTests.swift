import ByteStreams
import OpenPGPPackets
import TestSupport
import Testing

struct FamiliarPacketSourceTests {
  private func filtered(_ bytes: [UInt8], step: Int = 1000) throws -> [UInt8] {
    try FamiliarPacketSource(SteppingSource(bytes, step: step)).drain()
  }

  @Test(arguments: [1, 7, 1000])
  func `newer session keys are left out, and all else is passed on`(step: Int) throws {
    let newer = NewerMessage.sessionKey6(algorithm: 25)
    let skesk5 = NewerMessage.packet(3, [5, 9, 2] + [UInt8](repeating: 1, count: 40))
    let marker = NewerMessage.packet(10, [0x50, 0x47, 0x50])
    let bytes =
      newer + marker + Vectors.encryptedToUnnamed.prefix(96) + skesk5 + Vectors.encryptedToUnnamed.dropFirst(96)
    let found = try CiphertextSummary.read(from: ArraySource(try filtered(bytes, step: step)), .all)
    let expected = try CiphertextSummary.read(from: ArraySource(Vectors.encryptedToUnnamed), .all)
    #expect(found == expected)
    #expect(found.passphrases.map(\.version) == [4])
    #expect(found.passphrases.map(\.cipher?.description) == ["AES-256"])
  }

  @Test func `newer signatures are left out`() throws {
    let old = NewerMessage.packet(2, [4, 0, 22, 10, 0, 0, 0, 0, 0, 0])
    let found = try filtered(
      NewerMessage.signature6 + old + NewerMessage.packet(2, [5, 0]) + NewerMessage.packet(2, []))
    #expect(try SignatureSummary.readAll(from: ArraySource(found)).map(\.version) == [4])
  }

  @Test func `data in parts, or without a length, is passed on with what follows`() throws {
    for data: [UInt8] in [[0xD2, 0xE9] + [UInt8](repeating: 1, count: 512) + [1, 7], [0x80 | 9 << 2 | 3, 1, 2, 3]] {
      #expect(try filtered(data, step: 3) == data)
      let newer = NewerMessage.sessionKey6(algorithm: 25)
      #expect(try filtered(newer + data) == data)
    }
  }

  @Test func `what is cut off or no packet is an error`() {
    #expect(throws: StreamError.self) { try filtered(NewerMessage.sessionKey6(algorithm: 25).dropLast()) }
    #expect(throws: StreamError.self) { try filtered([1, 2, 3]) }
  }
}
