import ByteStreams
import MIME
import Testing

/// Messages made to cost more than they weigh: each ends in a structure or a typed error, in linear time.
@Suite(.timeLimit(.minutes(20)))
struct HostileMessageTests {
  private func parse(_ pieces: some Sequence<String>, limits: MIMELimits = .standard) throws(MIMEError)
    -> MessageStructure
  {
    var parser = MessageParser(limits: limits)
    for piece in pieces { try parser.feed(Array(piece.utf8)) }
    return try parser.finish()
  }

  @Test func `ten thousand levels are an error`() {
    let levels = (0..<10_000).lazy.map { "Content-Type: multipart/mixed; boundary=b\($0)\r\n\r\n--b\($0)\r\n" }
    #expect(throws: MIMEError.limit(.nesting, value: 50)) { try parse(levels) }
    let messages = repeatElement("Content-Type: message/rfc822\r\n\r\n", count: 10_000)
    #expect(throws: MIMEError.limit(.nesting, value: 50)) { try parse(messages) }
  }

  @Test func `fifty levels are read, and a message inside one counts from there`() throws {
    let messages = repeatElement("Content-Type: message/rfc822\r\n\r\n", count: 50)
    #expect(try parse(messages).entities.last?.depth == 50)
    #expect(throws: MIMEError.limit(.nesting, value: 49)) { try parse(messages, limits: MIMELimits().below(depth: 1)) }
  }

  @Test func `a million parts are an error`() {
    let head = ["Content-Type: multipart/mixed; boundary=b\r\n\r\n"]
    let parts = repeatElement("--b\r\n\r\n", count: 1_000_000)
    #expect(throws: MIMEError.limit(.parts, value: 10_000)) { try parse(head + Array(parts)) }
  }

  @Test func `a hundred thousand parameters are an error`() {
    let text = "Content-Type: text/plain" + (0..<80_000).map { ";a\($0)=b" }.joined() + "\r\n\r\n"
    #expect(throws: MIMEError.limit(.parameters, value: 128)) { try parse([text]) }
  }

  @Test func `a boundary that no line can hold is an error`() throws {
    let boundary = String(repeating: "b", count: 998)
    let head = "Content-Type: multipart/mixed; boundary=\(boundary)"
    #expect(try parse([head, "\r\n\r\n--", boundary, "\r\n\r\n--\(boundary)--"]).entities.count == 2)
    #expect(throws: MIMEError.limit(.boundaryLength, value: 998)) { try parse([head, "b\r\n\r\n"]) }
  }

  @Test func `a field of more than a megabyte is an error, folded or not`() {
    let line = String(repeating: "x", count: 1 << 20)
    #expect(throws: MIMEError.limit(.fieldSize, value: 1 << 20)) { try parse(["A: ", line, "\r\n\r\n"]) }
    let folds = ["A: x\r\n"] + Array(repeating: " \(String(repeating: "x", count: 1000))\r\n", count: 1100)
    #expect(throws: MIMEError.limit(.fieldSize, value: 1 << 20)) { try parse(folds) }
  }

  @Test func `the bounds in force are those that are promised`() {
    let limits = MIMELimits.standard
    #expect(limits.nesting == 50 && limits.parts == 10_000 && limits.addresses == 10_000)
    #expect(limits.fieldSize == 1 << 20 && limits.fields == 10_000 && limits.headerSize == 10 << 20)
    #expect(limits.parameters == 128 && limits.boundaryLength == 998)
    #expect(limits.below(depth: 20).nesting == 30 && limits.below(depth: 60).nesting == 0)
  }

  @Test func `all headers together have a limit`() throws {
    var limits = MIMELimits()
    limits.headerSize = 300_000
    let field = "A: " + String(repeating: "x", count: 996) + "\n"
    #expect(try parse(repeatElement(field, count: 300), limits: limits).root.header.count == 300)
    #expect(throws: MIMEError.limit(.headerSize, value: 300_000)) {
      try parse(repeatElement(field, count: 301), limits: limits)
    }
  }

  @Test func `ten thousand fields are read, and more in one header are an error`() throws {
    #expect(try parse(repeatElement("a:\n", count: 10_000)).root.header.count == 10_000)
    #expect(throws: MIMEError.limit(.fields, value: 10_000)) { try parse(repeatElement("a:\n", count: 10_001)) }
  }

  @Test func `a line without end is a body, not a header`() throws {
    let megabyte = String(repeating: "x", count: 1 << 20)
    let root = try parse([megabyte, megabyte]).root
    #expect(root.defects == .missingSeparator)
    #expect(root.body == 0..<(2 << 20))
    #expect(root.opening == Array(megabyte.utf8.prefix(Entity.openingSize)))
  }

  @Test func `lines of hyphens under fifty boundaries stay linear`() throws {
    let prefix = String(repeating: "-", count: 900)
    let levels = (0..<49).map {
      "Content-Type: multipart/mixed; boundary=\"\(prefix)\($0)\"\r\n\r\n--\(prefix)\($0)\r\n"
    }
    let lines = String(repeating: "--\(prefix)99\r\n", count: 500)
    #expect(try parse(levels + [lines]).entities.count == 50)
  }

  @Test func `comments and quotes that never end stay linear`() throws {
    let open = "Content-Type: text/plain; a=b " + String(repeating: "(", count: 500_000) + "\r\n\r\n"
    #expect(try parse([open]).root.contentType.parameters["a"] == "b")
    let quote = "Content-Type: text/plain; a=\"" + String(repeating: "\\", count: 500_000) + "\r\n\r\n"
    #expect(try parse([quote]).root.contentType.parameters["a"]?.utf8.count == 250_000)
    let words = "Content-Type: text/plain; a=b" + String(repeating: " ()x=y", count: 100) + "\r\n\r\n"
    #expect(try parse([words]).root.contentType.parameters["x"] == "y")
  }
}

extension MessageParser {
  fileprivate mutating func feed(_ bytes: [UInt8]) throws(MIMEError) { try feed(bytes.rawSpan) }
}
