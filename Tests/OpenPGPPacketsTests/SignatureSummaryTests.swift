import ByteStreams
import OpenPGPPackets
import TestSupport
import Testing

struct SignatureSummaryTests {
  private func read(_ bytes: [UInt8]) throws -> [SignatureSummary] {
    try SignatureSummary.readAll(from: ArraySource(bytes))
  }

  /// A version 4 signature with these hashed and other subpackets.
  private static func version4(_ hashed: [UInt8], _ others: [UInt8] = []) -> [UInt8] {
    NewerMessage.packet(
      2, [4, 1, 22, 10, 0, UInt8(hashed.count)] + hashed + [0, UInt8(others.count)] + others + [0xAB, 0xCD, 0, 1, 1])
  }

  @Test func `a signature of version 6 shows how and by whom it was made`() throws {
    let found = try #require(try read(NewerMessage.signature6).first)
    #expect(found.version == 6)
    #expect(found.type == 0)
    #expect(found.algorithm?.description == "Ed25519")
    #expect(found.hash?.description == "SHA-512")
    #expect(found.issuer?.description == "A42E83772B25EC1F")
    #expect(found.created == 0x6B06_E74C)
  }

  @Test func `GnuPG's signatures show the same`() throws {
    let keyring = try TemporaryKeyring(own: [.alice])
    let made = try keyring.gpg("--detach-sign", stdin: [1]).succeeded().stdout
    let found = try #require(try read(made + made).last)
    #expect(found.version == 4)
    #expect(found.algorithm?.description == "EdDSA")
    #expect(found.issuer?.description == String(Identity.alice.hexFingerprint.suffix(16)))
    #expect(found.created ?? 0 > 1_700_000_000)
  }

  @Test func `a signature of version 3 has its fields elsewhere`() throws {
    let body: [UInt8] = [3, 5, 1, 0, 0, 1, 0] + (1...8) + [1, 2, 0xAB, 0xCD]
    let found = try #require(try read(NewerMessage.packet(2, body)).first)
    #expect(found.type == 1)
    #expect(found.created == 256)
    #expect(found.issuer == KeyID(0x0102_0304_0506_0708))
    #expect(found.algorithm?.description == "RSA")
    #expect(found.hash?.description == "SHA-1")
  }

  @Test func `a hashed issuer beats one that anybody may have added`() throws {
    let hashed: [UInt8] = [9, 16] + (1...8)
    let other: [UInt8] = [9, 16] + [UInt8](repeating: 9, count: 8)
    #expect(try read(Self.version4(hashed, other)).first?.issuer == KeyID(0x0102_0304_0506_0708))
    #expect(try read(Self.version4([], hashed)).first?.issuer == KeyID(0x0102_0304_0506_0708))
  }

  @Test func `subpackets of every form of length are passed over`() throws {
    let two: [UInt8] = [192, 0] + [20] + [UInt8](repeating: 0, count: 191)
    let five: [UInt8] = [255, 0, 0, 0, 2, 20, 0]
    let created: [UInt8] = [5, 0x82, 0, 0, 1, 0]
    let hashed = two + five + created
    let body: [UInt8] = [4, 0, 1, 8, UInt8(hashed.count >> 8), UInt8(hashed.count & 255)] + hashed + [0, 0]
    let packet: [UInt8] = [0xC2, 255, 0, 0, UInt8(body.count >> 8), UInt8(body.count & 255)] + body
    #expect(try read(packet).first?.created == 256)
  }

  @Test(arguments: [
    [], [9], [9, 1, 2, 3], [4], [4, 1, 22], [4, 1, 22, 10, 255, 255, 9], [6, 0, 27, 10, 255, 255, 255, 255, 3],
  ])
  func `what cannot be read is unknown, and no crash`(body: [UInt8]) throws {
    let found = try #require(try read(NewerMessage.packet(2, body)).first)
    #expect(found.version == body.first ?? 0)
    #expect(found.issuer == nil)
  }

  @Test func `every truncation is an error or a summary`() {
    for length in 0..<NewerMessage.signature6.count {
      _ = try? read(Array(NewerMessage.signature6[..<length]))
    }
  }

  @Test func `signatures without end are refused`() {
    let bytes = [[UInt8]](repeating: NewerMessage.packet(2, [9]), count: 1001).flatMap { $0 }
    #expect(throws: StreamError.limitExceeded(limit: 1000, what: "signatures at once")) { try read(bytes) }
  }

  static let names: [(UInt8, String)] = [
    (8, "Kyber"), (30, "ML-DSA-65 + Ed25519"), (31, "ML-DSA-87 + Ed448"), (32, "SLH-DSA-SHAKE-128s"),
    (33, "SLH-DSA-SHAKE-128f"), (34, "SLH-DSA-SHAKE-256s"), (35, "ML-KEM-768 + X25519"), (36, "ML-KEM-1024 + X448"),
  ]

  @Test(arguments: names)
  func `post-quantum algorithms have names`(number: UInt8, name: String) {
    let algorithm = PublicKeyAlgorithm(rawValue: number)
    #expect(algorithm.description == name)
    #expect(algorithm.isPostQuantum)
    #expect(!PublicKeyAlgorithm(rawValue: 22).isPostQuantum)
    #expect(PublicKeyAlgorithm(rawValue: 99).description == "algorithm 99")
  }
}
