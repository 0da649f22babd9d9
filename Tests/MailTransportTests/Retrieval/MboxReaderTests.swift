import ByteStreams
import Foundation
import SystemPackage
import TestSupport
import Testing

@testable import MailTransport

@Suite struct MboxReaderTests {
  private static let from = "From alice@example.org Sun Nov 22 17:02:00 2026\n"

  /// The texts of the messages found.
  private func messages(_ text: String) throws -> [String] { try messages(Array(text.utf8)) }

  private func messages(_ bytes: [UInt8]) throws -> [String] {
    let store = ByteStore(bytes)
    var reader = try MboxReader(store)
    var found: [String] = []
    while let entry = try reader.nextEntry() {
      found.append(String(decoding: try store.read(entry.range), as: UTF8.self))
    }
    return found
  }

  @Test func `messages end before the empty line that stands between them`() throws {
    let text = "\(Self.from)Subject: 1\n\none\n\n\(Self.from)Subject: 2\n\ntwo\n\n"
    #expect(try messages(text) == ["Subject: 1\n\none\n", "Subject: 2\n\ntwo\n"])
  }

  @Test func `line ends may be CRLF`() throws {
    let text = "\(Self.from)Subject: 1\n\none\n\n\(Self.from)Subject: 2\n\ntwo\n".replacing("\n", with: "\r\n")
    #expect(try messages(text) == ["Subject: 1\r\n\r\none\r\n", "Subject: 2\r\n\r\ntwo\r\n"])
  }

  @Test(arguments: [
    ("two", "two"), ("two\n", "two\n"), ("two\n\n", "two\n"), ("two\n\n\n", "two\n\n"), ("", ""), ("\n", ""),
  ])
  func `the end of the file is the end of the last message`(end: String, body: String) throws {
    #expect(try messages("\(Self.from)S: 1\n\n1\n\n\(Self.from)S: 2\n\n\(end)").last == "S: 2\n\n" + body)
  }

  @Test(arguments: [
    "", "\n", "Subject: x\n\n\(from)\n", "From\n", "From alice, with love\n\nSubject: x\n",
    "from a Sun Nov 22 17:02:00 2026\n",
  ])
  func `what does not start with a From line is no mbox`(text: String) throws {
    #expect(try !MboxReader(ByteStore(Array(text.utf8))).isMbox)
    #expect(try messages(text).isEmpty)
  }

  @Test(arguments: [
    "From here on it goes up.\n", "From Sun to Mon in Nov 2026\n", "From 17:02:00 2026\n",
    ">From alice@example.org Sun Nov 22 17:02:00 2026\n", "From \n", "From alice Sun Nov 22 17:02:00 26\n",
  ])
  func `a line of the text that starts with From is text`(line: String) throws {
    #expect(try messages("\(Self.from)S: 1\n\none\n\n\(line)two\n") == ["S: 1\n\none\n\n\(line)two\n"])
  }

  @Test func `a From line that no empty line stands before is text`() throws {
    #expect(try messages("\(Self.from)S: 1\n\none\n\(Self.from)two\n") == ["S: 1\n\none\n\(Self.from)two\n"])
  }

  @Test(arguments: [
    ("From - Sun Nov 22 17:02:00 2026\n", 1_795_366_920 as Int64?),
    ("From \"a b\"@example.org Sun Nov 22 17:02:00 2026\n", 1_795_366_920),
    ("From a@example.org Sun Nov 22 17:02 MET 2026\n", 1_795_366_920),
    ("From a@example.org Sun, 22 Nov 2026 17:02:00 +0000\n", 1_795_366_920),
    ("From MAILER-DAEMON  Sun Nov  1 00:00:00 2026 remote from x\n", 1_793_491_200), ("From \n", nil),
    ("From -\r\n", nil),
  ])
  func `From lines of many programs start a message, and date it`(line: String, delivered: Int64?) throws {
    var reader = try MboxReader(ByteStore(Array("\(line)S: 1\n\none\n\n\(line)S: 2\n\ntwo\n".utf8)))
    #expect(try reader.nextEntry()?.delivered == delivered)
    #expect(try reader.nextEntry() != nil)
    #expect(try reader.nextEntry() == nil)
  }

  @Test func `a Content-Length that leads to a From line or the end is believed`() throws {
    let body = "one\n\n\(Self.from)still one\n"
    let first = "S: 1\nContent-Length: \(body.utf8.count)\n\n\(body)"
    #expect(try messages("\(Self.from)\(first)\n\(Self.from)S: 2\n\ntwo\n") == [first, "S: 2\n\ntwo\n"])
    #expect(try messages("\(Self.from)\(first)") == [first])
  }

  @Test(arguments: ["0", "3", "8", "100000", "-1", "999999999999999999999", "x", ""])
  func `a Content-Length that leads elsewhere is not believed`(length: String) throws {
    let first = "S: 1\nContent-Length: \(length)\n\none, two\n"
    #expect(try messages("\(Self.from)\(first)\n\(Self.from)S: 2\n\ntwo\n") == [first, "S: 2\n\ntwo\n"])
  }

  @Test func `a Content-Length that is text is not believed`() throws {
    let body = "one\n\n\(Self.from)S: 2\n\ntwo\n"
    let first = "S: 1\nno field\nContent-Length: \(body.utf8.count)\n\n"
    #expect(try messages("\(Self.from)\(first)\(body)") == [first + "one\n", "S: 2\n\ntwo\n"])
  }

  @Test func `nobody hides the next message in theirs by guessing how long it is`() throws {
    let next = "Subject: secret\n\ntwo\n"
    let body = "one\n\n\(Self.from)\(next)"
    let hiding = "Subject: 1\nContent-Length: \(body.utf8.count)\n\n"
    let found = [hiding + "one\n", next]
    #expect(try messages("\(Self.from)\(hiding)\(body)") == found)
    #expect(try messages("\(Self.from)\(hiding)\(body)\n\(Self.from)S: 3\n\nthree\n") == found + ["S: 3\n\nthree\n"])
    // In a file whose messages all tell their length it is text.
    let told = "S: 0\nContent-Length: 5\n\nzero\n"
    #expect(try messages("\(Self.from)\(told)\n\(Self.from)\(hiding)\(body)") == [told, hiding + body])
    #expect(
      try messages("\(Self.from)\(hiding)\(body)\n\(Self.from)\(told)") == [hiding + body, told])
  }

  @Test(arguments: [
    // mboxrd and mboxo: every line that is From behind none or more > is quoted, or those that are From alone.
    ("mboxrd", ">From me\n>>From you\n", false), ("mboxo", ">From me\n>From you\n", false),
    // mboxcl2: nothing is quoted, and a length says where the message ends.
    ("mboxcl2", "one\n\nFrom bob@example.org Sun Nov 22 17:02:00 2026\nFrom: me\n\n", true),
  ])
  func `each dialect is read, with its lines as they stand`(dialect: String, body: String, hasLength: Bool) throws {
    let length = hasLength ? "Content-Length: \(body.utf8.count)\n" : ""
    let first = "S: 1\n\(length)\n\(body)"
    let text = "\(Self.from)\(first)\n\(Self.from)S: 2\n\(length.isEmpty ? "" : "Content-Length: 4\n")\ntwo\n"
    let found = try messages(text)
    #expect(found.count == 2 && found[0] == first, "\(dialect): \(found)")
    var reader = try MboxReader(ByteStore(Array(text.utf8)))
    let delivery = try #require(try reader.nextMessage()).delivery()
    #expect(delivery.isQuoted == !hasLength)
    #expect(delivery.sender == "alice@example.org")
  }

  @Test func `a file that shrinks while it is read is an error, not another message`() throws {
    let folder = try TemporaryFolder()
    let entry = "\(Self.from)S: 1\n\n" + String(repeating: "one\n", count: 1000) + "\n"
    let path = try folder.write(Array(String(repeating: entry, count: 200).utf8), to: "box")
    var reader = try MboxReader(ByteStore.file(path), window: 4096)
    let first = try #require(try reader.nextMessage()).bytes()
    try FileHandle(forWritingTo: URL(fileURLWithPath: path.string)).truncate(atOffset: 6000)
    #expect(throws: StreamError.changed(path: path.string)) { while try reader.nextMessage() != nil {} }
    #expect(throws: StreamError.changed(path: path.string)) { try first.checkUnchanged() }
  }

  @Test func `a file that grows while it is read has the messages that it had, each of them marked as changed`() throws
  {
    let folder = try TemporaryFolder()
    let entry = "\(Self.from)S: 1\n\none\n\n"
    let path = try folder.write(Array((entry + entry).utf8), to: "box")
    var reader = try MboxReader(ByteStore.file(path))
    let file = try FileHandle(forWritingTo: URL(fileURLWithPath: path.string))
    try file.seekToEnd()
    try file.write(contentsOf: Data(entry.utf8))
    var count = 0
    while let message = try reader.nextMessage() {
      count += 1
      #expect(throws: StreamError.changed(path: path.string)) { try message.bytes().checkUnchanged() }
    }
    #expect(count == 2)
  }

  @Test func `messages longer than what is read at once are found whole`() throws {
    let line = String(repeating: "x", count: 99) + "\n"
    let bodies = [2621, 2622, 6000, 1].map { String(repeating: line, count: $0) }
    let long = String(repeating: "y", count: 700_000)
    let text = (bodies + [long]).map { "\(Self.from)S: x\n\n\($0)\n\n" }.joined()
    #expect(try messages(text) == (bodies + [long]).map { "S: x\n\n\($0)\n" })
  }

  @Test func `a hundred thousand messages are found in linear time`() throws {
    let entry = Array("\(Self.from)Subject: x\n\nshort\n\n".utf8)
    func seconds(_ count: Int) throws -> Double {
      let store = ByteStore(Array(repeatElement(entry, count: count).joined()))
      return try ProcessorTime.seconds {
        var reader = try MboxReader(store)
        var found = 0
        while try reader.nextEntry() != nil { found += 1 }
        #expect(found == count)
      }
    }
    let (few, many) = (try seconds(10_000), try seconds(100_000))
    #expect(many < 40 * few && many < 30)
  }

  @Test func `a Content-Length that leads far away, or into a line without an end, costs no time`() throws {
    func seconds(_ length: String) throws -> Double {
      let entry = "\(Self.from)Content-Length: \(length)\nSubject: x\n\nshort\n\n"
      let text = String(repeating: entry, count: 2000) + "From " + String(repeating: "x", count: 16 << 20)
      let store = ByteStore(Array(text.utf8))
      return try ProcessorTime.seconds {
        var reader = try MboxReader(store)
        var found = 0
        while try reader.nextEntry() != nil { found += 1 }
        #expect(found == 2000)
      }
    }
    let (far, none) = (try seconds("999999"), try seconds("none"))
    #expect(far < 5 * none + 1)
  }

  @Test func `flags of mail programs are kept, and do not make another message`() throws {
    func delivery(_ fields: String) throws -> Delivery {
      let text = "\(Self.from)\(fields)Subject: x\n\none\n"
      var reader = try MboxReader(ByteStore(Array(text.utf8)))
      return try #require(try reader.nextMessage()).delivery()
    }
    let plain = try delivery("")
    #expect(plain.flags == nil && plain.base.hasPrefix("postseal-") && plain.base.utf8.count == 73)
    for (fields, flags) in [
      ("Status: RO\n", "S"), ("STATUS: O\nX-Status: AF\n", "FR"), ("X-UID: 7\nStatus: R\n\tO\nLines: 1\n", "S"),
    ] {
      #expect(
        try delivery(fields)
          == Delivery(
            base: plain.base, flags: flags, isNamedByContent: true, sender: "alice@example.org", isQuoted: true))
    }
    #expect(try delivery("Subject: y\n").base != plain.base)
    #expect(try delivery("X\rUID: 7\n").base != plain.base)
  }

  @Test(arguments: ["no colon", "", "\r"])
  func `what stands behind the header makes another message, whatever it looks like`(end: String) throws {
    func base(_ body: String) throws -> String {
      let text = "\(Self.from)Subject: x\n\(end)\nLines: \(body)\n \(body)\n\n"
      var reader = try MboxReader(ByteStore(Array(text.utf8)))
      return try #require(try reader.nextMessage()).delivery().base
    }
    #expect(try base("one") != base("two"))
  }
}
