import ByteStreams
import Foundation
import MIME
import SystemPackage
import TestSupport
import Testing

@testable import MailTransport

/// All copies of a message are in the outbox or none, wherever the run that wrote them was ended.
@Suite struct OutboxCompletenessTests {
  let stage: OutboxStage

  init() throws { stage = try OutboxStage() }

  /// A message to Bob with a blind copy to Carol and one for the sender, as a run left it that was ended when so many of its three
  /// files had come into `sending`, of so many that were written.
  private func leaveBehind(published: Int, written: Int) throws -> String {
    let group: String
    do {
      let ahead = try stage.outbox.writeAhead(
        [
          OutboxStage.submission(),
          OutboxStage.submission(to: ["carol@example.net"], label: "blind copy", text: "hQEMA1111"),
        ], OutboxStage.order(), keeping: (try OutboxStage.message("hQEMA2222"), "maildir:/home/alice/Sent"))
      group = ahead.copies[0].record.id.group
    }
    let names = [1, 2, 0].map { "\(group)-\($0).eml" }
    let outbox = stage.folder.appending("state/outbox")
    for name in names[published...] {
      try FileManager.default.moveItem(
        atPath: outbox.appending("sending/\(name)").string, toPath: outbox.appending("tmp/\(name)").string)
    }
    for name in names[written...] { try FileManager.default.removeItem(atPath: outbox.appending("tmp/\(name)").string) }
    return group
  }

  @Test(arguments: [(0, 1), (0, 2), (0, 3), (1, 3), (2, 3)])
  func `a message of which a copy is missing was not sent, is no entry, and is removed`(
    published: Int, written: Int
  ) throws {
    let group = try leaveBehind(published: published, written: written)
    let recipients = ["bob@example.org", "carol@example.net"].prefix(written)
    let listing = try stage.outbox.list()
    #expect(listing.entries.isEmpty && listing.damaged == [])
    let message = IncompleteMessage(group: group, recipients: try recipients.map { try AddrSpec($0) })
    #expect(listing.incomplete == [message])
    #expect(try stage.locked().removed == listing.incomplete)
    #expect(try stage.files() == [])
  }

  @Test func `a message of which all copies were written is unknown, and none of them is missing`() throws {
    let group = try leaveBehind(published: 3, written: 3)
    let listing = try stage.outbox.list()
    #expect(listing.incomplete == [])
    #expect(listing.entries.map { "\($0.id) \($0.state)" } == [0, 1, 2].map { "\(group)-\($0) unknown" })
    #expect(try stage.locked().removed == [])
    #expect(try stage.outbox.list().entries.map(\.state) == [.waiting, .unknown, .unknown])
  }

  @Test func `what was removed in part is removed in whole later`() throws {
    _ = try leaveBehind(published: 0, written: 1)
    #expect(try stage.locked().removed.count == 1)
    let other = try leaveBehind(published: 2, written: 3)
    try FileManager.default.removeItem(atPath: stage.folder.appending("state/outbox/sending/\(other)-1.eml").string)
    #expect(try stage.outbox.list().entries.isEmpty)
    #expect(try stage.locked().removed.map(\.group) == [other])
    #expect(try stage.files() == [])
  }

  @Test func `what somebody looks at in the moment when it is to be removed is not sent for that`() throws {
    let group = try leaveBehind(published: 1, written: 2)
    let look = try HeldFile.open(
      try #require(FilePath.Component("\(group)-2.eml")), in: Folder(stage.folder.appending("state/outbox/tmp")))
    #expect(look != nil)
    #expect(try stage.locked().removed == [])
    #expect(try stage.files() == ["sending/\(group)-1.eml", "tmp/\(group)-2.eml"])
    #expect(try stage.outbox.list().entries.isEmpty)
    withExtendedLifetime(look) {}
  }

  @Test func `what a run is writing is left alone`() throws {
    let copy = try stage.writeAhead()
    let name = "\(copy.record.id).eml"
    let outbox = stage.folder.appending("state/outbox")
    try FileManager.default.moveItem(
      atPath: outbox.appending("sending/\(name)").string, toPath: outbox.appending("tmp/\(name)").string)
    let other = try Outbox(in: stage.folder.path.appending("state"))
    #expect(try other.list().incomplete == [] && other.list().entries.isEmpty)
    #expect(try LockedOutbox(other, now: 1_795_651_300).removed == [])
    #expect(try stage.files() == ["tmp/\(name)"])
    withExtendedLifetime(copy) {}
  }

  @Test(arguments: ["tmp", "sending"])
  func `when one copy cannot be written or get its place, none is left`(folder: String) throws {
    let path = stage.folder.appending("state/outbox/\(folder)").string
    // The open folder lives on without a name, and takes no new file.
    try FileManager.default.removeItem(atPath: path)
    #expect(throws: OutboxError.self) {
      try stage.outbox.writeAhead(
        [OutboxStage.submission(), OutboxStage.submission(label: "blind copy")], OutboxStage.order())
    }
    #expect(try stage.files() == [])
  }
}
