import ByteStreams
import MIME
import OpenPGPPackets
import SealedMail
import TestSupport
import Testing

@Suite struct PassThroughTests {
  private func passThrough(_ bytes: [UInt8], _ desk: Desk) throws -> SealedCopy? {
    let message = try OutgoingMessage(ByteStore(bytes), circumstances: .init(now: Desk.now, zoneMinutes: 60))
    var context = try desk.context()
    return try Sealer.passThrough(message, options: SealOptions(now: Desk.now), with: &context)?.copy
  }

  @Test func `a sealed message passes unchanged to those who can read it`() throws {
    let desk = try Desk(accepted: [.bob, .carol])
    let sealed = try desk.seal(Letter(cc: "carol@example.net"))[0].bytes
    let copy = try #require(try passThrough(sealed, desk))
    #expect(try copy.bytes == sealed)
    #expect(copy.addresses.map(\.text) == ["bob@example.org", "carol@example.net"])
  }

  @Test func `a sealed message does not go to anybody else`() throws {
    let desk = try Desk(accepted: [.bob, .carol])
    let sealed = try desk.seal(Letter())[0].text
    for field in ["Cc: carol@example.net", "Bcc: carol@example.net"] {
      #expect {
        try passThrough(Array("\(field)\r\n\(sealed)".utf8), desk)
      } throws: { error in
        guard case SealError.alreadySealedForOthers(let addresses) = error else { return false }
        return addresses.map(\.text) == ["carol@example.net"]
      }
    }
  }

  /// They would be left out in silence: there is no copy for them, and a Bcc field never leaves.
  @Test func `a sealed message has no copy for a Bcc recipient, who could read it or not`() throws {
    let desk = try Desk(accepted: [.bob, .carol])
    let sealed = try desk.seal(Letter(cc: "carol@example.net"))[0].text.replacing("\r\nCc: carol@example.net", with: "")
    #expect {
      try passThrough(Array("Bcc: carol@example.net\r\n\(sealed)".utf8), desk)
    } throws: { error in
      guard case SealError.alreadySealedForOthers(let addresses) = error else { return false }
      return addresses.map(\.text) == ["carol@example.net"]
    }
  }

  @Test func `the copy of a Bcc recipient goes to them alone`() throws {
    let desk = try Desk(accepted: [.bob, .carol])
    let sealed = try desk.seal(Letter(bcc: "carol@example.net"))[1].bytes
    func pass(to blind: [String]) throws -> SealedCopy? {
      var overrides = OutgoingMessage.Overrides()
      overrides.recipients = .init(shared: [], blind: try blind.map { try AddrSpec($0) })
      let message = try OutgoingMessage(
        ByteStore(sealed), overrides: overrides, circumstances: .init(now: Desk.now, zoneMinutes: 60))
      var context = try desk.context()
      return try Sealer.passThrough(message, options: SealOptions(now: Desk.now), with: &context)?.copy
    }
    let copy = try #require(try pass(to: ["carol@example.net"]))
    #expect(try copy.bytes == sealed)
    #expect(copy.addresses.map(\.text) == ["carol@example.net"])
    #expect(copy.isBlind)
    #expect(throws: SealError.self) { try pass(to: ["bob@example.org"]) }
    #expect(throws: SealError.self) { try pass(to: ["carol@example.net", "bob@example.org"]) }
  }

  /// Both begin and end as sealed mail does.
  @Test(arguments: ["The offer is 5 million.\r\n", "\r\nThe offer is 5 million.\r\n\r\n"])
  func `no text passes between two ciphertexts`(text: String) throws {
    let desk = try Desk(accepted: [.bob])
    let sealed = try desk.seal(Letter())[0].text
    let end = "-----END PGP MESSAGE-----\r\n"
    let start = try #require(sealed.firstRange(of: "-----BEGIN PGP MESSAGE")).lowerBound
    let rest = try #require(sealed.firstRange(of: end)).upperBound
    let fake = sealed[..<rest] + text + sealed[start...]
    #expect {
      try passThrough(Array(fake.utf8), desk)
    } throws: { error in
      guard case SealError.alreadySealedMalformed = error else { return false }
      return true
    }
  }

  /// A session key for bob before a packet that anybody reads, and one beside a passphrase.
  @Test(arguments: [[0xAC, 8, 0x62, 0, 0, 0, 0, 0, 0x68, 0x69], [0x8C, 4, 4, 9, 0, 8, 0xD2, 3, 1, 0, 0] as [UInt8]])
  func `what only looks sealed does not pass`(packets: [UInt8]) throws {
    let desk = try Desk(accepted: [.bob])
    let sealed = try desk.seal(Letter())[0].text
    let key: [UInt8] = [0x6A, 0xEA, 0x34, 0x96, 0x58, 0x57, 0xFB, 0x15]
    let sink = MemorySink(limit: 1 << 10, what: "armor")
    let armor = ArmorSink(.message, into: sink)
    try armor.write([0x84, 12, 3] + key + [18, 0, 0] + packets)
    try armor.finish()
    let end = "-----END PGP MESSAGE-----\r\n"
    let start = try #require(sealed.firstRange(of: "-----BEGIN PGP MESSAGE")).lowerBound
    let rest = sealed[try #require(sealed.firstRange(of: end)).upperBound...]
    let fake = sealed[..<start] + String(decoding: sink.bytes, as: UTF8.self) + rest
    #expect {
      try passThrough(Array(fake.utf8), desk)
    } throws: { error in
      guard case SealError.alreadySealedMalformed = error else { return false }
      return true
    }
  }

  @Test func `a message that is not sealed is not passed through`() throws {
    let desk = try Desk(accepted: [.bob])
    let copy = try passThrough(Letter().bytes(), desk)
    #expect(copy == nil)
  }
}
