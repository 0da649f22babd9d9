import ByteStreams
import TestSupport
import Testing

@testable import MIME

@Suite struct QuotedPrintableTests {
  private func decode(_ encoded: String) throws -> String {
    text(try #require(try sameForAllCuts(octets(encoded)) { QuotedPrintableDecodingSource($0) }))
  }

  private func encode(_ content: String, _ kind: QuotedPrintableEncoder.Content = .text) throws -> String {
    text(try #require(try sameForAllCuts(octets(content)) { QuotedPrintableEncodingSource($0, content: kind) }))
  }

  @Test(arguments: [
    (
      "Now's the time =\r\nfor all folk to come=\r\n to the aid of their country.",
      "Now's the time for all folk to come to the aid of their country."
    ),
    ("a=3Db", "a=b"), ("=e4=C4".uppercased(), "\u{FFFD}\u{FFFD}"), ("=c3=a4", "ä"), ("=C3=A4", "ä"),
    ("a  \r\nb\t\nc", "a\r\nb\nc"), ("a \t ", "a"), ("a=20\r\nb", "a \r\nb"), ("a=\nb", "ab"), ("a= \t\r\nb", "ab"),
    ("a=", "a"), ("a=  ", "a"), ("a=4", "a=4"), ("a=G1", "a=G1"), ("a=4Gx", "a=4Gx"), ("a==3D", "a=="), ("= x", "= x"),
    ("a=\rb", "a=\rb"), ("a= \rb", "a= \rb"), ("a\rb", "a\rb"), ("a \rb", "a \rb"), ("a\r", "a\r"),
    ("a \r\r\nb", "a \r\r\nb"),
    ("a=\r\n\r\nb", "a\r\nb"), ("", ""), ("=3D=3D", "=="), ("ä", "ä"), ("=0D=0A", "\r\n"), ("a=\r", "a"),
  ])
  func `quoted-printable is read leniently`(encoded: String, expected: String) throws {
    #expect(try decode(encoded) == expected)
  }

  @Test(arguments: [
    ("a=b", "a=3Db"), ("ä", "=C3=A4"), ("a \r\nb", "a=20\r\nb"), ("a\t\nb", "a=09\r\nb"), ("a ", "a=20"),
    ("-- \r\nBob", "-=2D=20\r\nBob"), ("--b--\n- a\n---", "-=2Db--\r\n- a\r\n-=2D-"),
    ("From here\nFrom", "=46rom here\r\nFrom"), ("Fromage", "Fromage"),
    ("From\n", "From\r\n"),
    ("Fro", "Fro"), (".\r\n", "=2E\r\n"), ("..a\na.", "=2E.a\r\na."), ("\n\n", "\r\n\r\n"), ("a\rb", "a=0Db"),
    ("a \rb", "a =0Db"), ("From\r x", "From=0D x"), ("a\r", "a=0D"), ("a\0", "a=00"), ("", ""), ("a  b", "a  b"),
    (" a", " a"),
    (" ", "=20"), ("FFrom ", "FFrom=20"), ("From ", "=46rom=20"), ("F", "F"), ("From From ", "=46rom From=20"),
  ])
  func `text is encoded so that it survives`(content: String, expected: String) throws {
    #expect(try encode(content) == expected)
  }

  @Test(arguments: [("a\r\nb", "a=0D=0Ab"), ("a\nb ", "a=0Ab=20"), ("From \r", "=46rom =0D")])
  func `octets are encoded with their line ends`(content: String, expected: String) throws {
    #expect(try encode(content, .binary) == expected)
  }

  /// What every encoded line has to be.
  private func isSound(_ encoded: [UInt8]) -> Bool {
    guard let scan = try? LineScan(ArraySource(encoded)) else { return false }
    let lines = encoded.split(separator: 0x0A, omittingEmptySubsequences: false)
    return scan.isSignable && !scan.hasBareLF
      && lines.allSatisfy { $0.count <= 77 && $0.first != 0x2E && !$0.starts(with: octets("--")) }
  }

  @Test func `every text comes back, and its lines are sound`() throws {
    var random = SplitMix64(seed: 41)
    let words = [
      "From ", "From", ".", " ", "\t", "\r\n", "=", "ä", "a", "bcd ", "\r", "-- ", "-", "--", "xxxxxxxxxxxx", "F", "\0",
    ]
    for _ in 0..<300 {
      let content = (0..<random.index(120)).map { _ in words[random.index(words.count)] }.joined()
      let encoded = try #require(
        try sameForAllCuts(octets(content)) { QuotedPrintableEncodingSource($0, content: .text) })
      #expect(isSound(encoded), "\(text(encoded))")
      #expect(try decode(text(encoded)) == content)
    }
  }

  @Test func `any octets come back, and their lines are sound`() throws {
    var random = SplitMix64(seed: 43)
    for round in 0..<200 {
      let alphabet: [UInt8] = round % 2 == 0 ? Array(0...255) : octets("From \r\n.\t =") + [0]
      let content = random.bytes(random.index(400), from: alphabet)
      let encoded = try #require(
        try sameForAllCuts(content) { QuotedPrintableEncodingSource($0, content: .binary) })
      #expect(isSound(encoded))
      #expect(try sameForAllCuts(encoded) { QuotedPrintableDecodingSource($0) } == content)
    }
  }

  @Test func `any octets are decoded the same however they are cut`() throws {
    var random = SplitMix64(seed: 47)
    let alphabet = octets("=\r\n \t4aGx") + [0xFF]
    for _ in 0..<400 {
      let content = random.bytes(random.index(40), from: alphabet)
      #expect(try sameForAllCuts(content) { QuotedPrintableDecodingSource($0) } != nil, "\(content)")
    }
    let blanks = octets(String(repeating: " ", count: 2_500) + "x" + String(repeating: " ", count: 2_500) + "\n")
    #expect(try sameForAllCuts(blanks) { QuotedPrintableDecodingSource($0) } != nil)
  }

  @Test func `base64 of a body has lines of 76 and CRLF`() throws {
    let encoded = try Base64EncodingSource(ArraySource(Array(repeating: 7, count: 200))).collected()
    let lines = text(encoded).split(separator: "\r\n")
    #expect(lines.map(\.count) == [76, 76, 76, 40])
    let decoded = try ContentTransferEncoding.base64.decoding(ArraySource(encoded)).collected()
    #expect(decoded == Array(repeating: 7, count: 200))
  }
}
