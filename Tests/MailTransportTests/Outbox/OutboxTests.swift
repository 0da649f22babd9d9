import ByteStreams
import Foundation
import MIME
import SystemPackage
import TestSupport
import Testing

@testable import MailTransport

@Suite struct OutboxTests {
  let stage: OutboxStage

  init() throws { stage = try OutboxStage() }

  private func fates(_ fates: RecipientFate...) -> [RecipientFate] { fates }

  private let refusal = RecipientFate.refusedPermanently(ForeignText("550 5.1.1 nobody here"))
  private let delay = RecipientFate.refusedTemporarily(ForeignText("451 4.7.1 later"))
  private let doubt = RecipientFate.unknown(ForeignText("the connection was lost"))
  private let taken = RecipientFate.accepted(ForeignText("250 ok"))

  @Test func `every copy lies in sending before it is handed over, below its envelope and unchanged`() throws {
    let submissions = [
      try OutboxStage.submission(to: ["bob@example.org", "\"o d%d\"@example.org"]),
      try OutboxStage.submission(to: ["érin@example.org"], label: "blind copy", text: "hQEMA1111"),
    ]
    let ahead = try stage.outbox.writeAhead(submissions, OutboxStage.order())
    #expect(ahead.copies.map(\.record.id.part) == [1, 2])
    #expect(Set(ahead.copies.map(\.record.id.group)).count == 1)
    let listing = try stage.outbox.list()
    #expect(listing.damaged == [])
    #expect(listing.entries.map(\.state) == [.sending, .sending])
    #expect(listing.entries.map(\.record) == ahead.copies.map(\.record))
    let first = String(decoding: try stage.bytes(listing.entries[0]), as: UTF8.self)
    let octets = OutboxStage.sealed().count
    let digest = try MessageDigest.hex(of: ByteStore(OutboxStage.sealed()).source())
    let head = """
      X-Postseal-Outbox: 1 \(listing.entries[0].id) delivery sealed 1795651200\r
      X-Postseal-Label: message\r
      X-Postseal-Account: home\r
      X-Postseal-Way: smtps://alice@mail.example.org\r
      X-Postseal-Sender: alice@example.org\r
      X-Postseal-Recipient: waiting \(OutboxStage.fingerprint) bob@example.org\r
      X-Postseal-Recipient: waiting - "o d%25d"@example.org\r
      X-Postseal-Message: \(octets) \(digest)\r

      """
    let check = try MessageDigest.hex(of: ByteStore(Array(head.utf8)).source())
    #expect(first == "\(head)X-Postseal-Check: \(check)\r\n" + String(decoding: OutboxStage.sealed(), as: UTF8.self))
    let second = String(decoding: try stage.bytes(listing.entries[1]), as: UTF8.self)
    #expect(second.contains("X-Postseal-Recipient: waiting - %C3%A9rin@example.org\r\n"))
    withExtendedLifetime(ahead) {}
  }

  @Test func `files and folders are for their owner alone`() throws {
    let copy = try stage.writeAhead()
    for path in ["state", "state/outbox", "state/outbox/sending", "state/outbox/sending/\(copy.record.id).eml"] {
      let attributes = try FileManager.default.attributesOfItem(atPath: stage.folder.appending(path).string)
      #expect(attributes[.posixPermissions] as? Int == (path.hasSuffix(".eml") ? 0o600 : 0o700), "\(path)")
    }
  }

  @Test func `a copy that everybody accepted leaves nothing`() throws {
    let copy = try stage.writeAhead(to: ["bob@example.org", "carol@example.net"])
    #expect(try copy.settle(fates(taken, taken)) == nil)
    #expect(try stage.files() == [])
  }

  @Test func `where a copy goes is decided by its most doubtful recipient`() throws {
    let people = ["bob@example.org", "carol@example.net", "erin@example.org"]
    let table: [([RecipientFate], OutboxState, [OutboxRecipient.Fate])] = [
      ([taken, delay, refusal], .waiting, [.accepted, .waiting, .refused]),
      ([taken, taken, refusal], .held, [.accepted, .accepted, .refused]),
      ([taken, delay, doubt], .unknown, [.accepted, .waiting, .unknown]),
      ([refusal, .withheld, .withheld], .waiting, [.refused, .waiting, .waiting]),
    ]
    for (fates, state, recorded) in table {
      let copy = try stage.writeAhead(to: people)
      let entry = try #require(try copy.settle(fates))
      #expect(entry.state == state)
      #expect(entry.record.recipients.map(\.fate) == recorded)
      #expect(try stage.states(entry.id) == [state.rawValue])
      let listed = try stage.outbox.list().entries.first { $0.id == entry.id }
      #expect(listed?.record == entry.record && listed?.state == state)
    }
  }

  @Test func `the words of a refusal are kept, once where they are the same for all`() throws {
    let people = ["bob@example.org", "carol@example.net"]
    let same = try stage.writeAhead(to: people).settle(fates(delay, delay))
    #expect(same?.record.reason == "refused for now: 451 4.7.1 later")
    let different = try stage.writeAhead(to: people).settle(fates(refusal, .withheld))
    #expect(
      different?.record.reason
        == "bob@example.org: refused: 550 5.1.1 nobody here; carol@example.net: not handed over, because another recipient was refused"
    )
  }

  @Test func `who has it is not asked for again`() throws {
    let copy = try stage.writeAhead(to: ["bob@example.org", "carol@example.net"])
    let entry = try #require(try copy.settle(fates(taken, delay)))
    let again = try stage.locked().take(entry)
    #expect(try again.submission().envelope.recipients.map(\.text) == ["carol@example.net"])
    #expect(try stage.states(entry.id) == ["sending"])
    #expect(try again.settle(fates(taken)) == nil)
    #expect(try stage.files() == [])
  }

  @Test(arguments: [("never", nil), ("success,delay", nil), ("failure", "a b"), ("failure", "id%1+")])
  func `the word that is wanted of its fate is wanted again`(events: String, name: String?) throws {
    guard let notice = DeliveryNotice(parsing: events, envelopeID: name) else {
      #expect(name?.contains(" ") == true)
      return
    }
    let plain = try OutboxStage.submission()
    let submission = Submission(
      envelope: plain.envelope, message: plain.message, label: plain.label, notice: notice)
    let copy = try stage.outbox.writeAhead([submission], OutboxStage.order()).copies[0]
    let entry = try #require(try copy.settle(fates(delay)))
    #expect(try stage.locked().take(entry).submission().notice == notice)
  }

  @Test func `trouble before anybody was asked waits, and what can never go is held`() throws {
    let waiting = try stage.writeAhead().settle(TransportError.hostUnknown(host: "mail.example.org"))
    #expect(waiting?.state == .waiting)
    #expect(waiting?.record.reason == "cannot connect to mail.example.org: the host has no address")
    let held = try stage.writeAhead().settle(
      TransportError.messageTooLarge(host: "mail.example.org", label: "message", octets: 9, limit: 1))
    #expect(held?.state == .held)
  }

  @Test func `an entry that a run is at work on is taken by no other`() throws {
    let copy = try stage.writeAhead()
    // Another open of the same folder is to the lock what another process is.
    let other = try Outbox(in: stage.folder.path.appending("state"))
    let locked = try LockedOutbox(other, now: 1_795_651_300)
    let entry = try #require(try other.list().entries.first)
    #expect(entry.state == .sending)
    #expect(throws: OutboxError.taken(entry.id)) { try locked.take(entry) }
    #expect(throws: OutboxError.taken(entry.id)) { try locked.drop(entry) }
    #expect(throws: OutboxError.inUse) { try stage.locked() }
    #expect(try copy.settle(fates(taken)) == nil)
    withExtendedLifetime(locked) {}
  }

  @Test func `what a run that ended had handed over is unknown, and goes only to who asks for it`() throws {
    let id = try stage.leaveBehind()
    #expect(try stage.outbox.list().entries.map(\.state) == [.unknown])
    #expect(try stage.states(id) == ["sending"])
    let locked = try stage.locked()
    #expect(try stage.states(id) == ["unknown"])
    let entry = try #require(try stage.outbox.list().entries.first)
    #expect(entry.state == .unknown && entry.record.reason == nil)
    #expect(try locked.take(entry).submission().envelope.recipients.map(\.text) == ["bob@example.org"])
  }

  @Test func `a run that ended between two steps of settling counts as settled`() throws {
    let copy = try stage.writeAhead()
    let id = copy.record.id
    let ahead = try stage.folder.read("state/outbox/sending/\(id).eml")
    _ = try copy.settle(fates(delay))
    try stage.folder.write(ahead, to: "state/outbox/sending/\(id).eml")
    #expect(try stage.outbox.list().entries.map(\.state) == [.waiting])
    _ = try stage.locked()
    #expect(try stage.states(id) == ["waiting"])
  }

  @Test func `the copy for the sender waits when its run ended`() throws {
    let kept = (message: try OutboxStage.message("hQEMA2222"), way: "maildir:/home/alice/Mail/Sent")
    var group = ""
    do {
      let ahead = try stage.outbox.writeAhead([OutboxStage.submission()], OutboxStage.order(), keeping: kept)
      group = try #require(ahead.kept).record.id.group
    }
    _ = try stage.locked()
    let entries = try stage.outbox.list().entries
    #expect(
      entries.map { "\($0.id.part) \($0.state) \($0.record.purpose)" } == ["0 waiting keeping", "1 unknown delivery"])
    #expect(entries.allSatisfy { $0.id.group == group })
    #expect(entries[0].record.way == kept.way)
  }

  @Test func `refused mail of a program is held with its reason, whoever it was for`() throws {
    let recipients = [try AddrSpec("dave@example.com"), try AddrSpec("dave@example.com")]
    let entry = try stage.outbox.hold(
      OutboxStage.message(), from: .null, to: recipients, reason: "no certificate for dave@example.com",
      OutboxStage.order(account: nil))
    let nobody = try stage.outbox.hold(
      OutboxStage.message(), from: .null, to: [], reason: "no recipients", OutboxStage.order())
    let listed = try stage.outbox.list()
    #expect(listed.damaged == [])
    #expect(Set(listed.entries.map(\.id)) == [entry.id, nobody.id])
    #expect(listed.entries.allSatisfy { $0.state == .held && $0.record.purpose == .refused })
    #expect(entry.record.recipients.map(\.address.text) == ["dave@example.com"])
    #expect(listed.entries.first { $0.id == entry.id }?.record == entry.record)
  }

  @Test func `a disk that takes no new file leaves a copy waiting that nobody has, and unknown otherwise`() throws {
    let waiting = try stage.writeAhead()
    let doubtful = try stage.writeAhead()
    try FileManager.default.removeItem(atPath: stage.folder.appending("state/outbox/tmp").string)
    #expect(try waiting.settle(fates(delay))?.state == .waiting)
    #expect(try doubtful.settle(fates(doubt))?.state == .unknown)
    #expect(try stage.states(waiting.record.id) == ["waiting"])
    #expect(try stage.states(doubtful.record.id) == ["unknown"])
  }

  @Test func `an outbox that was never used is not made by looking at it`() throws {
    let folder = try TemporaryFolder()
    #expect(try Outbox.existing(in: folder.path.appending("state")) == nil)
    #expect(try folder.contents() == [])
  }

  @Test func `what a run left in tmp is swept away when it is old and nobody is at work on it`() throws {
    let old = try stage.folder.write([1], to: "state/outbox/tmp/.postseal-old")
    try stage.folder.write([1], to: "state/outbox/tmp/.postseal-new")
    let busy = try stage.folder.write([1], to: "state/outbox/tmp/.postseal-busy")
    for file in [old, busy] {
      try FileManager.default.setAttributes(
        [.modificationDate: Date(timeIntervalSince1970: 1_000)], ofItemAtPath: file.string)
    }
    let held = try HeldFile.open(".postseal-busy", in: Folder(busy.removingLastComponent()))
    _ = try stage.locked(now: Int64(Date().timeIntervalSince1970))
    #expect(try stage.files() == ["tmp/.postseal-busy", "tmp/.postseal-new"])
    withExtendedLifetime(held) {}
  }

  @Test func `an entry is dropped for ever`() throws {
    let entry = try #require(try stage.writeAhead().settle(fates(delay)))
    try stage.locked().drop(entry)
    #expect(try stage.files() == [])
  }
}
