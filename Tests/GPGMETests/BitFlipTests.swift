import ByteStreams
import GPGME
import OpenPGPPackets
import TestSupport
import Testing

/// One bit of each octet of a ciphertext flipped in turn: gpg's word, as it is taken here, never gives other text.
@Suite struct BitFlipTests {
  private static let batches = 8
  private let keyring: TemporaryKeyring
  private let text = noise(1_850)

  init() throws {
    keyring = try TemporaryKeyring(own: [.alice, .bob])
  }

  /// The binary message, the same for all batches in its length.
  private func ciphertext(_ context: inout Context) throws -> [UInt8] {
    let ciphertext = try context.encrypted(text, to: [.bob], signer: .alice, compression: .none)
    #expect(ciphertext.count > 2_000)
    return ciphertext
  }

  private static func armored(_ packets: [UInt8]) throws -> [UInt8] {
    let sink = MemorySink(limit: 1 << 20, what: "armor")
    let armor = ArmorSink(.message, into: sink)
    try armor.write(packets.rawSpan)
    try armor.finish()
    return sink.bytes
  }

  private static func dearmored(_ armor: [UInt8]) throws -> [UInt8] {
    try SingleMessageSource(DearmorSource(ArraySource(armor))).readAll(limit: 1 << 20, what: "packets")
  }

  @Test(arguments: 0..<batches)
  func `a flipped bit under a fitting armor checksum gives no other text`(batch: Int) throws {
    var context = try keyring.context()
    let whole = try ciphertext(&context)
    #expect(try context.decrypted(try Self.dearmored(Self.armored(whole))).text == text)
    var refused = 0
    var positions = 0
    for position in stride(from: batch, to: whole.count, by: Self.batches) {
      positions += 1
      var altered = whole
      altered[position] ^= 1 << UInt8(position / Self.batches % 8)
      do {
        let opened = try context.decrypted(try Self.dearmored(Self.armored(altered)))
        #expect(opened.text == text, "octet \(position)")
      } catch {
        refused += 1
      }
    }
    // What is not encrypted and means nothing, such as the key ID when gpg tries all keys, may change; the ciphertext may not.
    #expect(refused > positions - 20, "\(positions - refused) of \(positions) were opened")
  }

  @Test func `a flipped bit in the armored text gives no other text`() throws {
    var context = try keyring.context()
    let whole = try ciphertext(&context)
    let armor = try Self.armored(whole)
    var others = 0
    for position in armor.indices {
      var altered = armor
      altered[position] ^= 1 << UInt8(position % 8)
      guard let packets = try? Self.dearmored(altered), packets != whole else { continue }
      others += 1
      #expect(throws: GPGMEError.self, "octet \(position)") { try context.decrypted(packets) }
    }
    // The checksum catches each of them, but for those that hit the checksum's own line.
    #expect(others < 20)
  }
}
