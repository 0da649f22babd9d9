import TestSupport
import Testing

@testable import MailTransport

@Suite struct DotStufferTests {
  private func stuffed(_ bytes: [UInt8], piece: Int) throws(ContentProblem) -> [UInt8] {
    var stuffer = DotStuffer()
    var result: [UInt8] = []
    var rest = bytes[...]
    while !rest.isEmpty {
      result += try stuffer.take(Array(rest.prefix(piece)))
      rest = rest.dropFirst(piece)
    }
    return try result + stuffer.finish() + DotStuffer.endOfData
  }

  /// What a server makes of it: the lines up to the first that is a single dot, with one dot less where one leads.
  private func received(_ bytes: [UInt8]) -> (message: [UInt8], rest: [UInt8])? {
    var message: [UInt8] = []
    var rest = bytes[...]
    while let end = rest.firstIndex(of: 0x0A) {
      let line = rest[...end]
      rest = rest[(end + 1)...]
      if Array(line) == DotStuffer.endOfData { return (message, Array(rest)) }
      message += line.first == UInt8(ascii: ".") ? line.dropFirst() : line
    }
    return nil
  }

  @Test(arguments: [
    ("a\r\n", "a\r\n.\r\n"), (".\r\n", "..\r\n.\r\n"), ("..\r\n", "...\r\n.\r\n"), ("a.\r\n", "a.\r\n.\r\n"),
    ("a\r\n.b\r\n", "a\r\n..b\r\n.\r\n"), ("a", "a\r\n.\r\n"), ("a\r\n.", "a\r\n..\r\n.\r\n"),
    ("\r\n.\r\n", "\r\n..\r\n.\r\n"),
  ]) func `a dot is doubled at the start of a line and nowhere else`(text: String, wire: String) throws {
    for piece in 1...4 { #expect(try stuffed(Array(text.utf8), piece: piece) == Array(wire.utf8)) }
  }

  @Test func `a server gets the message back, and one end of data`() throws {
    var generator = SplitMix64(seed: 20)
    let words = ["\r\n", ".", "..", "a", "bc", "\r\n.\r\n", "\r\n..", "é"]
    for _ in 0..<2000 {
      let text = (0..<Int.random(in: 1...20, using: &generator)).compactMap { _ in
        words.randomElement(using: &generator)
      }
      let message = Array((text.joined() + "\r\n").utf8)
      let wire = try stuffed(message, piece: Int.random(in: 1...9, using: &generator))
      let server = try #require(received(wire))
      #expect(server.message == message)
      #expect(server.rest == [])
    }
  }

  @Test(arguments: [
    ("a\nb\r\n", ContentProblem.bareLineEnd(offset: 1)), ("a\rb\r\n", .bareLineEnd(offset: 1)),
    ("a\r\r\n", .bareLineEnd(offset: 1)), ("a\r", .bareLineEnd(offset: 1)), ("\n", .bareLineEnd(offset: 0)),
    ("a\r\n.\n\r\nMAIL", .bareLineEnd(offset: 4)), ("a\r\n.\r", .bareLineEnd(offset: 4)),
    ("a\0b\r\n", .nul(offset: 1)), ("", .empty),
    ("x\r\n" + String(repeating: "y", count: 999) + "\r\n", .longLine(offset: 3)),
  ]) func `what could be read as an end of data, or cut, never leaves`(text: String, problem: ContentProblem) {
    for piece in [1, 2, 3, 4096] {
      #expect(throws: problem) { try stuffed(Array(text.utf8), piece: piece) }
    }
  }

  @Test func `a line of 998 octets passes`() throws {
    let line = Array((String(repeating: "y", count: 998) + "\r\n").utf8)
    #expect(try stuffed(line, piece: 100) == line + DotStuffer.endOfData)
  }

  @Test(arguments: [
    ("Subject: a\r\n\r\nb\r\n", false, false), ("Subject: a\r\n\r\né\r\n", true, false),
    ("Subject: é\r\n\r\nb\r\n", true, true),
  ]) func `a survey tells what a message needs`(text: String, eightBit: Bool, eightBitHeader: Bool) throws {
    var survey = ContentSurvey()
    for byte in text.utf8 { try survey.take([byte]) }
    try survey.finish()
    #expect(survey.octets == text.utf8.count)
    #expect(survey.needs.contains(.eightBitMIME) == eightBit)
    #expect(survey.needs.contains(.smtpUTF8) == eightBitHeader)
  }
}
