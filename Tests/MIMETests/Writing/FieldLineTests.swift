import TestSupport
import Testing

@testable import MIME

@Suite struct FieldLineTests {
  /// The one field that the parser finds in what was written.
  private func readBack(_ line: FieldLine) throws -> HeaderField {
    let header = try MessageStructure.parse(line.bytes + octets("\r\nbody")).root.header
    #expect(header.count == 1, "\(text(line.bytes))")
    return try #require(header.fields.first)
  }

  /// Whether a field's lines are what every line of ours has to be.
  private func isSound(_ line: FieldLine) -> Bool {
    let lines = text(line.bytes).split(separator: "\r\n", omittingEmptySubsequences: false)
    return lines.last == ""
      && lines.dropLast().allSatisfy { !$0.isEmpty && $0.utf8.last?.isBlank == false && $0.utf8.count <= 998 }
      && lines.dropFirst().dropLast().allSatisfy {
        $0.utf8.first?.isBlank == true && $0.contains { $0 != " " && $0 != "\t" }
      }
      && line.bytes.allSatisfy { (0x20...0x7E).contains($0) || [9, 10, 13].contains($0) }
  }

  @Test(arguments: [
    ("Hello", "Subject: Hello\r\n"), ("", "Subject:\r\n"),
    ("Viele viele Grüße", "Subject: =?UTF-8?Q?Viele_viele_Gr=C3=BC=C3=9Fe?=\r\n"),
    (" a", "Subject: =?UTF-8?Q?_a?=\r\n"), ("=?x?=", "Subject: =?UTF-8?B?PT94Pz0=?=\r\n"),
    ("a\tb", "Subject: a\tb\r\n"),
  ])
  func `free text stands as it is or as encoded words`(value: String, expected: String) throws {
    #expect(text(try FieldLine.unstructured("Subject", value).bytes) == expected)
  }

  @Test func `free text is folded at 78 and nowhere else`() throws {
    let words = Array(repeating: "wordword", count: 20).joined(separator: " ")
    let lines = text(try FieldLine.unstructured("Subject", words).bytes).split(separator: "\r\n")
    #expect(lines.count == 3)
    #expect(lines.allSatisfy { $0.utf8.count <= 78 })
    #expect(lines.joined() == "Subject: " + words)
  }

  @Test func `free text comes back from what was written`() throws {
    var random = SplitMix64(seed: 53)
    let alphabet = Array("aaaab   =?_Ä漢😀\"(<@,;:\u{301}-".unicodeScalars)
    for _ in 0..<500 {
      var scalars = String.UnicodeScalarView()
      for _ in 0..<random.index(300) { scalars.append(alphabet[random.index(alphabet.count)]) }
      let line = try FieldLine.unstructured("Subject", String(scalars))
      #expect(isSound(line), "\(text(line.bytes))")
      #expect(EncodedWord.decode(try readBack(line).value).unicodeScalars.elementsEqual(scalars), "\(text(line.bytes))")
    }
  }

  @Test func `no fold leaves a blank at the end of a line`() throws {
    var random = SplitMix64(seed: 59)
    for _ in 0..<300 {
      let value = "a" + text(random.bytes(random.index(400), from: octets("aaaaaa  \t,"))) + "b"
      let line = try FieldLine.unstructured("Subject", value)
      #expect(isSound(line), "\(text(line.bytes))")
      #expect(text(try readBack(line).value) == value)
    }
  }

  @Test(arguments: [998, 1_500, 100_000])
  func `a word too long for a line is encoded`(count: Int) throws {
    let word = String(repeating: "x", count: count)
    let line = try FieldLine.unstructured("Subject", word)
    #expect(isSound(line))
    #expect(EncodedWord.decode(try readBack(line).value) == word)
  }

  @Test(arguments: [0x00, 0x0A, 0x0D, 0x0B, 0x1B, 0x7F] as [UInt8])
  func `no control character gets into a field`(octet: UInt8) {
    let control = String(UnicodeScalar(octet))
    #expect(throws: MIMEError.forbiddenOctet(octet, subject: "Subject")) {
      try FieldLine.unstructured("Subject", "a\(control)Bcc: x@y.test")
    }
    #expect(throws: MIMEError.forbiddenOctet(octet, subject: "X")) { try FieldLine.structured("X", "a\(control)b") }
    #expect(throws: MIMEError.forbiddenOctet(octet, subject: "Content-Type name")) {
      try FieldLine.parameterized("Content-Type", "text/plain", ["name": "a\(control)b"])
    }
  }

  @Test(arguments: ["", "a b", "a:b", "a\r\nb", "ä", "a\0", String(repeating: "n", count: 77)])
  func `a name that is none is refused`(name: String) {
    #expect(throws: MIMEError.malformed(.fieldName, text: name)) { try FieldLine.unstructured(name, "x") }
    #expect(throws: MIMEError.malformed(.fieldName, text: name)) { try FieldLine.structured(name, "x") }
  }

  @Test func `a structured value is folded outside of quotes`() throws {
    let name = "\"" + Array(repeating: "quoted", count: 15).joined(separator: " ") + "\""
    let value = "a@x.test, \(name) <b@x.test>, \(Array(repeating: "c@x.test", count: 12).joined(separator: ", "))"
    let line = try FieldLine.structured("To", value)
    #expect(isSound(line))
    #expect(text(line.bytes).contains(name))
    #expect(text(try readBack(line).value) == value)
  }

  @Test func `a structured value folds inside of quotes only when it has to, and is refused when it can't`() throws {
    let long = "\"" + Array(repeating: "quoted", count: 300).joined(separator: " ") + "\" <b@x.test>"
    let line = try FieldLine.structured("To", long)
    #expect(isSound(line))
    #expect(text(try readBack(line).value) == long)
    #expect(throws: MIMEError.self) { try FieldLine.structured("To", String(repeating: "x", count: 1_000)) }
    #expect(throws: MIMEError.forbiddenOctet(0xC3, subject: "To")) { try FieldLine.structured("To", "ä") }
  }

  @Test func `a thousand addresses are written and read again`() throws {
    let list = AddressList(
      try (0..<1_000).map { try Mailbox(try AddrSpec("user\($0)@example.org"), displayName: "Jürgen, \($0)") })
    let line = try FieldLine.addresses("To", list)
    #expect(isSound(line))
    #expect(try AddressList(parsing: try readBack(line).value) == list)
    let longest = text(line.bytes).split(separator: "\r\n").map(\.utf8.count).max() ?? 0
    #expect(longest <= 76)
  }

  @Test func `a parameter with more sections than are read is refused`() throws {
    let name = String(repeating: "ä", count: 1_000)
    let line = try FieldLine.parameterized("Content-Disposition", "attachment", ["filename": name])
    #expect(try ContentDisposition(parsing: try readBack(line).value).filename == name)
    #expect(throws: MIMEError.limit(.parameters, value: 128)) {
      try FieldLine.parameterized("Content-Disposition", "attachment", ["filename": name + name])
    }
  }

  @Test func `an address that ASCII can't say is refused, never encoded`() throws {
    let list = AddressList([try Mailbox("Jörg <jörg@example.org>")])
    #expect(throws: MIMEError.forbiddenOctet(0xC3, subject: "To")) { try FieldLine.addresses("To", list) }
  }

  @Test(arguments: [
    "a.txt", "two words.txt", "quote\".txt", "back\\slash", "Ümläut 漢字.pdf", "", "=?utf-8?q?a?=", "a;b=c", "100%.txt",
    "it's.txt", String(repeating: "long name ", count: 40), String(repeating: "長", count: 200), "😀",
  ])
  func `a file name comes back from its parameter`(name: String) throws {
    let line = try FieldLine.parameterized("Content-Disposition", "attachment", ["filename": name, "size": "5"])
    #expect(isSound(line), "\(text(line.bytes))")
    #expect(text(line.bytes).split(separator: "\r\n").allSatisfy { $0.utf8.count <= 78 })
    let disposition = try ContentDisposition(parsing: try readBack(line).value)
    #expect(disposition.filename == name, "\(text(line.bytes))")
    #expect(disposition.parameters["size"] == "5")
  }

  @Test(arguments: ["", "a b", "a=b", "a*", "a\"", "ä", "a;b"])
  func `a parameter name that is none is refused`(name: String) {
    #expect(throws: MIMEError.malformed(.parameterName, text: name)) {
      try FieldLine.parameterized("Content-Type", "text/plain", [(name: name, value: "x")])
    }
  }

  @Test func `a media type comes back from its field`() throws {
    let type = ContentType(
      "Text", "Plain", Parameters(["charset": "utf-8", "hp": "cipher", "protected-headers": "v1"]))
    let line = try FieldLine.contentType(type)
    let again = try #require(try ContentType(parsing: try readBack(line).value))
    #expect(again.mediaType == "text/plain")
    #expect(again.parameters.all.map(\.name) == type.parameters.all.map(\.name))
    #expect(again.parameters.all.map(\.value) == type.parameters.all.map(\.value))
  }

  private func received(_ raw: String) throws -> FieldLine {
    try received(bytes: octets(raw))
  }

  private func received(bytes: [UInt8]) throws -> FieldLine {
    let header = try MessageStructure.parse(bytes + octets("\n\nbody")).root.header
    return try FieldLine.received(try #require(header.fields.first))
  }

  @Test(arguments: [
    ("Subject: a\n b", "Subject: a\r\n b\r\n"), ("Subject: a\r\n\tb", "Subject: a\r\n\tb\r\n"),
    ("Subject:  a  ", "Subject:  a\r\n"), ("SUBJECT : a", "SUBJECT: a\r\n"), ("Subject:", "Subject:\r\n"),
    ("Subject: a\n \n b", "Subject: a\r\n b\r\n"), ("Subject: grün", "Subject: =?UTF-8?B?Z3LDvG4=?=\r\n"),
    ("To: Jörg <j@x.test>", "To: =?UTF-8?B?SsO2cmc=?= <j@x.test>\r\n"),
    ("Content-Type: text/plain; name=ä", "Content-Type: text/plain; name*=UTF-8''%C3%A4\r\n"),
    ("Subject: ä =?utf-8?q?=C3=B6?=", "Subject: =?UTF-8?B?w6Qgw7Y=?=\r\n"),
    ("Resent-Content-Type: text/ä", "Resent-Content-Type: =?UTF-8?Q?text/=C3=A4?=\r\n"),
  ])
  func `a received field is written as it is, or with the same meaning`(raw: String, expected: String) throws {
    let line = try received(raw)
    #expect(text(line.bytes) == expected)
    #expect(isSound(line))
  }

  @Test func `a received field in latin-1 is understood`() throws {
    #expect(
      text(try received(bytes: octets("Subject: gr") + [0xFC, 0x6E]).bytes) == "Subject: =?UTF-8?B?Z3LDvG4=?=\r\n")
  }

  @Test func `a received field with a line too long is folded`() throws {
    let line = try received("Subject: " + Array(repeating: "word", count: 400).joined(separator: " "))
    #expect(isSound(line))
    #expect(text(line.bytes).split(separator: "\r\n").allSatisfy { $0.utf8.count <= 78 })
  }

  @Test(arguments: [
    "Subject: a\rb", "Subject: a\0b", "Subject: a\u{1B}b", "Subject:\rBcc: eve@example.org", "X: \n \r\ta",
  ])
  func `a received field with a control character is refused`(raw: String) {
    #expect(throws: MIMEError.self) { try received(raw) }
  }

  @Test func `the value of a line is unfolded`() throws {
    let line = try received("Subject: a\n b")
    #expect(line.value == "a b")
    #expect(text(try FieldLine.outer(line).bytes) == "HP-Outer: Subject: a b\r\n")
  }
}
