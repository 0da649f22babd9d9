import ByteStreams
import OpenPGPPackets
import TestSupport
import Testing

struct SelfSignatureSourceTests {
  private static let own = KeyID(0x0102_0304_0506_0708)

  /// A signature packet of version 4 that names its issuer in a subpacket that is not hashed.
  private func signature(_ type: UInt8, by issuer: KeyID) -> [UInt8] {
    let octets = (0..<8).map { UInt8(truncatingIfNeeded: issuer.value >> (56 - 8 * $0)) }
    return NewerMessage.packet(2, [4, type, 22, 10, 0, 0, 0, 10, 9, 16] + octets + [1, 2, 0, 1, 1])
  }

  /// The types of the signatures that stay.
  private func kept(_ bytes: [UInt8]) throws -> [UInt8] {
    let found = try SelfSignatureSource(SteppingSource(bytes, step: 7), keeping: [Self.own]).drain()
    let walker = PacketWalker(ArraySource(found))
    var types: [UInt8] = []
    while let header = try walker.next() {
      let body = try walker.body(first: 2)
      if header.tag == .signature { types.append(body[1]) }
    }
    return types
  }

  @Test func `a certification by another goes, the certificate's own stays`() throws {
    #expect(try kept(signature(0x13, by: Self.own) + signature(0x10, by: KeyID(9))) == [0x13])
  }

  /// A designated revoker signs it.
  @Test func `a revocation of the key stays whoever made it`() throws {
    #expect(try kept(signature(0x20, by: KeyID(9)) + signature(0x30, by: KeyID(9))) == [0x20])
  }

  @Test func `what a keyring noted about its own checks goes`() throws {
    let note = NewerMessage.packet(12, [6, 0])
    let userID = NewerMessage.packet(13, Array("Bob".utf8))
    let found = try SelfSignatureSource(ArraySource(note + userID + note), keeping: [Self.own]).drain()
    let walker = PacketWalker(ArraySource(found))
    #expect(try walker.next()?.tag == .userID)
    _ = try walker.body(first: 3)
    #expect(try walker.next() == nil)
  }

  @Test func `a packet larger than any picture is refused`() {
    let size = 8 << 20 + 1
    let packet: [UInt8] = [0xC0 | 17, 0xFF, 0, 0x80, 0, 1] + [UInt8](repeating: 0, count: size)
    #expect {
      try SelfSignatureSource(ArraySource(packet), keeping: [Self.own]).drain()
    } throws: { error in
      guard case StreamError.limitExceeded = error else { return false }
      return true
    }
  }
}
