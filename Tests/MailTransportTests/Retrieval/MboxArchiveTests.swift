import ByteStreams
import Foundation
import MIME
import SystemPackage
import TestSupport
import Testing

@testable import MailTransport

@Suite struct MboxArchiveTests {
  private let folder: TemporaryFolder
  private var path: FilePath { folder.appending("box.mbox") }

  init() throws { folder = try TemporaryFolder() }

  /// Sun Nov 22 17:02:00 2026.
  private static let time: Int64 = 1_795_366_920
  private static let foreign = "From bob@example.org Sun Nov 22 17:02:00 2026\nSubject: foreign\n\nhello\n\n"

  private func text() throws -> String { String(decoding: try folder.read("box.mbox"), as: UTF8.self) }

  @discardableResult
  private func deliver(
    _ message: String, _ base: String = "1.a", _ flags: String? = nil, sender: String? = nil, isQuoted: Bool = false,
    to archive: MboxArchive
  ) throws -> Bool {
    let delivery = Delivery(
      base: base, flags: flags, isNamedByContent: false, sender: sender, isQuoted: isQuoted)
    return try archive.deliver(ArraySource(Array(message.utf8)), as: delivery, at: Self.time)
  }

  /// The messages that a reader finds, without the mark.
  private func messages() throws -> [String] {
    let store = try ByteStore.file(path)
    var reader = try MboxReader(store)
    var found: [String] = []
    while let entry = try reader.nextEntry() {
      let text = String(decoding: try store.read(entry.range), as: UTF8.self)
      found.append(text.hasPrefix("X-Postseal-Delivery: ") ? String(text.drop { $0 != "\n" }.dropFirst()) : text)
    }
    return found
  }

  // MARK: What is written

  @Test func `a message stands behind its From line, its mark and its flags, and an empty line ends it`() throws {
    let archive = try MboxArchive(path)
    try deliver("Subject: 1\n\none\n", "1.a", to: archive)
    try deliver("Return-Path: <alice@example.org>\r\nSubject: 2\r\n\r\ntwo", "2.a", "FRS", to: archive)
    try deliver("Subject: 3\n\n", "3.a", "", sender: "carol@example.net", to: archive)
    #expect(
      try text() == """
        From MAILER-DAEMON Sun Nov 22 17:02:00 2026
        X-Postseal-Delivery: whole=1; name=1.a
        Subject: 1

        one

        From alice@example.org Sun Nov 22 17:02:00 2026
        X-Postseal-Delivery: whole=1; name=2.a
        Status: RO
        X-Status: AF
        Return-Path: <alice@example.org>
        Subject: 2

        two

        From carol@example.net Sun Nov 22 17:02:00 2026
        X-Postseal-Delivery: whole=1; name=3.a
        Status: O
        Subject: 3



        """)
    let mode = try FileManager.default.attributesOfItem(atPath: path.string)[.posixPermissions]
    #expect(mode as? Int == 0o600)
    #expect(try folder.contents() == ["box.mbox"])
  }

  @Test(arguments: [
    (0, "Thu Jan  1 00:00:00 1970"), (1_795_366_920, "Sun Nov 22 17:02:00 2026"),
    (1_582_934_400, "Sat Feb 29 00:00:00 2020"),
  ])
  func `a From line has the time as asctime writes it, in UTC`(seconds: Int64, text: String) throws {
    let line = FromLine.text(sender: "a@example.org", delivered: seconds)
    #expect(line == "From a@example.org \(text)\n")
    let read = try #require(FromLine(Array(line.utf8)))
    #expect(read.delivered == seconds && read.sender == "a@example.org")
  }

  @Test(arguments: ["", "a b", "a\nFrom x", "-", String(repeating: "x", count: 255), "ü@example.org"])
  func `a sender that cannot stand in a From line is nobody`(sender: String) {
    #expect(FromLine.text(sender: sender, delivered: 0).hasPrefix("From MAILER-DAEMON Thu "))
  }

  @Test func `lines that look like From lines are quoted, and nothing of a message starts another one`() throws {
    let archive = try MboxArchive(path)
    let body = "From bob@example.org Sun Nov 22 17:02:00 2026\n>From x\n>>From y\n From z\nFrom\n\nFrom here\n"
    try deliver("Subject: 1\n\n\(body)", "1.a", to: archive)
    try deliver("Subject: 2\n\n\(body)", "2.a", isQuoted: true, to: archive)
    let quoted =
      ">From bob@example.org Sun Nov 22 17:02:00 2026\n>>From x\n>>>From y\n From z\nFrom\n\n>From here\n"
    let kept = ">From bob@example.org Sun Nov 22 17:02:00 2026\n>From x\n>>From y\n From z\nFrom\n\n>From here\n"
    #expect(try messages() == ["Subject: 1\n\n\(quoted)", "Subject: 2\n\n\(kept)"])
  }

  @Test func `what a message says of another mailbox is left out, and a mark that it has counts for nothing`() throws {
    let archive = try MboxArchive(path)
    let fields = [
      "Status: RO", "x-status : D\n more", "Content-Length: 100000", "X-UID: 7", "X-IMAPbase: 1 2",
      "X-Postseal-Delivery: whole=1; name=9.z",
    ]
    try deliver("From x\n\(fields.joined(separator: "\n"))\nSubject: 1\nStatus: O\n\nStatus: text\n", to: archive)
    #expect(try messages() == ["Subject: 1\n\nStatus: text\n"])
    #expect(try MboxArchive(path).claim("9.z") == .free)
  }

  @Test func `flags and dates survive from mbox to mbox and from Maildir to mbox`() throws {
    let archive = try MboxArchive(path)
    try deliver("Subject: 1\n\none\n", "1.a", "DFRST", to: archive)
    var reader = try MboxReader(ByteStore.file(path))
    let message = try #require(try reader.nextMessage())
    #expect(try message.delivery().flags == "DFRST")
    #expect(try message.delivered(message.bytes()) == Self.time)
  }

  @Test func `it continues what other programs wrote, however that ends`() throws {
    for (end, gap) in [("", ""), ("\n", ""), ("hello", "\n\n"), ("hello\n", "\n"), ("hello\r\n", "\n")] {
      let start = "From bob@example.org Sun Nov 22 17:02:00 2026\nSubject: foreign\n\n"
      try folder.write(Array((start + end).utf8), to: "box.mbox")
      try deliver("Subject: 1\n\none\n", to: MboxArchive(path))
      #expect(try text().hasPrefix(start + end + gap + "From MAILER-DAEMON "))
      #expect(try messages().count == 2)
    }
  }

  @Test(arguments: ["Subject: x\n\nhello\n", "\n", "From here on\n"])
  func `a file of other things is no mbox, and is not touched`(text: String) throws {
    try folder.write(Array(text.utf8), to: "box.mbox")
    #expect(throws: MailboxProblem.notMbox) { try MboxArchive(path) }
    #expect(try self.text() == text)
  }

  @Test func `whatever messages are written, a reader finds those and no others`() throws {
    let pieces = [
      "From bob@example.org Sun Nov 22 17:02:00 2026\n", ">From x\n", "\n", "\r\n", "text", "Content-Length: 30\n",
      "Content-Length : 9\n", "no field\n", "Subject: x\r\n", " more\n", "\r", "From - \n", "Status: RO\n", "\n\n",
    ]
    var random = SplitMix64(seed: 5)
    for round in 0..<60 {
      let messages = (0..<4).map { _ in
        (0..<Int.random(in: 0...9, using: &random)).map { _ in pieces.randomElement(using: &random) ?? "" }
      }
      try? FileManager.default.removeItem(atPath: path.string)
      let archive = try MboxArchive(path)
      for (index, message) in messages.enumerated() {
        try deliver(message.joined(), "\(index).a", to: archive)
      }
      let store = try ByteStore.file(path)
      var reader = try MboxReader(store)
      for (index, message) in messages.enumerated() {
        let entry = try #require(try reader.nextEntry(), "\(round): \(messages)")
        let bytes = try store.read(entry.range)
        #expect(DeliveryMark(startOf: bytes)?.base == "\(index).a", "\(round): \(messages)")
        let text = try TransformedSource(store.source(entry.range), MboxUnquoting()).readAll(limit: .max, what: "it")
        let lines = String(decoding: text, as: UTF8.self).replacing("\r", with: "").split(separator: "\n").dropFirst()
        let meant = message.joined().replacing("\r\n", with: "\n").replacing("\r", with: "").split(separator: "\n")
        // What is left out is left out of the header alone.
        let dropped = meant.filter { !lines.contains($0) }
        let mayBe: [Substring] = ["Content-", "Status: ", "From bob", "From - ", " more"]
        #expect(dropped.allSatisfy { mayBe.contains($0.prefix(8)) }, "\(round): \(messages)")
      }
      #expect(try reader.nextEntry() == nil, "\(round): \(messages)")
    }
  }

  // MARK: What is there already

  @Test func `a message is there once, whoever wrote it meanwhile`() throws {
    let (one, other) = (try MboxArchive(path), try MboxArchive(path))
    #expect(try deliver("Subject: 1\n\none\n", "1.a", to: one))
    #expect(try !deliver("Subject: 1\n\none\n", "1.a", to: one))
    #expect(try !deliver("Subject: 1\n\none\n", "1.a", to: other))
    #expect(try deliver("Subject: 2\n\ntwo\n", "2.a", to: other))
    #expect(try !deliver("Subject: 2\n\ntwo\n", "2.a", to: one))
    #expect(try messages().count == 2)
    #expect(try MboxArchive(path).claim("2.a") == .isThere)
  }

  @Test func `what another program rewrote or replaced meanwhile is looked at again`() throws {
    let archive = try MboxArchive(path)
    try deliver("Subject: 1\n\none\n", "1.a", to: archive)
    try Data(Self.foreign.utf8).write(to: URL(fileURLWithPath: path.string), options: .atomic)
    try deliver("Subject: 2\n\ntwo\n", "2.a", to: archive)
    #expect(try messages() == ["Subject: foreign\n\nhello\n", "Subject: 2\n\ntwo\n"])
  }

  @Test func `threads deliver whole messages`() async throws {
    let archive = try MboxArchive(path)
    let folder = folder
    try await withThrowingTaskGroup(of: Void.self) { group in
      for number in 0..<40 {
        group.addTask {
          let body = String(repeating: "\(number)\n", count: 1 + number * 300)
          let delivery = Delivery(base: "\(number).a", flags: nil, isNamedByContent: false)
          _ = try archive.deliver(ArraySource(Array("S: x\n\n\(body)".utf8)), as: delivery, at: nil)
        }
      }
      try await group.waitForAll()
    }
    #expect(try Set(messages().map { Set($0.dropFirst(6).split(separator: "\n")).count }) == [1])
    #expect(try messages().count == 40)
    #expect(try folder.contents() == ["box.mbox"])
  }

  // MARK: Failures and deaths

  @Test func `a message that cannot be read to its end leaves the file as it was`() throws {
    let archive = try MboxArchive(path)
    try deliver("Subject: 1\n\none\n", to: archive)
    let before = try text()
    let big = try folder.write(Array(repeating: 0x61, count: 1 << 20), to: "big")
    let parcel = Parcel(
      content: try ByteStore.file(big), delivery: Delivery(base: "2.a", flags: nil, isNamedByContent: false), time: nil)
    try FileHandle(forWritingTo: URL(fileURLWithPath: big.string)).truncate(atOffset: 300_000)
    #expect(throws: StreamError.changed(path: big.string)) { try archive.deliver(parcel) }
    #expect(try text() == before)
  }

  /// The bytes of a message as they are while it is written.
  private func unfinished() throws -> [UInt8] {
    let archive = try MboxArchive(path)
    try deliver("Subject: 2\n\n" + String(repeating: "two\n", count: 200), "2.a", to: archive)
    return Array(try text().replacing("whole=1", with: "whole=0").utf8)
  }

  @Test func `what a death leaves of a message is cut off by the next run, wherever it came`() throws {
    let message = try unfinished()
    // Of the From line alone, which goes with its mark to the disk in one call, something may stay.
    let line = try #require(message.firstIndex(of: 0x0A)) + 1
    for count in Array(line..<(line + 80)) + Array(stride(from: line + 80, through: message.count, by: 97)) {
      try folder.write(Array(Self.foreign.utf8) + message.prefix(count), to: "box.mbox")
      let archive = try MboxArchive(path)
      #expect(try text() == Self.foreign, "\(count)")
      #expect(archive.claim("2.a") == .free)
    }
  }

  @Test func `not a byte is cut off when another program has written behind what a death left`() throws {
    let message = try unfinished()
    for count in [200, 203, message.count - 1, message.count] {
      let left = Array(message.prefix(count))
      for other in [Self.foreign, String(Self.foreign.dropLast())] {
        try folder.write(left + Array(other.utf8), to: "box.mbox")
        let archive = try MboxArchive(path)
        #expect(try Array(text().utf8).starts(with: left + Array(other.utf8)))
        #expect(archive.claim("2.a") == .free)
      }
    }
    // However long the lines are that stand between.
    let long = message.prefix(200) + Array(repeating: 0x61, count: 70_000) + Array(Self.foreign.utf8)
    try folder.write(long, to: "box.mbox")
    _ = try MboxArchive(path)
    #expect(try folder.read("box.mbox") == Array(long))
  }

  @Test func `a message that was finished and made shorter by its reader stays`() throws {
    try deliver("Subject: 1\n\n" + String(repeating: "one\n", count: 99), to: MboxArchive(path))
    let shorter = try text().replacing("one\none\n", with: "")
    try folder.write(Array(shorter.utf8), to: "box.mbox")
    #expect(try MboxArchive(path).claim("1.a") == .isThere)
    #expect(try text() == shorter)
  }
}
