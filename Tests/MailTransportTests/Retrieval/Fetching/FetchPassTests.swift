// Long because all that a run of fetching keeps to is tried on the same mailbox and the same journal, one rule after the other.

import ByteStreams
import Foundation
import SystemPackage
import TestSupport
import Testing

@testable import MailTransport

@Suite struct FetchPassTests {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  private var box: FilePath { folder.appending("box") }

  private func inbox() throws -> MaildirInbox { try MaildirInbox(box, source: "one", now: 1_000_000) }

  @discardableResult
  private func fetch(
    _ mailbox: ListedMailbox, _ journal: ListedJournal, _ wishes: FetchWishes = FetchWishes(),
    memory: FetchMemory = FetchMemory()
  ) throws -> [FetchEvent] {
    var events: [FetchEvent] = []
    let pass = FetchPass(wishes, into: try inbox(), journal: journal, memory: memory) { events.append($0) }
    try pass.run(on: mailbox)
    _ = try pass.close(mailbox)
    return events
  }

  @Test func `every message is delivered byte for byte, and the next time only what is new`() throws {
    let (mailbox, journal) = (ListedMailbox(5), ListedJournal())
    let events = try fetch(mailbox, journal)
    #expect(try folder.visible() == mailbox.texts.map(\.text).sorted())
    guard case .found(count: 5, octets: 195)? = events.first else {
      Issue.record("\(events)")
      return
    }
    mailbox.fetched = []
    try fetch(mailbox, journal)
    #expect(mailbox.fetched.isEmpty)
    mailbox.texts.append((RemoteMessage(id: .uidl("new"), number: 6, octets: 3), "new"))
    try fetch(mailbox, journal)
    #expect(mailbox.fetched == [.uidl("new")])
    #expect(try folder.visible().count == 6)
    #expect(try folder.contents().allSatisfy { !$0.hasPrefix("box/tmp/") })
  }

  @Test func `what somebody has seen on the server is not new here, and is dated as there`() throws {
    let mailbox = ListedMailbox(1)
    let seen = RemoteMessage(id: .uidl("a"), number: 1, octets: 4, delivered: 5000, flags: "FS")
    mailbox.texts = [(seen, "seen")]
    try fetch(mailbox, ListedJournal())
    let name = try #require(try folder.contents().first { $0.hasPrefix("box/cur/") })
    #expect(name.hasSuffix(":2,FS"))
    let attributes = try FileManager.default.attributesOfItem(atPath: folder.appending(name).string)
    #expect((attributes[.modificationDate] as? Date)?.timeIntervalSince1970 == 5000)
    #expect(attributes[.posixPermissions] as? Int == 0o600)
  }

  @Test func `a run that is ended at any step loses nothing and doubles nothing`() throws {
    var count = 0
    while true {
      let killer = Killer(after: count)
      let (mailbox, journal) = (ListedMailbox(3, killer: killer), ListedJournal())
      journal.killer = killer
      let pass = FetchPass(
        .removing, into: MortalDestination(try inbox(), killer), journal: journal, tell: { _ in })
      do {
        try pass.run(on: mailbox)
        _ = try pass.close(mailbox)
      } catch {}
      let wasKilled = killer.isOver
      // Every other time a mail reader takes away what it sees before the next run.
      var taken: [String] = []
      if count % 4 < 2 {
        taken = try folder.visible()
        for name in try folder.contents() where name.hasPrefix("box/new/") {
          try FileManager.default.removeItem(atPath: folder.appending(name).string)
        }
      }
      journal.killer = Killer()
      let rest = ListedMailbox(3)
      rest.texts = mailbox.texts
      #expect(
        try FetchRecovery.settle(journal, .removing) { _ in try inbox() } == 0, "step \(count)")
      try fetch(rest, journal, .removing)
      #expect(try (folder.visible() + taken).sorted() == ListedMailbox(3).texts.map(\.text), "step \(count)")
      #expect(rest.texts.isEmpty, "step \(count): all is delivered, so all is removed from the server")
      try inbox().tidy()
      #expect(try folder.contents().allSatisfy { !$0.hasPrefix("box/tmp/") }, "step \(count)")
      try FileManager.default.removeItem(atPath: box.string)
      guard wasKilled else { break }
      count += 1
    }
    #expect(count > 40)
  }

  @Test func `an mbox loses nothing either, and says of the one message under way that nobody can tell`() throws {
    var count = 0
    while true {
      let killer = Killer(after: count)
      let (mailbox, journal) = (ListedMailbox(2, killer: killer), ListedJournal())
      journal.killer = killer
      let path = folder.appending("file.mbox")
      let pass = FetchPass(
        FetchWishes(), into: MortalDestination(try MboxInbox(path, now: 1), killer), journal: journal, tell: { _ in })
      do { try pass.run(on: mailbox) } catch {}
      let wasKilled = killer.isOver
      journal.killer = Killer()
      let inbox = try MboxInbox(path, now: 2)
      let unknown = try FetchRecovery.settle(journal, FetchWishes()) { _ in inbox }
      #expect(unknown <= 1, "step \(count)")
      let rest = ListedMailbox(2)
      try FetchPass(FetchWishes(), into: inbox, journal: journal, tell: { _ in }).run(on: rest)
      let text = String(decoding: try folder.read("file.mbox"), as: UTF8.self)
      #expect(text.components(separatedBy: "Subject: message").count == 3, "step \(count)")
      try FileManager.default.removeItem(atPath: path.string)
      guard wasKilled else { break }
      count += 1
    }
    #expect(count > 20)
  }

  @Test func `nothing that was not delivered is removed, nor what was passed`() throws {
    let (mailbox, journal) = (ListedMailbox(4), ListedJournal())
    journal.known.fates[mailbox.texts[0].message.id] = .passed
    journal.known.fates[mailbox.texts[1].message.id] = .delivered(removalIsDue: false)
    var wishes = FetchWishes.removing
    wishes.octets = 38
    mailbox.texts[2] = (RemoteMessage(id: .uidl("small"), number: 3, octets: 5), "small")
    try fetch(mailbox, journal, wishes)
    #expect(mailbox.texts.map(\.message.number) == [1, 2, 4])
  }

  @Test func `what a server was told to remove is not gone before it took leave, and it is told again`() throws {
    let (mailbox, journal) = (ListedMailbox(2), ListedJournal())
    mailbox.losesLeave = true
    #expect(throws: TransportError.self) { try fetch(mailbox, journal, .removing) }
    #expect(journal.known.fates.values.allSatisfy { $0 == .delivered(removalIsDue: true) })
    mailbox.losesLeave = false
    try fetch(mailbox, journal, .removing)
    #expect(mailbox.texts.isEmpty)
    #expect(try folder.visible().count == 2)
  }

  @Test func `what cannot be noted before it appears leaves nothing`() throws {
    let (mailbox, journal) = (ListedMailbox(2), ListedJournal())
    let killer = Killer(after: 0)
    mailbox.fault = { _ in journal.killer = killer }
    #expect(throws: Killer.Killed.self) { try fetch(mailbox, journal) }
    #expect(try folder.contents() == ["box", "box/cur", "box/new", "box/tmp"])
  }

  @Test func `messages of two numberings are no mailbox`() throws {
    let mailbox = ListedMailbox(1, validity: 5)
    let other = RemoteMessage(id: .uid(2, validity: 6), number: 2, octets: 4)
    mailbox.texts.append((other, "text"))
    #expect(throws: FetchError.severalNumberings) { try fetch(mailbox, ListedJournal()) }
    #expect(try folder.visible().isEmpty)
  }

  @Test func `a message that the server refuses, or that is too large, does not stop the others`() throws {
    let (mailbox, journal) = (ListedMailbox(4), ListedJournal())
    mailbox.fault = { message in
      if message.number == 2 { throw TransportError.messageRefused(host: "x", ForeignText("-ERR gone")) }
    }
    mailbox.texts[2].message = RemoteMessage(id: .uidl("large"), number: 3, octets: 1 << 30)
    let left = try fetch(mailbox, journal).compactMap { event -> Int? in
      if case .left(let message, _) = event { message.number } else { nil }
    }
    #expect(left.sorted() == [2, 3])
    #expect(try folder.visible().count == 2)
  }

  @Test func `a connection that is lost in a message keeps those before it, and names it`() throws {
    let (mailbox, journal) = (ListedMailbox(3), ListedJournal())
    mailbox.fault = { message in
      if message.number == 2 { throw TransportError.connectionLost(host: "x", phase: .fetching) }
    }
    let pass = FetchPass(FetchWishes(), into: try inbox(), journal: journal, tell: { _ in })
    #expect(throws: TransportError.self) { try pass.run(on: mailbox) }
    #expect(pass.memory.current?.number == 2)
    #expect(try folder.visible().count == 1)
    var memory = pass.memory
    memory.avoided.insert(.uidl("id 2"))
    try fetch(mailbox, journal, memory: memory)
    #expect(try folder.visible().count == 2)
  }

  @Test func `a message that grows beyond its said size ends the connection, not the disk`() throws {
    let mailbox = ListedMailbox(1)
    mailbox.texts[0].text = String(repeating: "x", count: 10_000)
    var wishes = FetchWishes()
    wishes.octets = 1000
    #expect(throws: FetchError.largerThanSaid(limit: 1000)) { try fetch(mailbox, ListedJournal(), wishes) }
    #expect(try folder.visible().isEmpty)
  }

  @Test func `a new numbering is never taken in silence`() throws {
    let (mailbox, journal) = (ListedMailbox(3, validity: 1), ListedJournal())
    try fetch(mailbox, journal)
    let renumbered = ListedMailbox(3, validity: 2)
    #expect(throws: FetchError.renumbered(mailbox: "mail.example.org")) { try fetch(renumbered, journal) }
    #expect(journal.known.validity == 1)
    var wishes = FetchWishes()
    wishes.since = 3000
    try fetch(renumbered, journal, wishes)
    #expect(try folder.visible().count == 4)
    // What was before that day stays passed.
    try fetch(renumbered, journal)
    #expect(try folder.visible().count == 4)
    wishes = FetchWishes()
    wishes.everything = true
    try fetch(ListedMailbox(3, validity: 3), journal, wishes)
    #expect(try folder.visible().count == 7)
  }

  @Test func `everything comes again once, and only so many come as were asked for`() throws {
    let (mailbox, journal) = (ListedMailbox(5), ListedJournal())
    var wishes = FetchWishes()
    wishes.count = 2
    try fetch(mailbox, journal, wishes)
    #expect(mailbox.fetched == [.uidl("id 1"), .uidl("id 2")])
    wishes.count = nil
    wishes.everything = true
    try fetch(mailbox, journal, wishes)
    #expect(mailbox.fetched.count == 7)
  }

  @Test func `what is passed is not fetched, and more that comes is`() throws {
    let (mailbox, journal) = (ListedMailbox(3, validity: 9), ListedJournal())
    let survey = FetchSurvey(FetchWishes(), journal: journal)
    #expect(try survey.passEverything(on: mailbox) == 3)
    #expect(try survey.wanted(on: mailbox).wanted.isEmpty)
    mailbox.texts = ListedMailbox(4, validity: 9).texts
    try fetch(mailbox, journal)
    #expect(mailbox.fetched == [.uid(4, validity: 9)])
  }

  @Test func `only what this source left is tidied up`() throws {
    let own = try MaildirInbox(box, source: "one", now: 1)
    let other = try MaildirInbox(box, source: "two", now: 1)
    let message = RemoteMessage(id: .uidl("a"), number: 1, octets: nil)
    _ = try own.begin(message).stage()
    let receipt = try other.begin(message).stage()
    try folder.write([], to: "box/tmp/foreign")
    try own.tidy()
    #expect(
      try folder.contents().filter { $0.hasPrefix("box/tmp/") } == ["box/tmp/\(receipt.name)", "box/tmp/foreign"])
  }

  @Test func `a folder with other things is no Maildir`() throws {
    try folder.write([1], to: "box/photo.jpg")
    #expect(throws: MailboxProblem.notMaildir) { try inbox() }
    #expect(try folder.contents() == ["box", "box/photo.jpg"])
  }
}
