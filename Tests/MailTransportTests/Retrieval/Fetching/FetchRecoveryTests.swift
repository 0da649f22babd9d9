import Foundation
import SystemPackage
import TestSupport
import Testing

@testable import MailTransport

/// What became of messages that were under way when a run ended.
@Suite struct FetchRecoveryTests {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  private var box: FilePath { folder.appending("box") }

  private func inbox() throws -> MaildirInbox { try MaildirInbox(box, source: "one", now: 1_000_000) }

  private func fetch(_ mailbox: ListedMailbox, _ journal: ListedJournal) throws {
    let pass = FetchPass(.removing, into: try inbox(), journal: journal, tell: { _ in })
    try pass.run(on: mailbox)
    _ = try pass.close(mailbox)
  }

  /// Fetches, and is ended between the moment when the message appeared and the note about it.
  private func appearWithoutNote(_ mailbox: ListedMailbox, _ journal: ListedJournal) throws {
    // Staging is noted in two half steps.
    journal.killer = Killer(after: 2)
    let pass = FetchPass(.removing, into: try inbox(), journal: journal, tell: { _ in })
    #expect(throws: Killer.Killed.self) { try pass.run(on: mailbox) }
    #expect(try folder.visible().count == 1)
    journal.killer = Killer()
  }

  @Test func `what appeared and was moved by a reader was delivered, and does not come again`() throws {
    let (mailbox, journal) = (ListedMailbox(1), ListedJournal())
    try appearWithoutNote(mailbox, journal)
    for name in try folder.contents() where name.hasPrefix("box/new/") {
      try FileManager.default.removeItem(atPath: folder.appending(name).string)
    }
    #expect(try FetchRecovery.settle(journal, .removing) { _ in try inbox() } == 0)
    try fetch(mailbox, journal)
    #expect(mailbox.fetched.count == 1 && mailbox.texts.isEmpty)
    #expect(try folder.contents().allSatisfy { !$0.hasPrefix("box/tmp/") })
  }

  @Test func `what was lost with a Maildir that was made anew comes again, and is not removed before`() throws {
    let (mailbox, journal) = (ListedMailbox(1), ListedJournal())
    try appearWithoutNote(mailbox, journal)
    try FileManager.default.removeItem(atPath: box.string)
    #expect(try FetchRecovery.settle(journal, .removing) { _ in try inbox() } == 1)
    #expect(journal.known.fates.isEmpty && mailbox.texts.count == 1)
    try fetch(mailbox, journal)
    #expect(try folder.visible() == ListedMailbox(1).texts.map(\.text))
    #expect(mailbox.texts.isEmpty)
  }

  @Test func `what a mail reader has moved since it appeared is delivered`() throws {
    let receipt = DeliveryReceipt(place: box.string, name: "1.moved", detail: "", time: 1_000_000)
    let inbox = try inbox()
    try folder.write(Array("text".utf8), to: "box/cur/1.moved:2,RS")
    #expect(try inbox.settle(receipt) == .delivered)
  }
}
