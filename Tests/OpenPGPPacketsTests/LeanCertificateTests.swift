import ByteStreams
import OpenPGPPackets
import TestSupport
import Testing

struct LeanCertificateTests {
  private static let own = KeyID(0x0102_0304_0506_0708)

  private func signature(_ type: UInt8, by issuer: KeyID = own, made: UInt8 = 10) -> [UInt8] {
    let octets = (0..<8).map { UInt8(truncatingIfNeeded: issuer.value >> (56 - 8 * $0)) }
    let time: [UInt8] = [5, 2, 0, 0, 0, made]
    return NewerMessage.packet(2, [4, type, 22, 10, 0, 6] + time + [0, 10, 9, 16] + octets + [1, 2, 0, 1, 1])
  }

  private let key = NewerMessage.packet(6, [4, 0, 0, 0, 1, 22, 0])
  private func user(_ name: String) -> [UInt8] { NewerMessage.packet(13, Array(name.utf8)) }
  private func subkey(_ mark: UInt8) -> [UInt8] { NewerMessage.packet(14, [4, 0, 0, 0, mark, 18, 0]) }

  /// The packets that stay: tags, with the last octet of the creation time of a signature.
  private func cut(_ packets: [UInt8]..., subkey: Int = 0) throws -> [[UInt8]]? {
    let lean = try LeanCertificate.cut(
      SteppingSource(packets.flatMap(\.self), step: 5), of: Self.own, userID: { $0.starts(with: Array("Bob".utf8)) },
      subkey: subkey)
    return try lean.map { lean in
      let walker = PacketWalker(ArraySource(lean))
      var found: [[UInt8]] = []
      while let header = try walker.next() {
        let body = try walker.body(first: 100)
        found.append(header.tag == .signature ? [2, body[1], body[11]] : [header.tag.rawValue, body[4]])
      }
      return found
    }
  }

  @Test func `five packets stay, with the newest signature of the key itself on each`() throws {
    let found = try cut(
      key, signature(0x1F), user("Alice"), signature(0x13), user("Bob B"), signature(0x13, made: 10),
      signature(0x13, made: 30), signature(0x13, made: 20), signature(0x10, by: KeyID(9), made: 99),
      NewerMessage.packet(17, [1, 0, 0, 0, 9]), signature(0x13, made: 50), user("Bob C"), signature(0x13), subkey(1),
      signature(0x18, made: 1), signature(0x18, by: KeyID(9), made: 9), signature(0x28, made: 7), subkey(2),
      signature(0x18))
    #expect(found == [[6, 1], [13, 66], [2, 0x13, 30], [14, 1], [2, 0x18, 1]])
  }

  @Test func `the subkey is chosen by its place`() throws {
    let found = try cut(
      key, user("Bob B"), signature(0x13), subkey(1), signature(0x18, made: 1), subkey(2), signature(0x18, made: 2),
      subkey: 1)
    #expect(found?.suffix(2) == [[14, 2], [2, 0x18, 2]])
  }

  @Test func `nothing is made of a certificate that lacks one of the five`() throws {
    let whole = [key, user("Bob B"), signature(0x13), subkey(1), signature(0x18)]
    for missing in whole.indices {
      var rest = whole
      rest.remove(at: missing)
      #expect(try cut(rest.flatMap(\.self)) == nil)
    }
    #expect(try cut(whole.flatMap(\.self), key) == nil)
    #expect(try cut(key, user("Mallory"), signature(0x13), subkey(1), signature(0x18)) == nil)
  }

  @Test func `what is no packet, cut off or endless is refused`() {
    #expect(throws: StreamError.self) { try cut([1, 2, 3]) }
    #expect(throws: StreamError.self) { try cut(Array(key.dropLast())) }
    #expect(throws: StreamError.self) {
      try cut(key, [0xC0 | 17, 0xFF, 0, 0x10, 0, 0] + [UInt8](repeating: 0, count: 1 << 20), user("Bob B"))
    }
  }
}
