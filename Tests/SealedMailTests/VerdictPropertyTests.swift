import ByteStreams
import GPGME
import MIME
import SealedMail
import TestSupport
import Testing

/// One signed or encrypted part somewhere in a random tree makes the message good or whole only where the tree is nothing but that part.
@Suite struct VerdictPropertyTests {
  private let desk: Desk
  private let alice: Certificate

  init() throws {
    desk = try Desk()
    var context = try desk.context()
    alice = try context.certificate(with: try #require(Fingerprint(Identity.alice.hexFingerprint)))
  }

  /// How the one part is protected.
  private enum Protection: CaseIterable {
    case signed, encrypted, encryptedAndSigned
  }

  private static func armor(_ label: String, _ packets: [UInt8]) -> [UInt8] {
    let lines = ["-----BEGIN PGP \(label)-----", ""] + base64Lines(packets) + ["-----END PGP \(label)-----"]
    return Array(lines.joined(separator: "\n").utf8)
  }

  /// The part as the script reads it.
  private func scripted(_ protection: Protection, _ payload: String) -> String {
    let bytes = Array(payload.utf8)
    return switch protection {
    case .signed:
      HandmadeMail.signed(payload, Self.armor("SIGNATURE", ScriptedEngine.signature(over: bytes)))
    case .encrypted: HandmadeMail.encrypted(ScriptedEngine.ciphertext(of: bytes))
    case .encryptedAndSigned: HandmadeMail.encrypted(ScriptedEngine.ciphertext(of: bytes, .signed))
    }
  }

  /// The part as gpg makes it.
  private func real(_ protection: Protection, _ payload: String) throws -> String {
    switch protection {
    case .signed: HandmadeMail.signed(payload, try desk.detachedSignature(over: payload, by: .alice))
    case .encrypted: HandmadeMail.encrypted(try desk.ciphertext(of: payload))
    case .encryptedAndSigned: HandmadeMail.encrypted(try desk.ciphertext(of: payload, "--sign"))
    }
  }

  private func openScripted(_ message: [UInt8]) throws -> (OpenedMessage, ScriptedEngine) {
    var engine = ScriptedEngine(signer: alice, now: Desk.now)
    return (try Opener.open(ByteStore(message), options: OpenOptions(now: Desk.now), with: &engine), engine)
  }

  private func expectNothing(_ opened: OpenedMessage, _ message: [UInt8]) {
    let shown = String(decoding: message, as: UTF8.self)
    #expect(opened.verdict.encryption != .whole, "\(shown)")
    #expect(opened.verdict.signature != .good, "\(shown)")
    #expect(!opened.verdict.isGoodAndTrusted)
    #expect(opened.content != nil, "\(shown)")
  }

  @Test(arguments: 0..<8 as Range<UInt64>)
  func `a protected part below other content gives the message nothing`(batch: UInt64) throws {
    var random = SplitMix64(seed: batch)
    for _ in 0..<150 {
      let protection = Protection.allCases.randomElement(using: &random) ?? .signed
      let tree = RandomTree.around(scripted(protection, HandmadeMail.text()), using: &random)
      let message = HandmadeMail().message(tree)
      expectNothing(try openScripted(message).0, message)
    }
  }

  @Test func `the same part alone is good or whole`() throws {
    for protection in Protection.allCases {
      let alone = scripted(protection, HandmadeMail.text())
      for part in [alone, RandomTree.wrapped(alone)] {
        let verdict = try openScripted(HandmadeMail().message(part)).0.verdict
        #expect(verdict.encryption == (protection == .signed ? .none : .whole))
        #expect(verdict.signature == (protection == .encrypted ? .none : .good))
      }
    }
  }

  @Test(arguments: 0..<4 as Range<UInt64>)
  func `of any nesting only what the outermost layers cover is claimed`(batch: UInt64) throws {
    var random = SplitMix64(seed: 100 + batch)
    var good = 0
    for _ in 0..<200 {
      var entity = HandmadeMail.text()
      for _ in 0..<Int.random(in: 1...4, using: &random) {
        switch Int.random(in: 0...5, using: &random) {
        case 0: entity = RandomTree.wrapped(entity)
        case 1: entity = RandomTree.around(entity, using: &random)
        default: entity = scripted(Protection.allCases.randomElement(using: &random) ?? .signed, entity)
        }
      }
      let message = HandmadeMail().message(entity)
      var engine = ScriptedEngine(signer: alice, now: Desk.now)
      guard let opened = try? Opener.open(ByteStore(message), options: OpenOptions(now: Desk.now), with: &engine) else {
        continue
      }
      if opened.verdict.signature == .good { good += 1 }
      let claims = VerdictClaims(opened, engine: engine, received: try MessageStructure.parse(message), message)
      #expect(claims.faults.isEmpty, "\(claims.faults): \(String(decoding: message, as: UTF8.self))")
    }
    #expect(good > 10)
  }

  @Test func `with gpg itself it is the same`() throws {
    var random = SplitMix64(seed: 7)
    for protection in Protection.allCases {
      let part = try real(protection, HandmadeMail.text())
      let alone = try desk.open(HandmadeMail().message(part)).verdict
      #expect(alone.encryption == (protection == .signed ? .none : .whole))
      #expect(alone.signature == (protection == .encrypted ? .none : .good))
      for _ in 0..<12 {
        let message = HandmadeMail().message(RandomTree.around(part, using: &random))
        expectNothing(try desk.open(message), message)
      }
    }
  }
}

/// Random trees of parts with text that a reader would see.
private enum RandomTree {
  private static let others = [
    "Content-Type: text/plain\r\n\r\nA note.\r\n", "Content-Type: text/html\r\n\r\n<p>A note.\r\n",
    "Content-Type: text/plain\r\nContent-Disposition: attachment; filename=a.txt\r\n\r\nA file.\r\n",
    "Content-Type: image/png\r\nContent-Transfer-Encoding: base64\r\n\r\niVBORw0KGgo=\r\n",
    "Content-Type: message/rfc822\r\n\r\nSubject: other\r\nFrom: mallory@evil.example\r\n\r\nA letter.\r\n",
    "Content-Type: multipart/alternative; boundary=alt\r\n\r\n--alt\r\n\r\nOne.\r\n--alt\r\n\r\nTwo.\r\n--alt--\r\n",
  ]

  /// A tree with `part` in it, below the root and never alone on its level; or in a forwarded message.
  static func around(_ part: String, using random: inout SplitMix64) -> String {
    var entity = part
    for _ in 0..<Int.random(in: 1...4, using: &random) {
      if Int.random(in: 0...4, using: &random) == 0 {
        entity = "Content-Type: message/rfc822\r\n\r\nFrom: alice@example.org\r\nSubject: forwarded\r\n" + entity
        continue
      }
      var parts = (0..<Int.random(in: 1...3, using: &random)).map { _ in others.randomElement(using: &random) ?? "" }
      parts.insert(entity, at: Int.random(in: 0...parts.count, using: &random))
      let subtype = ["mixed", "related", "alternative", "report"].randomElement(using: &random) ?? "mixed"
      entity = multipart(parts, subtype, using: &random)
    }
    return entity
  }

  /// The part alone in a multipart/mixed, which gateways make; it counts as the root.
  static func wrapped(_ part: String) -> String {
    "Content-Type: multipart/mixed; boundary=w\r\n\r\n--w\r\n\(part)\r\n--w--\r\n"
  }

  private static func multipart(_ parts: [String], _ subtype: String, using random: inout SplitMix64) -> String {
    let boundary = "b" + String(random.next(), radix: 36)
    return "Content-Type: multipart/\(subtype); boundary=\(boundary)\r\n\r\n"
      + parts.map { "--\(boundary)\r\n\($0)\r\n" }.joined() + "--\(boundary)--\r\n"
  }
}
