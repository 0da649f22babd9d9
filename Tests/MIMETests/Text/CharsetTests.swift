import ByteStreams
import TestSupport
import Testing

@testable import MIME

@Suite struct CharsetTests {
  @Test func `every charset of the list is known to this machine`() throws {
    for (label, converter) in CharsetNames.table {
      let charset = try #require(Charset(named: label.uppercased()))
      #expect(charset.converterName == converter)
      #expect(charset.isUTF8 || CharsetConverter(charset) != nil, "\(converter)")
    }
  }

  @Test(arguments: [
    "", "x-unknown", "utf-8//IGNORE", "ISO-2022-CN-EXT", "../../gconv", String(repeating: "a", count: 1_000),
  ])
  func `no other charset gets to the C library`(label: String) {
    #expect(Charset(named: label) == nil)
  }

  @Test func `an unknown charset is guessed and marked`() {
    #expect(Charset.decode(octets("grün"), named: "x-unknown") == DecodedText(text: "grün", fidelity: .guessed))
    #expect(Charset.decode([0x67, 0xFC], named: nil) == DecodedText(text: "gü", fidelity: .guessed))
    #expect(Charset.decode(octets("abc"), named: nil).fidelity == .exact)
    #expect(Charset.decode(octets("abc"), named: "us-ascii").fidelity == .exact)
    #expect(Charset.decode(octets("grün"), named: "us-ascii") == DecodedText(text: "grün", fidelity: .guessed))
    #expect(Charset.decode([0x93, 0x61], named: "us-ascii") == DecodedText(text: "“a", fidelity: .guessed))
  }

  @Test(
    arguments: [
      ("utf-8", [0x61, 0xFF, 0x62], "a\u{FFFD}b"),
      ("euc-jp", [0x61, 0xA4], "a\u{FFFD}"), ("iso-8859-7", [0x61, 0xFF, 0x62], "a\u{FFFD}b"),
      ("utf-16be", [0x00, 0x61, 0xDC, 0x00, 0x00, 0x62], "a\u{FFFD}b"),
    ] as [(String, [UInt8], String)])
  func `what means nothing in the charset is repaired and marked`(label: String, bytes: [UInt8], expected: String) {
    #expect(Charset.decode(bytes, named: label) == DecodedText(text: expected, fidelity: .repaired))
  }

  @Test func `a soft hyphen and a line are the same in latin-1`() {
    #expect(
      Charset.decode([0xE4, 0x85, 0x0D, 0x0A], named: "ISO-8859-1").text.unicodeScalars.map(\.value) == [
        0xE4, 0x2026, 13, 10,
      ])
  }

  @Test(arguments: [
    ("utf-8", "aä€😀\u{FFFD}z"), ("iso-8859-15", "a€ä"), ("iso-2022-jp", "aこb"), ("utf-16le", "a😀b"),
    ("gb18030", "a你好😀"),
    ("windows-1258", "a\u{1EA5}"),
  ])
  func `a stream is decoded the same however it is cut`(label: String, expected: String) throws {
    let bytes: [UInt8] =
      switch label {
      case "iso-8859-15": [0x61, 0xA4, 0xE4]
      case "iso-2022-jp": [0x61, 0x1B, 0x24, 0x42, 0x24, 0x33, 0x1B, 0x28, 0x42, 0x62]
      case "utf-16le": [0x61, 0, 0x3D, 0xD8, 0x00, 0xDE, 0x62, 0]
      case "gb18030": [0x61, 0xC4, 0xE3, 0xBA, 0xC3, 0x94, 0x39, 0xFC, 0x36]
      case "windows-1258": [0x61, 0xE2, 0xEC]
      default: octets("aä€😀") + [0xFF, 0x7A]
      }
    let decoded = try #require(
      try sameForAllCuts(bytes) { TransformedSource($0, CharsetDecoder(Charset(named: label))) })
    #expect(text(decoded) == expected)
  }

  @Test func `any octets are decoded the same however they are cut`() throws {
    var random = SplitMix64(seed: 31)
    for label in ["utf-8", "euc-jp", "iso-2022-kr", "gb18030", "utf-7", "utf-16", "shift_jis", "big5", "utf-32"] {
      for _ in 0..<30 {
        let bytes = random.bytes(random.index(40))
        let decoded = try sameForAllCuts(bytes) { TransformedSource($0, CharsetDecoder(Charset(named: label))) }
        #expect(decoded != nil, "\(label) \(bytes)")
        #expect(decoded.flatMap { String(validating: $0, as: UTF8.self) } != nil)
      }
    }
  }

  @Test func `a decoder counts what it replaced`() throws {
    let source = TransformedSource(ArraySource([0x61, 0xFF, 0x62, 0xC3]), CharsetDecoder(.utf8))
    #expect(text(try source.collected()) == "a\u{FFFD}b\u{FFFD}")
    #expect(source.transform.replacements == 2)
  }
}
