import ByteStreams
import TestSupport
import Testing

@testable import MIME

@Suite struct SevenBitRewriterTests {
  private func rewrite(
    _ message: [UInt8], entity: Int = 0, form: SevenBitRewriter.Form = .signed
  ) throws -> [UInt8] {
    let store = ByteStore(message)
    let rewriter = try SevenBitRewriter(try MessageStructure.parse(message), in: store, entity: entity, form: form)
    let first = try rewriter.source().collected()
    #expect(try rewriter.source().collected(size: 7) == first, "the second source differs")
    return first
  }

  private func rewrite(_ message: String, form: SevenBitRewriter.Form = .signed) throws -> String {
    text(try rewrite(octets(message), form: form))
  }

  /// The decoded bodies of all leaves, so that content can be compared whatever its encoding.
  private func contents(_ message: [UInt8]) throws -> [[UInt8]] {
    let structure = try MessageStructure.parse(message)
    return try structure.entities.filter(\.isLeaf).map { leaf in
      try leaf.transferEncoding.decoding(ArraySource(Array(message[leaf.body]))).collected()
    }
  }

  private func isSignable(_ message: [UInt8]) throws -> Bool {
    let scan = LineScan(message)
    return scan.isSignable && !scan.hasBareLF
  }

  @Test(arguments: [
    "Subject: a\r\n\r\nhello\r\n", "Subject: a\r\n\r\nno line end", "Subject: a\r\n\r\n", "\r\nbody only\r\n",
    "Content-Type: multipart/mixed; boundary=b\r\n\r\npreamble\r\n--b\r\n\r\none\r\n--b\r\n\r\ntwo\r\n--b--\r\nepilogue\r\n",
    "Content-Type: text/plain\r\nContent-Transfer-Encoding: base64\r\n\r\naGVsbG8=\r\n",
    "Content-Type: message/rfc822\r\n\r\nSubject: in\r\n\r\nhello\r\n",
  ])
  func `what is sound passes through to the octet`(message: String) throws {
    #expect(try rewrite(message) == message)
    #expect(try rewrite(message.replacing("\r\n", with: "\n")) == message)
  }

  @Test(arguments: [
    ("Subject: a\n\ngrün\n", "Subject: a\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\ngr=C3=BCn\r\n"),
    ("Content-Transfer-Encoding: 8bit\n\ngrün\n", "Content-Transfer-Encoding: quoted-printable\r\n\r\ngr=C3=BCn\r\n"),
    ("Content-Transfer-Encoding: 8bit\nA: b\n\nhello\n", "A: b\r\n\r\nhello\r\n"),
    (
      "A: b\n\nhello \n-- \nBob\n",
      "A: b\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\nhello=20\r\n-=2D=20\r\nBob\r\n"
    ),
    ("A: b\n\nFrom me\n", "A: b\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n=46rom me\r\n"),
    ("A: b\n\na\rb\n", "A: b\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\na=0Db\r\n"),
    ("A: b\n\n漢字漢字\n", "A: b\r\nContent-Transfer-Encoding: base64\r\n\r\n5ryi5a2X5ryi5a2XDQo=\r\n"),
    (
      "Content-Type: image/x\n\ngrün\n",
      "Content-Type: image/x\r\nContent-Transfer-Encoding: base64\r\n\r\nZ3LDvG4K\r\n"
    ),
    (
      "Content-Type: text/plain\nContent-Transfer-Encoding: quoted-printable\n\na=\n From b=20\n",
      "Content-Type: text/plain\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\na=\r\n From b=20\r\n"
    ),
    (
      "Content-Type: text/plain\nContent-Transfer-Encoding: quoted-printable\n\nFrom b=20\n",
      "Content-Type: text/plain\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n=46rom b=20\r\n"
    ),
    (
      "Content-Type: image/x\nContent-Transfer-Encoding: base64\n\naGVs \nbG8=\n",
      "Content-Type: image/x\r\nContent-Transfer-Encoding: base64\r\n\r\naGVsbG8=\r\n"
    ),
    ("Subject: grün\n\nhello\n", "Subject: =?UTF-8?B?Z3LDvG4=?=\r\n\r\nhello\r\n"),
    ("From x@y.test Sun\nSubject: a\n\nhello\n", "Subject: a\r\n\r\nhello\r\n"),
  ])
  func `what can't be signed is encoded anew`(message: String, expected: String) throws {
    #expect(try rewrite(message) == expected)
  }

  @Test func `a line over 998 and a NUL are encoded`() throws {
    let long = "A: b\r\n\r\n" + String(repeating: "x", count: 999) + "\r\n"
    #expect(try isSignable(octets(try rewrite(long))))
    #expect(try contents(octets(try rewrite(long))) == contents(octets(long)))
    let limit = "A: b\r\n\r\n" + String(repeating: "x", count: 998) + "\r\n"
    #expect(try rewrite(limit) == limit)
    let utf16: [UInt8] = octets("Content-Type: text/plain; charset=utf-16\r\n\r\n") + [0, 0x61, 0, 0x0A]
    #expect(try contents(try rewrite(utf16)) == [[0, 0x61, 0, 0x0A]])
  }

  @Test func `only the parts that need it change`() throws {
    let message = """
      Content-Type: multipart/mixed; boundary=b
      Content-Transfer-Encoding: 8bit

      --b
      Content-Type: text/plain; charset=utf-8

      grün
      --b
      Content-Type: image/x
      Content-Transfer-Encoding: base64

      AAEC
      --b
      Content-Type: message/rfc822
      Content-Transfer-Encoding: 8bit

      Subject: grün

      trailing\u{20}
      --b--

      """
    #expect(
      try rewrite(message) == """
        Content-Type: multipart/mixed; boundary=b\r
        \r
        --b\r
        Content-Type: text/plain; charset=utf-8\r
        Content-Transfer-Encoding: quoted-printable\r
        \r
        gr=C3=BCn\r
        --b\r
        Content-Type: image/x\r
        Content-Transfer-Encoding: base64\r
        \r
        AAEC\r
        --b\r
        Content-Type: message/rfc822\r
        \r
        Subject: =?UTF-8?B?Z3LDvG4=?=\r
        Content-Transfer-Encoding: quoted-printable\r
        \r
        trailing=20\r
        --b--\r

        """)
  }

  @Test func `preambles, epilogues and delimiters that can't be signed are written anew`() throws {
    let message =
      "Content-Type: multipart/mixed; boundary=o\n\ngrün\n--o \nContent-Type: multipart/mixed; boundary=i\n\n"
      + "--i\t\n\none\n--i \n\ntwo\n--i--\nFrom inner\n--o \n\nthree\n--o--\nFrom outer\n"
    let rewritten = try rewrite(octets(message))
    #expect(try isSignable(rewritten))
    #expect(try contents(rewritten) == [octets("one"), octets("two"), octets("three")])
  }

  @Test(arguments: [
    "Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\nA: b\r\n\r\r\n--b--\r\n", "A: b\r\n\r",
  ])
  func `an empty line that is a lone CR does not stay one`(_ message: String) throws {
    #expect(try isSignable(octets(try rewrite(message))))
  }

  @Test func `a boundary with eight bits stays what its delimiters are, where eight bits may stay`() throws {
    let message =
      octets("Content-Type:multipart/c;boundary=b") + [0xFF, 0x0A] + octets("--b") + [0xFF, 0x0A, 0x0A] + octets("a")
    let structure = try MessageStructure.parse(try rewrite(message, form: .encrypted))
    #expect(structure.entities.count == 2)
  }

  @Test func `a multipart whose header does not end takes no parts of the one around it`() throws {
    let inner = "Content-Type: multipart/mixed; boundary=b\nSubject: grün\n"
    let message = "Content-Type: multipart/mixed; boundary=b\n\n--b\n\(inner)--b\n\ntext\n--b--\n"
    #expect(try MessageStructure.parse(octets(message)).entities.map(\.parent) == [nil, 0, 0])
    #expect(throws: MIMEError.malformed(.boundary, text: "b")) { try rewrite(message) }
    let sealed = try rewrite(message, form: .encrypted)
    #expect(try MessageStructure.parse(octets(sealed)).entities.map(\.parent) == [nil, 0, 0])
  }

  @Test func `encoding anew makes no boundary out of content`() throws {
    let message = octets(
      "Content-Type: multipart/mixed; boundary=b\n\n--b\nContent-Transfer-Encoding: quoted-printable\n\n"
        + "From here\n=2D-b\n\nnot a part\n=2D-b--\n--b--\n")
    let rewritten = try rewrite(message)
    #expect(rewritten != message)
    #expect(try contents(rewritten) == [octets("From here\r\n--b\r\n\r\nnot a part\r\n--b--")])
  }

  @Test func `what somebody else signed is changed for the transport only`() throws {
    let signed =
      "Content-Type: multipart/signed; boundary=b\r\n\r\n--b\r\n\r\nflowed \r\nFrom me\r\n--b\r\n\r\nsignature\r\n--b--\r\n"
    let forwarded = "Content-Type: message/rfc822\r\n\r\n" + signed
    #expect(try rewrite(forwarded) == forwarded)
    #expect(try rewrite(signed.replacing("multipart/signed", with: "multipart/mixed")) != signed)
    #expect(
      try isSignable(octets(try rewrite(forwarded.replacing("flowed ", with: "grün").replacing("From", with: "To")))))
  }

  @Test func `one entity of a message can be rewritten alone`() throws {
    let message = octets("Content-Type: multipart/mixed; boundary=b\n\n--b\nA: 1\n\none\n--b\nA: 2\n\ngrün\n--b--\n")
    #expect(text(try rewrite(message, entity: 1)) == "A: 1\r\n\r\none")
    #expect(
      text(try rewrite(message, entity: 2)) == "A: 2\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\ngr=C3=BCn")
  }

  @Test func `another header gets the encoding that fits`() throws {
    let message = octets("Subject: s\nContent-Transfer-Encoding: 8bit\n\ngrün\n")
    let rewriter = try SevenBitRewriter(try MessageStructure.parse(message), in: ByteStore(message))
    let fields = [try FieldLine.structured("Content-Type", "text/plain"), .transferEncoding(.eightBit)]
    #expect(rewriter.transferEncoding == .quotedPrintable)
    #expect(
      text(try rewriter.source(fields: fields).collected())
        == "Content-Type: text/plain\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\ngr=C3=BCn\r\n")
  }

  @Test(arguments: [
    "Content-Transfer-Encoding: x-uuencode\n\ngrün\n", "Content-Type: multipart/mixed\n\ngrün\n",
    "Subject: a\0b\n\nhello\n",
  ])
  func `what can't be made fit is refused`(message: String) {
    #expect(throws: MIMEError.self) { try rewrite(message) }
  }

  @Test func `inside encryption only line ends and binary parts change`() throws {
    let message = "Subject: grün\n\ngrün \nFrom me\n\(String(repeating: "x", count: 2_000))\n"
    let labelled = message.replacing("\n\ngrün", with: "\nContent-Transfer-Encoding: 8bit\n\ngrün")
    #expect(try rewrite(labelled, form: .encrypted) == labelled.replacing("\n", with: "\r\n"))
    let unlabelled = try rewrite("A: b\n\ngrün\n", form: .encrypted)
    #expect(unlabelled == "A: b\r\nContent-Transfer-Encoding: 8bit\r\n\r\ngrün\r\n")
    let binary = octets("Content-Type: image/x\nContent-Transfer-Encoding: binary\n\n") + [0, 10, 13, 10, 255]
    #expect(
      text(try rewrite(binary, form: .encrypted))
        == "Content-Type: image/x\r\nContent-Transfer-Encoding: base64\r\n\r\nAAoNCv8=\r\n")
    #expect(try contents(try rewrite(binary, form: .encrypted)) == [[0, 10, 13, 10, 255]])
  }

  @Test func `any message that is rewritten can be signed, and keeps its structure and content`() throws {
    var random = SplitMix64(seed: 61)
    let bodies = ["hello\n", "grün\n", "From me\n", "a \n", "-- \n", "漢字\n", "\n", "", "x", "=\n", ".\n", "tab\t"]
    let headers = ["", "A: b\n", "Subject: grün\n", "Content-Transfer-Encoding: 8bit\n", "A:  \n"]
    func part(_ depth: Int) -> String {
      let header = headers[random.index(headers.count)]
      guard depth < 3, random.index(2) == 0 else {
        return "\(header)Content-Type: text/plain\n\n"
          + (0..<random.index(4)).map { _ in bodies[random.index(bodies.count)] }.joined()
      }
      if random.index(4) == 0 { return "Content-Type: message/rfc822\n\n" + part(depth + 1) }
      let boundary = "b\(depth)\(random.index(1_000))"
      let parts = (0...random.index(3)).map { _ in "--\(boundary)\n\(part(depth + 1))\n" }.joined()
      return "\(header)Content-Type: multipart/mixed; boundary=\(boundary)\n\n\(parts)--\(boundary)--\n"
    }
    for _ in 0..<300 {
      let message = octets(part(0))
      let rewritten = try rewrite(message)
      #expect(try isSignable(rewritten), "\(text(message))")
      let (before, after) = (try MessageStructure.parse(message), try MessageStructure.parse(rewritten))
      #expect(before.entities.map(\.contentType) == after.entities.map(\.contentType), "\(text(message))")
      let canonical = try CRLFSource(ArraySource(message)).collected()
      #expect(try contents(rewritten) == contents(canonical), "\(text(message))")
      #expect(try rewrite(rewritten) == rewritten, "rewriting twice changes something")
    }
  }
}
