import Testing

@testable import MailTransport

@Suite struct SMTPReplyParserTests {
  private func parse(_ text: String, piece: Int = .max) -> Result<[String], SMTPReplyParser.Violation> {
    var parser = SMTPReplyParser()
    var replies: [String] = []
    var bytes = Array(text.utf8)[...]
    do throws(SMTPReplyParser.Violation) {
      while !bytes.isEmpty {
        try parser.receive(bytes.prefix(piece))
        bytes = bytes.dropFirst(piece)
        while let reply = parser.take() { replies.append(reply.words.description) }
      }
    } catch {
      return .failure(error)
    }
    return .success(replies)
  }

  @Test(arguments: [
    ("250 ok\r\n", ["250 ok"]), ("250\r\n", ["250"]), ("250 \r\n", ["250"]), ("250-\r\n250 \r\n", ["250"]),
    ("250-one\r\n250-two\r\n250 three\r\n", ["250 one two three"]),
    ("250 ok\n550 no\n", ["250 ok", "550 no"]), ("354 go\r\n250 o", ["354 go"]), ("559 x\r\n", ["559 x"]),
    ("250 caf\u{E9}\r\n", ["250 caf\u{E9}"]), ("550 \u{1B}[2J\r\n", ["550 \\u{1b}[2J"]),
    ("550 \u{202E}evil\r\n", ["550 \\u{202e}evil"]),
  ]) func `replies are read, however they are split`(text: String, replies: [String]) {
    for piece in 1...(text.utf8.count) { #expect(parse(text, piece: piece) == .success(replies)) }
  }

  @Test(arguments: [
    ("hello\r\n", "a line that is no reply: hello"), ("25 ok\r\n", "a line that is no reply: 25 ok"),
    ("\r\n", "a line that is no reply: "), ("150 early\r\n", "a line that is no reply: 150 early"),
    ("260 x\r\n", "a line that is no reply: 260 x"), ("2５0 x\r\n", "a line that is no reply: 2５0 x"),
    ("250_ok\r\n", "a line that is no reply: 250_ok"), ("999 x\r\n", "a line that is no reply: 999 x"),
    ("250-one\r\n550 two\r\n", "one reply with two codes, 250 and 550"), ("250 \0\r\n", "a NUL in its reply"),
  ]) func `what is no reply is a violation, however it is split`(text: String, violation: String) {
    for piece in 1...text.utf8.count {
      #expect(parse(text, piece: piece) == .failure(SMTPReplyParser.Violation(description: violation)))
    }
  }

  @Test func `a line without end and a reply without end are violations`() {
    let endless = String(repeating: "x", count: 5000)
    #expect(parse("250 " + endless) == .failure(.init(description: "a line of more than 4096 bytes")))
    let lines = String(repeating: "250-x\r\n", count: 300)
    #expect(parse(lines) == .failure(.init(description: "a reply of more than 256 lines")))
  }

  @Test func `replies that nobody asked for do not pile up without end`() throws {
    var parser = SMTPReplyParser()
    #expect(throws: SMTPReplyParser.Violation(description: "replies without end")) {
      for _ in 0...SMTPReplyParser.backlogLimit { try parser.receive(Array("250 ok\r\n".utf8)) }
    }
    #expect(parser.take() == SMTPReply(code: 250, lines: [Array("ok".utf8)]))
  }

  @Test func `random bytes give replies or a violation, never a crash`() {
    var generator = SystemRandomNumberGenerator()
    let alphabet = Array("0123456789 -\r\nab\u{0}é".utf8)
    for _ in 0..<2000 {
      var parser = SMTPReplyParser()
      let bytes = (0..<Int.random(in: 0...60, using: &generator)).map { _ in
        alphabet[Int.random(in: 0..<alphabet.count, using: &generator)]
      }
      try? parser.receive(bytes)
      while let reply = parser.take() { #expect((200...559).contains(reply.code)) }
    }
  }
}
