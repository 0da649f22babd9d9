import MIME
import Testing

struct MessageParserTests {
  @Test func `the line end before a delimiter is not the part's`() throws {
    let bytes = message(
      "Content-Type: multipart/mixed; boundary=b\n\npre\n--b\n\none\n\n--b\nX: y\n\ntwo\n--b--\nepi\n")
    let parsed = try MessageStructure.parse(bytes)
    guard case .multipart(let multipart) = parsed.root.kind else {
      Issue.record("not a multipart")
      return
    }
    #expect(bytes.text(multipart.preamble) == "pre")
    #expect(parsed.root.children == [1, 2])
    #expect(bytes.text(parsed[1].range) == "\r\none\r\n")
    #expect(bytes.text(parsed[1].body) == "one\r\n")
    #expect(bytes.text(parsed[2].range) == "X: y\r\n\r\ntwo")
    #expect(multipart.closing.map(bytes.text) == "\r\n--b--\r\n")
    #expect(bytes.text(multipart.epilogue) == "epi\r\n")
    #expect(parsed.root.defects == [])
  }

  @Test func `line feeds alone are line ends, and one of them belongs to the delimiter`() throws {
    let bytes = Array("Content-Type: multipart/mixed; boundary=b\n\n--b\n\none\n--b--\n".utf8)
    let parsed = try MessageStructure.parse(bytes)
    #expect(bytes.text(parsed[1].range) == "\none")
  }

  @Test func `a bare CR ends no line`() throws {
    let bytes = Array("Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n\r\none\r--b--\r\n--b--".utf8)
    let parsed = try MessageStructure.parse(bytes)
    #expect(bytes.text(parsed[1].body) == "one\r--b--")
  }

  @Test func `the empty line of a part without body belongs to the delimiter`() throws {
    let bytes = message("Content-Type: multipart/mixed; boundary=b\n\n--b\nX: y\n\n--b\nX: z\n--b--\n")
    let parsed = try MessageStructure.parse(bytes)
    #expect(bytes.text(parsed[1].range) == "X: y\r\n")
    #expect(bytes.text(parsed[2].range) == "X: z")
    #expect(parsed[2].header.first(named: "x").map { Array($0.raw) } == Array("X: z".utf8))
  }

  @Test func `a boundary that is a prefix of another one does not match it`() throws {
    let parsed = try structure(
      """
      Content-Type: multipart/mixed; boundary=ab

      --ab
      Content-Type: multipart/mixed; boundary=abc

      --abc

      inner
      --abc--
      --ab

      outer
      --ab--
      """)
    #expect(parsed.entities.map(\.depth) == [0, 1, 2, 1])
  }

  @Test func `of nested multiparts with one boundary the inner one takes the delimiters until it is closed`() throws {
    let parsed = try structure(
      """
      Content-Type: multipart/mixed; boundary=b

      --b
      Content-Type: multipart/mixed; boundary=b

      --b

      inner
      --b--
      --b

      outer
      --b--
      """)
    #expect(parsed.entities.map(\.depth) == [0, 1, 2, 1])
    #expect(parsed.entities.allSatisfy { $0.defects == [] })
  }

  @Test func `a delimiter of the outer multipart closes the inner one`() throws {
    let parsed = try structure(
      """
      Content-Type: multipart/mixed; boundary=outer

      --outer
      Content-Type: multipart/mixed; boundary=inner

      --inner

      text
      --outer

      more
      --outer--
      """)
    #expect(parsed.entities.map(\.depth) == [0, 1, 2, 1])
    #expect(parsed[1].defects == .unterminated)
    #expect(parsed[0].defects == [])
  }

  private static let multiparts: [(String, Int, Entity.Defects)] = [
    ("--b--\n", 0, []), ("", 0, .unterminated), ("no delimiter\n", 0, .unterminated),
    ("--b\n\ntext", 1, .unterminated), ("--b\n--b\n--b--", 2, []), ("--bb\n--b-\n", 0, .unterminated),
    ("--b \t\n\nx\n--b--  \n", 1, []), ("--b--\n--b\n\nepilogue\n", 0, []), (" --b\n\n", 0, .unterminated),
  ]

  @Test(arguments: multiparts)
  func `a multipart has the parts its delimiter lines make`(body: String, parts: Int, defects: Entity.Defects) throws {
    let parsed = try structure("Content-Type: multipart/mixed; boundary=b\n\n\(body)")
    #expect(parsed.root.children.count == parts)
    #expect(parsed.root.defects == defects)
  }

  @Test(arguments: ["multipart/mixed", "multipart/mixed; boundary=\"\"", "multipart/mixed; boundary=\" \""])
  func `a multipart without boundary is a leaf`(type: String) throws {
    let parsed = try structure("Content-Type: \(type)\n\n--\n\ntext\n----\n")
    #expect(parsed.entities.count == 1)
    #expect(parsed.root.isLeaf)
    #expect(parsed.root.defects == .missingBoundary)
  }

  private static let headers: [(String, String, [String], Entity.Defects)] = [
    ("", "", [], []), ("\n", "", [], []), ("\ntext", "text", [], []), ("A: b", "", ["A"], []),
    ("A: b\ntext\n", "text\r\n", ["A"], .missingSeparator), ("A: b\ntext: \n\nc", "c", ["A", "text"], []),
    ("A: b\n two words: c\n\nd", "d", ["A"], []), ("two words: c\n\nd", "two words: c\r\n\r\nd", [], .missingSeparator),
    (" A: b\n", " A: b\r\n", [], .missingSeparator), (": b\n", ": b\r\n", [], .missingSeparator),
    ("A \t: b\n\nc", "c", ["A"], []), ("From a@b Sun\nA: b\n\nc", "c", ["A"], .mboxLine),
    ("A: b\nFrom a@b\n\nc", "From a@b\r\n\r\nc", ["A"], .missingSeparator),
    ("A: b\n>From a@b\nC: d\n\ne", "e", ["A", "C"], .mboxLine), ("A: b\r\n\r\nc", "c", ["A"], []),
    ("\u{FEFF}A: b\nC: d\n\ne", "e", ["A", "C"], [.byteOrderMark, .eightBitHeader]),
    ("\u{FEFF}text\n", "\u{FEFF}text\r\n", [], .missingSeparator),
    ("A: b\n\u{FEFF}C: d\n", "\u{FEFF}C: d\r\n", ["A"], .missingSeparator),
    ("A: b\u{0}\n\nc", "c", ["A"], .nulInHeader),
    ("A: \u{FC}\n\nc", "c", ["A"], .eightBitHeader), ("-----BEGIN\n", "-----BEGIN\r\n", [], .missingSeparator),
  ]

  @Test(arguments: headers)
  func `every header ends where the rules say`(
    text: String, body: String, names: [String], defects: Entity.Defects
  ) throws {
    let bytes = message(text)
    let root = try MessageStructure.parse(bytes).root
    #expect(bytes.text(root.body) == body)
    #expect(root.header.fields.map(\.name) == names)
    #expect(root.defects == defects)
  }

  @Test func `what continues an mbox line belongs to no field`() throws {
    let header = try MessageStructure.parse(message("A: b\n c\n>From a@b\n d\nE: f\n\ng")).root.header
    #expect(header.fields.map { String(decoding: $0.value, as: UTF8.self) } == ["b c", "f"])
  }

  @Test func `an mbox line is text in a body part, and is stepped over in a message inside`() throws {
    let bytes = message(
      """
      Content-Type: multipart/mixed; boundary=b

      --b
      From here on it is text
      --b
      Content-Type: message/rfc822

      From a@b Sun Nov 22 18:00:00 2026
      Subject: x

      text
      --b--
      """)
    let parsed = try MessageStructure.parse(bytes)
    #expect(bytes.text(parsed[1].body) == "From here on it is text")
    #expect(parsed[3].header.first(named: "Subject") != nil)
    #expect(parsed[3].defects == .mboxLine)
  }

  @Test func `a message inside a message has its own header`() throws {
    let bytes = message(
      """
      Content-Type: multipart/mixed; boundary=b

      --b
      Content-Type: message/rfc822

      Subject: inner
      Content-Type: text/html

      <p>
      --b
      Content-Type: message/rfc822
      Content-Transfer-Encoding: base64

      U3ViamVjdDo=
      --b--
      """)
    let parsed = try MessageStructure.parse(bytes)
    #expect(parsed.entities.map(\.role) == [.root, .part, .embedded, .part])
    #expect(parsed[1].kind == .message)
    #expect(parsed[2].header.first(named: "subject")?.text == "inner")
    #expect(bytes.text(parsed[2].body) == "<p>")
    #expect(parsed[3].isLeaf)
  }

  @Test func `a part of a digest is a message unless it says otherwise`() throws {
    let parsed = try structure(
      """
      Content-Type: multipart/digest; boundary=b

      --b

      Subject: one

      text
      --b
      Content-Type: text/plain

      two
      --b--
      """)
    #expect(
      parsed.entities.map(\.contentType.mediaType) == [
        "multipart/digest", "message/rfc822", "text/plain", "text/plain",
      ])
    #expect(parsed[2].header.first(named: "Subject")?.text == "one")
  }

  private static let types: [(String, Entity.Defects)] = [
    ("text", .invalidContentType), ("", .invalidContentType), ("/plain", .invalidContentType),
    ("text/html\nContent-Type: text/plain", .repeatedContentType),
  ]

  @Test(arguments: types)
  func `an unusable media type is text, and of two the first counts`(value: String, defects: Entity.Defects) throws {
    let root = try structure("Content-Type: \(value)\n\n").root
    #expect(root.contentType.mediaType == (defects == .repeatedContentType ? "text/html" : "text/plain"))
    #expect(root.defects == defects)
  }

  @Test func `armor is noticed at line starts of leaves, the first block only`() throws {
    let parsed = try structure(
      """
      Content-Type: multipart/mixed; boundary=b

      -----BEGIN PGP MESSAGE-----
      --b

       -----BEGIN PGP MESSAGE-----
      > -----BEGIN PGP MESSAGE-----
      -----BEGIN PGP MESSAGE, PART 1-----
      --b

      text
      -----BEGIN PGP PUBLIC KEY BLOCK-----\u{20}
      -----BEGIN PGP MESSAGE-----
      --b--
      """)
    #expect(parsed.entities.map(\.armor?.kind) == [nil, nil, .publicKey])
  }
}
