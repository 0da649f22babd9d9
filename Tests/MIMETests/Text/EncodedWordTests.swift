import TestSupport
import Testing

@testable import MIME

@Suite struct EncodedWordTests {
  // The first rows are examples of RFC 2047 §8 and RFC 2231 §5.
  @Test(arguments: [
    ("=?ISO-8859-1?Q?a?=", "a"),
    ("=?ISO-8859-1?Q?a?= b", "a b"),
    ("=?ISO-8859-1?Q?a?= =?ISO-8859-1?Q?b?=", "ab"),
    ("=?ISO-8859-1?Q?a?=  =?ISO-8859-1?Q?b?=", "ab"),
    ("=?ISO-8859-1?Q?a?=\r\n    =?ISO-8859-1?Q?b?=", "ab"),
    ("=?ISO-8859-1?Q?a_b?=", "a b"),
    ("=?ISO-8859-1?Q?a?= =?ISO-8859-2?Q?_b?=", "a b"),
    ("=?US-ASCII*EN?Q?Keith_Moore?=", "Keith Moore"),
    (
      "=?ISO-8859-1?B?SWYgeW91IGNhbiByZWFkIHRoaXMgeW8=?=\r\n =?ISO-8859-2?B?dSB1bmRlcnN0YW5kIHRoZSBleGFtcGxlLg==?=",
      "If you can read this you understand the example."
    ),
    ("=?utf-8?b?w6Q?=", "ä"),
    ("=?utf-8?q?=c3=a4?=", "ä"),
    ("=?UTF-8?Q?=C3?= =?utf-8?Q?=A4?=", "ä"),
    ("=?utf-8?b?4oI=?= =?utf-8?b?rA==?=", "€"),
    ("x=?utf-8?q?=C3=A4?=y", "xäy"),
    ("=?windows-1252?q?=80?=", "€"),
    ("=?iso-8859-1?q?=E4=93x=94?=", "ä“x”"),
    ("=?koi8-r?b?8NLJ18XU?=", "Привет"),
    ("=?iso-2022-jp?b?GyRCJDMkcyRLJEEkTxsoQg==?=", "こんにちは"),
    ("=?gb2312?b?xOO6ww==?=", "你好"),
    ("=?big5?b?p0Gmbg==?=", "你好"),
    ("=?euc-kr?b?vsiz5w==?=", "안녕"),
    ("=?shift_jis?b?g2WDWINn?=", "テスト"),
    ("=?utf-7?q?Hi_Mom_+Jjo-?=", "Hi Mom ☺"),
    ("=?utf-8?q?two words?=", "two words"),
    ("=?unknown-8bit?q?gr=C3=BCn?=", "grün"),
    ("=?nonsense?q?gr=FCn?=", "grün"),
    ("plain", "plain"),
    ("", ""),
    ("a  b", "a  b"),
  ])
  func `encoded words become text`(value: String, expected: String) {
    #expect(EncodedWord.decode(octets(value)) == expected)
  }

  @Test(arguments: [
    "=?utf-8?q?a", "=?utf-8?q?a?", "=?utf-8?x?a?=", "=?utf-8?q?=G1?=", "=?utf-8?b?@@@@?=",
    "=??q?a?=", "=?utf-8?b?YQ ==?=", "=?=?=?=", "=?utf-8??a?=", "=? utf-8?q?a?=", "=?utf-8?b?abcde?=", "=?utf-8?q?=A?=",
  ])
  func `a word that can't be decoded stays as it was`(value: String) {
    #expect(EncodedWord.decode(octets(value)) == value)
  }

  @Test func `controls never come out of a word`() {
    #expect(EncodedWord.decode(octets("=?utf-8?q?a=0D=0AB=09c=00=1B[2J=7F?=")) == "a  B c\u{FFFD}\u{FFFD}[2J\u{FFFD}")
    #expect(EncodedWord.decode([0x61, 0x00, 0x1B, 0x62]) == "a\u{FFFD}\u{FFFD}b")
  }

  @Test func `octets outside of words are UTF-8, else windows-1252`() {
    #expect(EncodedWord.decode(octets("grün =?utf-8?q?x?= blau")) == "grün x blau")
    #expect(EncodedWord.decode([0x67, 0x72, 0xFC, 0x6E, 0x80]) == "grün€")
  }

  @Test func `text comes back from its words`() {
    var random = SplitMix64(seed: 7)
    let alphabet = Array("ab zÄß漢😀?=_.\u{301}\"".unicodeScalars)
    for round in 0..<600 {
      var scalars = String.UnicodeScalarView()
      for _ in 0..<random.index(160) { scalars.append(alphabet[random.index(alphabet.count)]) }
      let words = EncodedWord.encode(String(scalars), firstLimit: round % 3 == 0 ? 20 : 75)
      #expect(words.allSatisfy { $0.utf8.count <= 75 && $0.utf8.allSatisfy { (0x21...0x7E).contains($0) } })
      let joined = octets(words.joined(separator: "\r\n "))
      #expect(EncodedWord.decode(joined).unicodeScalars.elementsEqual(scalars))
      for word in words {
        let decoded = EncodedWord.Scanned(octets(word), at: 0)?.octets ?? [0xFF]
        #expect(String(validating: decoded, as: UTF8.self) != nil, "a character is split: \(word)")
      }
    }
  }

  @Test func `the shorter of B and Q is taken`() {
    #expect(EncodedWord.encode("Viele Grüße aus dem schönen Nordrhein").allSatisfy { $0.hasPrefix("=?UTF-8?Q?") })
    #expect(EncodedWord.encode("こんにちは").allSatisfy { $0.hasPrefix("=?UTF-8?B?") })
  }

  @Test(arguments: [
    ("=?utf-8?q?a?= ", 50_000), ("=?iso-8859-1?b?4Q==?= =?koi8-r?b?4Q==?= ", 15_000), ("=?", 50_000),
    ("=?utf-8?q?", 50_000),
    ("=?none?q?x?= ", 50_000), ("a", 100_000), ("=", 100_000),
    ("=?utf-8?q?\(String(repeating: "a", count: 100))", 1_000),
  ])
  func `hostile values take linear time`(piece: String, count: Int) {
    let value = octets(String(repeating: piece, count: count))
    let elapsed = ProcessorTime.seconds { _ = EncodedWord.decode(value) }
    #expect(elapsed < 10)
  }

  @Test func `no octets crash the decoder`() {
    var random = SplitMix64(seed: 23)
    let alphabet = octets("=?utf-8?q?b?=A= \r\n_") + [0x80, 0xC3, 0xFF, 0]
    for _ in 0..<3_000 {
      let value = (0..<random.index(60)).map { _ in alphabet[random.index(alphabet.count)] }
      let decoded = EncodedWord.decode(value)
      #expect(!decoded.utf8.contains { $0 < 0x20 || $0 == 0x7F })
    }
  }
}
