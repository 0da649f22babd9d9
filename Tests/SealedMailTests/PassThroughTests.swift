import ByteStreams
import MIME
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

  @Test func `a message that is not sealed is not passed through`() throws {
    let desk = try Desk(accepted: [.bob])
    let copy = try passThrough(Letter().bytes(), desk)
    #expect(copy == nil)
  }
}
