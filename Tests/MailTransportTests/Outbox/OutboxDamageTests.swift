import ByteStreams
import Foundation
import MIME
import SystemPackage
import TestSupport
import Testing

@testable import MailTransport

/// What lies on a disk may be anything: an entry is what was written, to the octet, or it is not sent.
@Suite struct OutboxDamageTests {
  let stage: OutboxStage

  init() throws { stage = try OutboxStage() }

  /// An entry that waits, and its file's octets.
  private func waiting() throws -> (entry: OutboxEntry, bytes: [UInt8]) {
    let copy = try stage.writeAhead(to: ["bob@example.org", "carol@example.net"])
    let entry = try #require(try copy.settle([.withheld, .withheld]))
    return (entry, try stage.bytes(entry))
  }

  private func rewrite(_ entry: OutboxEntry, _ bytes: [UInt8]) throws {
    try Data(bytes).write(to: URL(fileURLWithPath: entry.path.string))
  }

  @Test func `no octet of an entry can be another`() throws {
    let (entry, bytes) = try waiting()
    let locked = try stage.locked()
    for index in bytes.indices {
      var damaged = bytes
      damaged[index] ^= 0x01
      try rewrite(entry, damaged)
      #expect(throws: OutboxError.self, "octet \(index)") { _ = try locked.take(entry) }
      let isThere = FileManager.default.fileExists(atPath: entry.path.string)
      #expect(isThere, "octet \(index)")
      if !isThere { return }
    }
    try rewrite(entry, bytes)
    _ = try locked.take(entry)
  }

  @Test func `no entry can be shorter or longer`() throws {
    let (entry, bytes) = try waiting()
    let locked = try stage.locked()
    for count in 0..<bytes.count {
      try rewrite(entry, Array(bytes.prefix(count)))
      #expect(throws: OutboxError.self) { _ = try locked.take(entry) }
    }
    try rewrite(entry, bytes + [0x0D, 0x0A])
    #expect(throws: OutboxError.self) { _ = try locked.take(entry) }
  }

  @Test(arguments: [
    ("Outbox: 1 ", "Outbox: 2 "), ("delivery sealed", "delivery clear"), ("delivery sealed", "delivery later"),
    ("waiting 4FE1", "later 4FE1"), ("waiting 4FE1", "waiting 4fe1"), ("carol@example.net", "bob@example.org"),
    ("carol@example.net", "carol@example.net "), ("carol@example.net", "-carol@example.net"),
    ("carol@example.net", "carol@example.net\r\nX-Postseal-Recipient: waiting - mallory@evil.example x"),
    ("Label: message", "Label: m%65ssage"), ("X-Postseal-Account: home", "X-Postseal-Account: %FF"),
    ("Sender: alice", "Sender: <alice>"), ("1795651200", "+1795651200"),
    ("X-Postseal-Way: ", "X-Postseal-Way: \u{1B}[2J"), ("X-Postseal-Reason", "X-Postseal-Season"),
    ("X-Postseal-Sender", "X-Postseal-sender"),
  ])
  func `a head that reads otherwise is damage`(old: String, new: String) throws {
    let (entry, bytes) = try waiting()
    let text = String(decoding: bytes, as: UTF8.self)
    #expect(text.contains(old))
    // Somebody who writes a fitting hash below gets no further.
    let marks = ["X-Postseal-Check: ", "From: alice"]
    let head = text.replacing(old, with: new, maxReplacements: 1)
    let end = try #require(head.range(of: marks[0])).lowerBound
    let message = try #require(head.range(of: marks[1])).lowerBound
    let check = try MessageDigest.hex(of: ByteStore(Array(head[..<end].utf8)).source())
    try rewrite(entry, Array("\(head[..<end])\(marks[0])\(check)\r\n\(head[message...])".utf8))
    let listing = try stage.outbox.list()
    #expect(listing.entries.map(\.id) == [])
    #expect(listing.damaged == [OutboxDamage(path: entry.path, reason: "its first lines are not those of an entry")])
  }

  @Test func `what is not protected is not taken, whatever its head says`() throws {
    let (entry, bytes) = try waiting()
    let file = try OutboxFile(ByteStore(bytes), name: "\(entry.id).eml")
    let clear = Array("From: alice@example.org\r\n\r\nin clear\r\n".utf8)
    let facts = OutboxRecord.MessageFacts(
      octets: clear.count, digest: try MessageDigest.hex(of: ByteStore(clear).source()))
    try rewrite(entry, Array(file.record.head(facts).utf8) + clear)
    #expect(try stage.outbox.list().entries.map(\.id) == [entry.id])
    #expect(throws: OutboxError.damaged(name: "\(entry.id).eml", "its message is not protected")) {
      _ = try stage.locked().take(entry)
    }
  }

  @Test func `a file under the name of another entry, or under none, is damage`() throws {
    let (entry, bytes) = try waiting()
    try stage.folder.write(bytes, to: "state/outbox/waiting/aaaaaaaa-1.eml")
    try stage.folder.write(bytes, to: "state/outbox/held/notes.txt")
    let folder = stage.folder.appending("state/outbox")
    let listing = try stage.outbox.list()
    #expect(listing.entries.map(\.id) == [entry.id])
    #expect(
      listing.damaged == [
        OutboxDamage(path: folder.appending("held/notes.txt"), reason: "it is the file of another entry"),
        OutboxDamage(path: folder.appending("waiting/aaaaaaaa-1.eml"), reason: "it is the file of another entry"),
      ])
    try stage.locked().drop(listing.damaged[0])
    #expect(try !stage.files().contains("held/notes.txt"))
  }

  @Test func `a link, a folder and a pipe are damage, and are not followed, entered or waited for`() throws {
    let (entry, _) = try waiting()
    let path = stage.folder.appending("state/outbox")
    try FileManager.default.createSymbolicLink(
      atPath: path.appending("waiting/bbbbbbbb-1.eml").string, withDestinationPath: entry.path.string)
    try FileManager.default.createDirectory(
      atPath: path.appending("held/cccccccc-1.eml").string, withIntermediateDirectories: false)
    for name in ["unknown/dddddddd-1.eml", "sending/eeeeeeee-1.eml"] {
      // The C string lives for the length of the call.
      _ = unsafe mkfifo(path.appending(FilePath(name).components).string, 0o600)
    }
    let listing = try stage.outbox.list()
    #expect(listing.entries.map(\.id) == [entry.id])
    #expect(listing.damaged.count == 4)
    #expect(listing.damaged.allSatisfy { $0.reason == "it is no regular file" })
    _ = try stage.locked()
  }

  @Test func `what was damaged in sending is moved, and stays damage`() throws {
    let id = try stage.leaveBehind()
    try stage.folder.write(Array("X-Postseal".utf8), to: "state/outbox/sending/\(id).eml")
    let locked = try stage.locked()
    #expect(try stage.states(id) == ["unknown"])
    let damage = try stage.outbox.list().damaged
    #expect(damage.count == 1)
    for damage in damage { try locked.drop(damage) }
    #expect(try stage.files() == [])
  }

  @Test func `names that no entry has are no IDs`() {
    for text in [
      "", "-", "aaaaaaaa", "aaaaaaaa-", "aaaaaaaa-01", "aaaaaaaa-+1", "aaaaaaa/-1", "AAAAAAAA-1", "aaaaaaaa-100000",
    ] {
      #expect(OutboxID(text) == nil, "\(text)")
    }
    #expect(OutboxID("k3f9x2ab-12")?.description == "k3f9x2ab-12")
    let group = OutboxID.newGroup()
    #expect(OutboxID.isGroup(group) && group != OutboxID.newGroup())
  }
}
