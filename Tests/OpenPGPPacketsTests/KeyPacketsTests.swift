import ByteStreams
import TestSupport
import Testing

@testable import OpenPGPPackets

struct KeyPacketsTests {
  private static let signature = NewerMessage.packet(2, [4, 0x20, 22, 8, 0, 0, 0, 0, 1, 2])
  private static let certificate =
    NewerMessage.packet(6, [4, 1]) + NewerMessage.packet(13, Array("Bob".utf8)) + signature
    + NewerMessage.packet(14, [4, 2]) + signature
  private static let secretKey =
    NewerMessage.packet(5, [4, 3]) + signature + NewerMessage.packet(13, Array("Al".utf8)) + signature
    + NewerMessage.packet(7, [4, 4]) + signature

  private func tags(_ bytes: [UInt8]) throws -> [UInt8] {
    let walker = PacketWalker(ArraySource(bytes))
    var tags: [UInt8] = []
    while let header = try walker.next() { tags.append(header.tag.rawValue) }
    return tags
  }

  @Test func `secret keys and certificates come apart in whatever order they stand`() throws {
    for bytes in [Self.certificate + Self.secretKey, Self.secretKey + Self.certificate] {
      let keys = try KeyPackets(SteppingSource(bytes, step: 5))
      #expect(keys.isWhole)
      #expect(try tags(keys.certificates) == [6, 13, 2, 14, 2])
      #expect(try tags(keys.secretKeys) == [5, 2, 13, 2, 7, 2])
      #expect(try KeyPackets(ArraySource(keys.secretKeys)).secretKeys == keys.secretKeys)
    }
  }

  @Test func `what a keyring notes is passed over without a word`() throws {
    let noted = NewerMessage.packet(10, [1]) + Self.certificate + NewerMessage.packet(12, [6])
    let keys = try KeyPackets(ArraySource(noted))
    #expect(try keys.isWhole && tags(keys.certificates) == [6, 13, 2, 14, 2])
  }

  @Test(arguments: [
    signature + certificate, NewerMessage.packet(13, [65]) + signature + certificate,
    certificate + NewerMessage.packet(8, [0] + signature) + signature, NewerMessage.packet(8, [0]) + certificate,
    certificate + NewerMessage.packet(7, [4, 5]) + signature, certificate + NewerMessage.packet(11, [1]),
  ])
  func `what belongs to no key is left out, with the signatures on it`(bytes: [UInt8]) throws {
    let keys = try KeyPackets(ArraySource(bytes))
    #expect(!keys.isWhole && keys.secretKeys.isEmpty)
    #expect(try tags(keys.certificates) == [6, 13, 2, 14, 2])
  }

  @Test func `one enormous packet is an error`() {
    let packet: [UInt8] = [0xC0 | 17, 0xFF, 0, 0x80, 0, 1] + [UInt8](repeating: 0, count: 8 << 20 + 1)
    #expect(throws: StreamError.self) { try KeyPackets(ArraySource(Self.certificate + packet)) }
  }
}
