import ByteStreams
import Dispatch
import Foundation
import MIME
import Synchronization
import SystemPackage
import TestSupport
import Testing

@testable import MailTransport

/// What tells a second attempt at a message that the first one reached somebody, or is at work.
@Suite struct OutboxRepetitionTests {
  let stage: OutboxStage

  init() throws { stage = try OutboxStage() }

  private let delay = RecipientFate.refusedTemporarily(ForeignText("451 4.7.1 later"))

  @Test func `what other copies were delivered to is remembered, whatever becomes of the outbox's disk`() throws {
    let bob = [try AddrSpec("bob@example.org")]
    let waiting = try stage.writeAhead(to: ["carol@example.net"]).settle([delay], elsewhere: bob)
    #expect(waiting?.state == .waiting && waiting?.record.elsewhere == bob)
    let listed = try stage.outbox.list().entries.first
    #expect(listed?.record == waiting?.record)
    // Where that cannot be written, the message must not be taken for one that nobody has.
    let copy = try stage.writeAhead(to: ["erin@example.org"])
    try FileManager.default.removeItem(atPath: stage.folder.appending("state/outbox/tmp").string)
    #expect(try copy.settle([delay], elsewhere: bob)?.state == .unknown)
  }

  @Test func `who got another copy later is noted with what waits of the message`() throws {
    let ahead = try stage.outbox.writeAhead(
      [OutboxStage.submission(), OutboxStage.submission(to: ["carol@example.net"], text: "hQEMA1111")],
      OutboxStage.order())
    for copy in ahead.copies { try copy.settle([delay]) }
    let other = try #require(try stage.writeAhead(to: ["erin@example.org"]).settle([delay]))
    let (first, second) = (ahead.copies[0].record.id, ahead.copies[1].record.id)
    let bob = [try AddrSpec("bob@example.org")]
    let locked = try stage.locked()
    try locked.note(bob, in: first.group, without: [first])
    let entries = try stage.outbox.list().entries
    let noted = Dictionary(entries.map { ($0.id, $0.record.elsewhere) }) { first, _ in first }
    #expect(noted == [first: [], second: bob, other.id: []])
    #expect(try locked.take(try #require(entries.first { $0.id == second })).record.elsewhere == bob)
  }

  @Test func `of two attempts at one message at once the second finds the first`() throws {
    struct Refusal: Error {}
    var order = try OutboxStage.order()
    order.messageID = "budget@example.org"
    let (first, submission) = (order, try OutboxStage.submission())
    let other = try Outbox(in: stage.folder.path.appending("state"))
    let found = Mutex<[OutboxState]>([])
    let (looked, ended) = (DispatchSemaphore(value: 0), DispatchSemaphore(value: 0))
    let ahead = try stage.outbox.writeAhead([submission], first) { listing in
      #expect(listing.entries.isEmpty)
      Thread.detachNewThread {
        _ = try? other.writeAhead([submission], first) { listing in
          found.withLock { $0 = listing.entries.map(\.state) }
          looked.signal()
          throw Refusal()
        }
        ended.signal()
      }
      #expect(looked.wait(timeout: .now() + 0.5) == .timedOut)
    }
    ended.wait()
    #expect(found.withLock { $0 } == [.sending])
    #expect(try stage.outbox.list().entries.map(\.id) == ahead.copies.map(\.record.id))
    #expect(try stage.files().count == 1)
  }
}
