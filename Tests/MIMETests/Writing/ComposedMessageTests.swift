import ByteStreams
import Testing

@testable import MIME

/// Messages made of a text and what goes with it.
@Suite struct ComposedMessageTests {
  private let fields: [FieldLine]

  init() throws {
    fields = [
      try .structured("To", "bob@example.org"), try .unstructured("Subject", "Größe"),
    ]
  }

  private func build(_ text: String, _ parts: [ComposedMessage.Part] = []) throws -> (
    store: ByteStore, MessageStructure
  ) {
    let store = try ComposedMessage(fields: fields, text: text, parts: parts).build(into: Spool(memoryLimit: .max))
    return (store, try MessageStructure.parse(store))
  }

  private func file(_ name: String, _ bytes: [UInt8]) throws -> ComposedMessage.Part {
    try .file(name, ContentType("application", "octet-stream")) { ArraySource(bytes) }
  }

  private func body(_ entity: Entity, in store: ByteStore) throws -> [UInt8] {
    try entity.transferEncoding.decoding(store.source(entity.body)).readAll(limit: 1 << 24, what: "test")
  }

  @Test(arguments: [
    ("", ""), ("one", "one\r\n"), ("one\n", "one\r\n"), ("a\r\nb\n\n", "a\r\nb\r\n\r\n"),
    ("Grüße \n> x", "Grüße \r\n> x\r\n"),
  ])
  func `a text alone is the message`(text: String, expected: String) throws {
    let (store, structure) = try build(text)
    #expect(structure.root.isLeaf && structure.root.contentType.mediaType == "text/plain")
    #expect(structure.root.contentType.parameters["charset"] == "utf-8")
    #expect(String(decoding: try store.read(structure.root.body), as: UTF8.self) == expected)
    #expect(structure.root.header.first(named: "Subject")?.text == "Größe")
  }

  @Test(arguments: [
    "q3.ods", "Übersicht der Größen.pdf", "a\"b\\c;d.txt", String(repeating: "lang", count: 60) + ".bin",
  ])
  func `a file comes out of the message as it went in, with its name`(name: String) throws {
    let bytes = (0..<100_000).map { UInt8(truncatingIfNeeded: $0 &* 31) }
    let (store, structure) = try build("See there.\n", [try file(name, bytes), try file("empty", [])])
    #expect(structure.root.children.count == 3)
    let part = structure[structure.root.children[1]]
    #expect(try part.filename() == name)
    #expect(try body(part, in: store) == bytes)
    #expect(try body(structure[structure.root.children[2]], in: store) == [])
    #expect(try body(structure[structure.root.children[0]], in: store) == Array("See there.\r\n".utf8))
  }

  @Test func `a message within is not encoded, and its lone carriage returns stay`() throws {
    let inner = "Subject: inner\n\nlines\r\nof \r both\n"
    let (store, structure) = try build("", [.message { ArraySource(Array(inner.utf8)) }])
    let part = structure[structure.root.children[1]]
    #expect(part.kind == .message && part.contentType.mediaType == "message/rfc822")
    #expect(
      String(decoding: try store.read(part.body), as: UTF8.self) == "Subject: inner\r\n\r\nlines\r\nof \r both\r\n")
  }

  @Test func `an entity of another message keeps its header`() throws {
    let entity = "Content-Type: image/png\r\nContent-Transfer-Encoding: base64\r\n\r\nAAEC\r\n"
    let (store, structure) = try build("x", [.entity { ArraySource(Array(entity.utf8)) }])
    let part = structure[structure.root.children[1]]
    #expect(part.contentType.mediaType == "image/png")
    #expect(try body(part, in: store) == [0, 1, 2])
  }

  @Test(arguments: ["a\nb", "a\rb", "a\0b", "a\u{1B}[31m"])
  func `a file name with a control character is refused`(name: String) throws {
    #expect(throws: MIMEError.self) { try file(name, []) }
  }

  @Test func `text that looks like a delimiter is found out when the message is read back`() throws {
    let boundary = try Boundary("b")
    let message = ComposedMessage(fields: fields, text: "--b\n\nforged\n", parts: [try file("x", [1])])
    #expect(throws: MIMEError.self) { try message.build(into: Spool(memoryLimit: .max), boundary: boundary) }
    let entity: ComposedMessage.Part = .entity { ArraySource(Array("\r\n--b\r\nContent-Type: text/html\r\n\r\n".utf8)) }
    let other = ComposedMessage(fields: fields, text: "", parts: [entity])
    #expect(throws: MIMEError.self) { try other.build(into: Spool(memoryLimit: .max), boundary: boundary) }
  }
}
