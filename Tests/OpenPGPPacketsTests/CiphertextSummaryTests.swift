import ByteStreams
import OpenPGPPackets
import TestSupport
import Testing

struct CiphertextSummaryTests {
  private func summary(
    _ bytes: [UInt8], _ extent: CiphertextSummary.Extent = .all
  ) throws -> CiphertextSummary {
    try CiphertextSummary.read(from: ArraySource(bytes), extent)
  }

  private static func packet(_ tag: UInt8, _ body: [UInt8]) -> [UInt8] {
    [0xC0 | tag, UInt8(body.count)] + body
  }

  private static let recipient = packet(1, [3] + (1...8) + [18, 0])
  private static let ciphertext = packet(18, [1, 9, 9, 9, 9, 9])

  @Test func `GnuPG's ciphertext shows its recipient`() throws {
    let found = try summary(Vectors.encrypted)
    #expect(found.recipientKeyIDs == [KeyID(0x275D_2F8C_BAB0_0F72)])
    #expect(found.recipients.map(\.algorithm.description) == ["ECDH"])
    #expect(found.content == .encrypted(.seipd1))
    #expect(found.passphraseCount == 0)
    #expect(found.followers == [])
    #expect(found.problems == [])
  }

  @Test func `an unnamed recipient and a passphrase are counted`() throws {
    let found = try summary(Vectors.encryptedToUnnamed)
    #expect(found.recipientKeyIDs == [.wildcard])
    #expect(found.passphraseCount == 1)
    #expect(found.isEncrypted)
  }

  @Test func `up to the content nothing after it is read`() throws {
    let bytes = Self.recipient + Self.ciphertext.dropLast()
    let found = try summary(bytes, .upToContent)
    #expect(found.recipientKeyIDs == [KeyID(0x0102_0304_0506_0708)])
    #expect(found.followers == nil)
    #expect(throws: StreamError.malformed("an OpenPGP packet is cut off")) { try summary(bytes) }
  }

  static let contents: [([UInt8], CiphertextSummary.Content)] = [
    (packet(9, [1, 2, 3]), .encrypted(.none)),
    (packet(18, [1, 2, 3]), .encrypted(.seipd1)),
    (packet(18, [2, 9, 2, 6]), .encrypted(.seipd2(CipherAlgorithm(rawValue: 9), AEADAlgorithm(rawValue: 2)))),
    (packet(18, [2, 9]), .encrypted(.unknown(version: 2))),
    (packet(18, [3, 9, 2, 6]), .encrypted(.unknown(version: 3))),
    (packet(18, []), .encrypted(.unknown(version: 0))),
    (packet(20, [1, 7, 1, 6]), .encrypted(.aead(CipherAlgorithm(rawValue: 7), AEADAlgorithm(rawValue: 1)))),
    (packet(11, [0x62, 0]), .clear(.literalData)),
    (packet(8, [1]), .clear(.compressedData)),
    (packet(4, [3]), .clear(.onePassSignature)),
    (packet(2, [4]), .clear(.signature)),
    (packet(6, [4]), .clear(.publicKey)),
    (packet(39, [4]), .clear(PacketTag(rawValue: 39))),
    (packet(10, [0x50]) + packet(21, [1]) + packet(63, [1]), .nothing),
    ([], .nothing),
  ]

  @Test(arguments: contents)
  func `the content is what it is`(bytes: [UInt8], content: CiphertextSummary.Content) throws {
    #expect(try summary(bytes).content == content)
    #expect(try summary(Self.packet(10, [0x50, 0x47, 0x50]) + bytes).content == content)
  }

  @Test func `recipients of every version are read`() throws {
    let v4 = Self.packet(1, [6, 21, 4] + (1...20) + [25, 0, 0])
    let v6 = Self.packet(1, [6, 33, 6] + (1...32) + [26, 0])
    let unnamed = Self.packet(1, [6, 0, 27, 0])
    let ancient = Self.packet(1, [2] + (1...8) + [1])
    let found = try summary(v4 + v6 + unnamed + ancient + Self.ciphertext)
    #expect(
      found.recipientKeyIDs.map(\.description) == [
        "0D0E0F1011121314", "0102030405060708", "0000000000000000", "0102030405060708",
      ])
    #expect(found.recipients.map(\.version) == [6, 6, 6, 2])
    #expect(found.recipients.map(\.algorithm.rawValue) == [25, 26, 27, 1])
    #expect(found.problems == [])
  }

  /// What stands before a good recipient and ciphertext.
  static let oddBefore: [([UInt8], String)] = [
    (packet(1, [9, 1, 2]), "a session key packet of unknown version 9"),
    (packet(1, [3, 1, 2]), "a session key packet of unknown version 3"),
    (packet(1, [6, 200, 4]), "a session key packet of unknown version 6"),
    (packet(1, []), "a session key packet of unknown version 0"),
    (packet(60, []), "a packet of type 60"),
  ]

  @Test(arguments: oddBefore)
  func `what is odd before a ciphertext is named`(bytes: [UInt8], problem: String) throws {
    let found = try summary(bytes + Self.recipient + Self.ciphertext)
    #expect(found.problems == [problem])
    #expect(found.recipients.count == 1 && found.isEncrypted)
  }

  /// What stands after a good recipient, in place of a ciphertext.
  static let oddAfter: [([UInt8], String)] = [
    (packet(39, []), "a packet of type 39"),
    (packet(11, []), "a session key without a ciphertext"),
    (packet(9, []), "a ciphertext without integrity protection"),
    (packet(18, [7]), "a ciphertext of unknown version 7"),
  ]

  @Test(arguments: oddAfter)
  func `what is odd in place of a ciphertext is named`(bytes: [UInt8], problem: String) throws {
    #expect(try summary(Self.recipient + bytes).problems.contains(problem))
    #expect(try summary(Self.ciphertext).problems == ["a ciphertext without a session key"])
  }

  @Test func `packets after the ciphertext are told`() throws {
    let found = try summary(Self.recipient + Self.ciphertext + Self.packet(21, [0]) + Self.packet(11, []))
    #expect(found.followers == [.literalData])
  }

  @Test func `packets without end are refused`() {
    let bytes = [[UInt8]](repeating: Self.packet(10, []), count: 10_001).flatMap { $0 }
    #expect(throws: StreamError.limitExceeded(limit: 10_000, what: "packets in a message")) { try summary(bytes) }
  }

  @Test func `every truncation is an error or a summary`() throws {
    for length in 0..<Vectors.encrypted.count {
      let cut = Array(Vectors.encrypted[..<length])
      if let found = try? summary(cut) { #expect(!found.isEncrypted) }
    }
  }
}
