import ByteStreams
import GPGME
import MIME
import OpenPGPPackets
import SystemPackage
import TestSupport
import Testing

@testable import SealedMail

/// What is sealed for a new key is what was sealed for the old one.
@Suite struct ResealerTests {
  /// Bob, who has a new key: Erin's.
  private static let desk = Result {
    try Desk(own: [.bob, .erin], accepted: [.alice], certificates: [.carol, .mallory, .impostor, .lookalikeName])
  }

  private func key(_ identity: Identity, with context: inout Context) throws -> RecipientList {
    let fingerprint = try #require(Fingerprint(identity.hexFingerprint))
    return try #require(RecipientList(context.certificates(with: [fingerprint], in: .secretKeys)))
  }

  /// The message sealed for Erin's key; nil where it is left as it is.
  private func reseal(
    _ message: [UInt8], desk: Desk, _ adjust: (inout OpenOptions) -> Void = { _ in }
  ) throws -> [UInt8]? {
    var options = OpenOptions(now: Desk.now)
    adjust(&options)
    var context = try desk.context()
    let recipients = try key(.erin, with: &context)
    let store = ByteStore(message)
    let finding = try Resealer.open(store, unlessFor: recipients, options: options, with: &context)
    let prospect = try Resealer.prospect(store, for: recipients, options: options)
    let isMeant = if case .sealedAnew = prospect { true } else { false }
    guard case .opened(let packets) = finding else {
      if case .refused = finding {} else { #expect(!isMeant) }
      return nil
    }
    #expect(isMeant)
    let sink = MemorySink(limit: .max, what: "a message")
    try Resealer.seal(packets, to: recipients, at: Desk.now, into: sink, with: &context)
    return sink.bytes
  }

  /// The content; nil for packets whose encryption comes off, but which nothing readable is in.
  private func body(of opened: OpenedMessage) throws -> [UInt8]? {
    guard let content = opened.content else { return nil }
    return try content.source(content.payload.body).readAll(limit: .max, what: "a body")
  }

  private func keyIDs(_ message: [UInt8]) throws -> [[KeyID]] {
    let text = String(decoding: message, as: UTF8.self)
    guard let start = text.firstRange(of: "-----BEGIN PGP MESSAGE-----") else { return [] }
    let armor = Array(text[start.lowerBound...].utf8)
    return [try CiphertextSummary.read(from: DearmorSource(ArraySource(armor))).recipientKeyIDs]
  }

  @Test func `every message of the corpus that opens says the same afterwards`() throws {
    let desk = try Self.desk.get()
    var count = 0
    for name in try Corpus.names() {
      let message = try readFile(Corpus.folder.appending("\(name).eml"))
      guard let resealed = try? reseal(message, desk: desk) else { continue }
      count += 1
      // One layer too many is too many afterwards, too.
      guard let before = try? desk.open(message) else { continue }
      let after = try desk.open(resealed)
      #expect(after.verdict.fieldValue == before.verdict.fieldValue, "\(name)")
      // Text around an armored block is no part of the ciphertext.
      #expect(after.verdict.warnings == before.verdict.warnings.filter { $0 != .textAroundBlock }, "\(name)")
      #expect(after.verdict.layers.map(\.kind) == before.verdict.layers.map(\.kind), "\(name)")
      #expect(after.header.fields.map(\.raw) == before.header.fields.map(\.raw), "\(name)")
      #expect(try body(of: after) == body(of: before), "\(name)")
      #expect(try reseal(resealed, desk: desk) == nil, "\(name)")
    }
    #expect(count > 40)
  }

  @Test(arguments: [16 << 20, 10]) func `only the ciphertext changes, and only the new key opens it`(limit: Int) throws
  {
    let desk = try Self.desk.get()
    let message = try readFile(Corpus.folder.appending("sealed-good.eml"))
    let resealed = try #require(try reseal(message, desk: desk) { $0.holdLimit = limit })
    func frame(_ bytes: [UInt8]) throws -> [Substring] {
      let text = String(decoding: bytes, as: UTF8.self)
      let start = try #require(text.firstRange(of: "-----BEGIN PGP MESSAGE-----"))
      let end = try #require(text.firstRange(of: "-----END PGP MESSAGE-----"))
      return [text[..<start.upperBound], text[end.lowerBound...]]
    }
    #expect(try frame(resealed) == frame(message))
    #expect(try Desk(own: [.bob], accepted: [.alice]).open(resealed).content == nil)
    let opened = try Desk(own: [.erin], accepted: [.alice]).open(resealed)
    #expect(opened.verdict.isGoodAndTrusted)
    #expect(try keyIDs(resealed).first?.count == 1)
  }

  @Test func `line ends stay, and encoded bodies stay encoded`() throws {
    let desk = try Self.desk.get()
    for name in ["sealed-line-feeds-only", "gateway-encoded-ciphertext", "gateway-quoted-printable-ciphertext"] {
      let message = try readFile(Corpus.folder.appending("\(name).eml"))
      let resealed = try #require(try reseal(message, desk: desk), "\(name)")
      let hasReturns = message.contains(0x0D)
      #expect(resealed.contains(0x0D) == hasReturns, "\(name)")
      #expect(try desk.open(resealed).verdict.isGoodAndTrusted, "\(name)")
    }
  }

  @Test func `an armor line in gpg.conf does no harm, to large messages neither`() throws {
    let desk = try Desk(own: [.bob, .erin], accepted: [.alice], options: ["armor"])
    let message = try readFile(Corpus.folder.appending("sealed-good.eml"))
    for limit in [16 << 20, 10] {
      let resealed = try #require(try reseal(message, desk: desk) { $0.holdLimit = limit })
      #expect(try desk.open(resealed).verdict.isGoodAndTrusted)
    }
  }

  @Test(arguments: ["bit-flipped", "truncated", "stripped-mdc", "no-mdc", "missing-mdc-packet"])
  func `what does not open is refused`(name: String) throws {
    let desk = try Self.desk.get()
    var context = try desk.context()
    let recipients = try key(.erin, with: &context)
    let store = ByteStore(try readFile(Corpus.folder.appending("\(name).eml")))
    let finding = try Resealer.open(store, unlessFor: recipients, options: OpenOptions(now: Desk.now), with: &context)
    guard case .refused = finding else {
      Issue.record("\(finding)")
      return
    }
  }
}
