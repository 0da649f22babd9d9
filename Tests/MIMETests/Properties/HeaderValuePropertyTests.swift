import MIME
import TestSupport
import Testing

/// Every value is written so that it reads the same, or is refused.
struct HeaderValuePropertyTests {
  /// What is tried: letters of all planes, controls, and what has a meaning in header fields.
  private static let pieces: [String] = [
    "a", "Z", "7", " ", "  ", "\t", "\"", "\\", "(", ")", "<", ">", "@", ",", ";", ":", ".", "=", "?", "=?", "?=",
    "=?utf-8?q?x?=", "ä", "漢", "😀", "e\u{301}", "\u{202E}", "\u{200B}", "\u{FEFF}", "\u{85}", "\u{A0}", "\u{2028}",
    "\u{FFFD}", "\r", "\n", "\r\n", "\r\n ", "\0", "\u{1B}[2J", "\u{7F}", "'", "*", "%41", "--", "word", "example.org",
  ]

  private static func value(using random: inout SplitMix64) -> String {
    // Most values without a control character, which all but ends the matter.
    let isClean = Int.random(in: 0...4, using: &random) > 0
    let pieces = isClean ? pieces.filter { !hasControl($0) || $0 == "\t" } : pieces
    // Some are far longer than a line.
    let count = [3, 12, 60, 900][Int.random(in: 0...3, using: &random)]
    let length = Int.random(in: 0...count, using: &random)
    return (0..<length).map { _ in pieces.randomElement(using: &random) ?? "" }.joined()
  }

  private static func hasControl(_ text: String) -> Bool { text.utf8.contains { $0 < 0x20 || $0 == 0x7F } }

  /// The one field that `line` is.
  private func readBack(_ line: FieldLine) throws -> HeaderField {
    let structure = try MessageStructure.parse(line.bytes + octets("\r\n"))
    #expect(structure.root.header.count == 1, "\(text(line.bytes).debugDescription)")
    #expect(structure.root.body.isEmpty)
    #expect(text(line.bytes).utf8.split(separator: 10).allSatisfy { $0.count <= 999 && $0.last == 13 })
    #expect(line.bytes.allSatisfy { $0 < 0x80 && $0 != 0 })
    return try #require(structure.root.header.fields.first)
  }

  @Test(arguments: 0..<4 as Range<UInt64>)
  func `free text reads as it was written, and control characters are refused`(batch: UInt64) throws {
    var random = SplitMix64(seed: batch)
    for _ in 0..<150 {
      let value = Self.value(using: &random)
      let shown = value.replacing("\t", with: " ")
      guard !Self.hasControl(shown) else {
        #expect(throws: MIMEError.self) { try FieldLine.unstructured("Subject", value) }
        continue
      }
      let field = try readBack(try FieldLine.unstructured("Subject", value))
      #expect(field.text.unicodeScalars.elementsEqual(shown.unicodeScalars), "\(value.debugDescription)")
    }
  }

  @Test(arguments: 0..<4 as Range<UInt64>)
  func `a display name reads as it was written, or is refused`(batch: UInt64) throws {
    var random = SplitMix64(seed: 100 + batch)
    var written = 0
    for _ in 0..<150 {
      let name = Self.value(using: &random)
      let address = try AddrSpec("bob@example.org")
      guard !Self.hasControl(name) else {
        #expect(throws: MIMEError.self) { try Mailbox(address, displayName: name) }
        continue
      }
      let list = AddressList([try Mailbox(address, displayName: name)])
      guard let line = try? FieldLine.addresses("Reply-To", list) else { continue }
      written += 1
      #expect(try AddressList(parsing: try readBack(line).value) == list, "\(name.debugDescription)")
    }
    #expect(written > 50)
  }

  @Test(arguments: 0..<4 as Range<UInt64>)
  func `a file name reads as it was written, or is refused`(batch: UInt64) throws {
    var random = SplitMix64(seed: 200 + batch)
    var written = 0
    for _ in 0..<150 {
      let name = Self.value(using: &random)
      guard let line = try? FieldLine.parameterized("Content-Disposition", "attachment", ["filename": name]) else {
        #expect(Self.hasControl(name) || name.utf8.count > 1_000)
        continue
      }
      written += 1
      let read = try ContentDisposition(parsing: try readBack(line).value).filename
      #expect(read.map { $0.unicodeScalars.elementsEqual(name.unicodeScalars) } == true, "\(name.debugDescription)")
    }
    #expect(written > 50)
  }

  @Test(arguments: 0..<4 as Range<UInt64>)
  func `an address of any text is one address again, or is refused`(batch: UInt64) throws {
    var random = SplitMix64(seed: 300 + batch)
    var written = 0
    for _ in 0..<300 {
      let local = Self.value(using: &random)
      guard let address = try? AddrSpec(localPart: local, domain: "example.org") else { continue }
      #expect(!Self.hasControl(local))
      #expect(try AddrSpec(address.text) == address)
      let list = AddressList([try Mailbox(address)])
      guard let line = try? FieldLine.addresses("From", list) else { continue }
      written += 1
      #expect(try AddressList(parsing: try readBack(line).value) == list)
    }
    #expect(written > 20)
  }
}
