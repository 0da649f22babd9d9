import ByteStreams
import Testing

@testable import MIME

@Suite struct AutocryptReadingTests {
  /// 2026-11-22 17:02 UTC.
  private static let date: Int64 = 1_795_366_920
  private static let now = date + 3600
  private static let field = "Autocrypt: addr=bob@example.org; keydata=mZmZ"

  private func read(_ lines: [String], received: Int64? = nil) throws -> AutocryptReading {
    let bytes = Array((lines + ["", "text", ""]).joined(separator: "\r\n").utf8)
    return try AutocryptReading(
      try MessageStructure.parse(ArraySource(bytes)).root, received: received, now: Self.now)
  }

  private static let fromField = "From: Bob <Bob@Example.org>"
  private static let dateField = "Date: Sun, 22 Nov 2026 18:02:00 +0100"
  private static let sound = [fromField, dateField]

  @Test func `sender, date and field of a sound message are read`() throws {
    let reading = try read(Self.sound + [Self.field])
    #expect(reading.sender.text == "bob@example.org")
    #expect(reading.date == Self.date)
    #expect(reading.header?.keyData == [0x99, 0x99, 0x99])
  }

  @Test(arguments: [
    // Another address than the sender's.
    ["Autocrypt: addr=mallory@example.org; keydata=mZmZ"],
    // More than one valid one.
    [field, field],
    [field, "Autocrypt: addr=bob@example.org; prefer-encrypt=mutual; keydata=AAAA"],
    // Gossip where everybody can read it, and write it.
    ["Autocrypt-Gossip: addr=bob@example.org; keydata=mZmZ"],
    ["Sender: mallory@example.org", "Autocrypt: addr=mallory@example.org; keydata=mZmZ"],
    [],
  ])
  func `a message without one valid field of its sender is one without a field`(fields: [String]) throws {
    #expect(try read(Self.sound + fields).header == nil)
  }

  @Test(arguments: [
    "Autocrypt: addr=bob@example.org; critical=1; keydata=AAAA",
    "Autocrypt: addr=mallory@example.org; keydata=AAAA",
    "Autocrypt: addr=bob@example.org; keydata=" + String(repeating: "AAAA", count: 3000),
  ])
  func `an invalid field beside a valid one does no harm`(invalid: String) throws {
    #expect(try read(Self.sound + [invalid, Self.field]).header?.keyData == [0x99, 0x99, 0x99])
  }

  private static let silences: [([String], AutocryptReading.Silence)] = [
    (["From: bob@example.org, eve@example.org", dateField], .sender),
    (["From: bob@example.org", "From: bob@example.org", dateField], .sender),
    ([dateField], .sender),
    ([fromField, dateField, "Content-Type: multipart/report; boundary=x"], .automatic),
    ([fromField, dateField, "Auto-Submitted: auto-replied"], .automatic),
    ([fromField, dateField, "Auto-Submitted: Auto-Replied (vacation)"], .automatic),
    ([fromField], .undated),
    ([fromField, "Date: yesterday"], .undated),
    ([fromField, "Date: Sun, 22 Nov 2035 18:02:00 +0100"], .undated),
    ([fromField, dateField, dateField], .undated),
  ]

  @Test(arguments: silences)
  func `a message that says nothing about its sender is passed over`(
    lines: [String], silence: AutocryptReading.Silence
  ) throws {
    #expect(throws: silence) { try read(lines + [Self.field]) }
  }

  @Test func `a message of a mailing list's robot is not an answer`() throws {
    #expect(try read(Self.sound + ["Auto-Submitted: auto-generated", Self.field]).header != nil)
  }

  @Test(arguments: [
    ("Date: Sun, 22 Nov 2035 18:02:00 +0100", date - 60, date - 60),
    ("Date: Sun, 22 Nov 2035 18:02:00 +0100", now + 900, now),
    ("X-Date: none", date - 60, date - 60),
    ("Date: Sun, 22 Nov 2026 18:02:00 +0100", date + 60, date),
  ])
  func `a date in the future is the time of delivery, and never later than now`(
    field: String, received: Int64, expected: Int64
  ) throws {
    #expect(try read([Self.sound[0], field], received: received).date == expected)
  }

  private func gossip(_ lines: [String]) throws -> [String] {
    let header = try MessageStructure.parse(ArraySource(Array((lines + ["", ""]).joined(separator: "\r\n").utf8)))
      .root.header
    return AutocryptReading.gossip(in: header, of: Array(header.fields)).map(\.address.text)
  }

  @Test func `gossip is heard about recipients only, and about nobody twice`() throws {
    func told(_ address: String) -> String { "Autocrypt-Gossip: addr=\(address); keydata=mZmZ" }
    let recipients = ["To: Bob@example.org, dave@example.org", "Cc: carol@example.net", "Bcc: eve@example.org"]
    #expect(try gossip(recipients + [told("bob@example.org"), told("Carol@Example.net")]).count == 2)
    // Somebody in Bcc, somebody elsewhere, the sender, and an answer's address are no recipients.
    for other in ["eve@example.org", "mallory@example.org", "alice@example.org"] {
      #expect(try gossip(recipients + ["From: alice@example.org", told(other), told("dave@example.org")]).count == 1)
    }
    #expect(try gossip(recipients + [told("dave@example.org"), told("DAVE@example.org")]).isEmpty)
    #expect(try gossip([told("dave@example.org")]).isEmpty)
  }
}
