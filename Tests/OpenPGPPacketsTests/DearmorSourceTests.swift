import ByteStreams
import OpenPGPPackets
import TestSupport
import Testing

struct DearmorSourceTests {
  private let hello = Array("hello, armor".utf8)

  @Test func `what was armored comes back, in chunks of any size`() throws {
    var random = SplitMix64(seed: 3)
    for length in Array(0..<200) + [1000, 49_152, 100_001] {
      let bytes = random.bytes(length)
      let kind = ArmorKind.allCases[length % 4]
      let text = try armored(bytes, kind)
      let source = DearmorSource(SteppingSource(text, step: 1 + length % 97), chunkSize: 1 + length % 4096)
      #expect(try source.drain() == bytes)
      #expect(source.kind == kind)
      #expect(source.trailer == .nothing)
    }
  }

  /// What mail brings: each is the armor of `hello, armor`.
  static let lenient: [(name: String, text: String)] = [
    ("LF", "-----BEGIN PGP MESSAGE-----\n\naGVsbG8sIGFybW9y\n=XDE2\n-----END PGP MESSAGE-----\n"),
    ("no last line end", "-----BEGIN PGP MESSAGE-----\n\naGVsbG8sIGFybW9y\n=XDE2\n-----END PGP MESSAGE-----"),
    ("mixed", "-----BEGIN PGP MESSAGE-----\r\n\naGVs\nbG8sIGFybW9y\r\n=XDE2\n-----END PGP MESSAGE-----\r\n"),
    ("CR in the data", "-----BEGIN PGP MESSAGE-----\n\naGVs\rbG8s\rIGFybW9y\r\n=XDE2\n-----END PGP MESSAGE-----\n"),
    ("no checksum", "-----BEGIN PGP MESSAGE-----\n\naGVsbG8sIGFybW9y\n-----END PGP MESSAGE-----\n"),
    ("odd lines", "-----BEGIN PGP MESSAGE-----\n\na\nGVsb\n\nG8sIGF\nybW\n9y\n=XDE2\n-----END PGP MESSAGE-----\n"),
    (
      "headers",
      "-----BEGIN PGP MESSAGE-----\nVersion: 1\nComment: a: b\nCharset:\n\naGVsbG8sIGFybW9y\n=XDE2\n-----END PGP MESSAGE-----\n"
    ),
    (
      "blanks for an empty line",
      "-----BEGIN PGP MESSAGE-----\n \t\naGVsbG8sIGFybW9y\n=XDE2\n-----END PGP MESSAGE-----\n"
    ),
    ("no empty line", "-----BEGIN PGP MESSAGE-----\naGVsbG8sIGFybW9y\n=XDE2\n-----END PGP MESSAGE-----\n"),
    (
      "header, no empty line",
      "-----BEGIN PGP MESSAGE-----\nHash: X\naGVs\nbG8sIGFybW9y\n=XDE2\n-----END PGP MESSAGE-----\n"
    ),
    ("quoted", "> -----BEGIN PGP MESSAGE-----\n>\n> aGVsbG8sIGFybW9y\n> =XDE2\n> -----END PGP MESSAGE-----\n"),
    (
      "quoted twice",
      ">> -----BEGIN PGP MESSAGE-----\n>>\n> > aGVs\n>>bG8sIGFybW9y\n>>=XDE2\n>>-----END PGP MESSAGE-----\n"
    ),
    ("indented", "  -----BEGIN PGP MESSAGE-----\n\n  aGVsbG8sIGFybW9y\n\t=XDE2\n  -----END PGP MESSAGE-----\n"),
    ("blanks behind", "-----BEGIN PGP MESSAGE----- \n\naGVsbG8s  \nIGFybW9y\t\n=XDE2 \n-----END PGP MESSAGE-----  \n"),
    (
      "text before",
      "Hello,\n\nsee:\n-----BEGIN PGP\n-----BEGIN PGP MESSAGE-----\n\naGVsbG8sIGFybW9y\n-----END PGP MESSAGE-----\n"
    ),
    ("byte order mark", "\u{FEFF}-----BEGIN PGP MESSAGE-----\n\naGVsbG8sIGFybW9y\n=XDE2\n-----END PGP MESSAGE-----\n"),
    (
      "empty lines in the end",
      "-----BEGIN PGP MESSAGE-----\n\naGVsbG8sIGFybW9y\n\n=XDE2\n\n-----END PGP MESSAGE-----\n\n"
    ),
  ]

  @Test(arguments: lenient, [1, 7, 4096])
  func `armor is read however the mail was mangled`(armor: (name: String, text: String), chunkSize: Int) throws {
    let source = DearmorSource(ArraySource(Array(armor.text.utf8)), chunkSize: chunkSize)
    #expect(try source.drain() == hello)
    #expect(source.kind == .message)
    #expect(source.trailer == .nothing)
  }

  @Test(arguments: [
    ("aA==\n=1ZrR", "68"), ("aA\n=1ZrR", "68"), ("aA===1ZrR", "68"), ("aA=1ZrR", "68"), ("aA==", "68"), ("aA", "68"),
    ("aGU=\n=YAnE", "6865"), ("aGU\n=YAnE", "6865"), ("aGU==YAnE", "6865"), ("aGU=YAnE", "6865"), ("aGU", "6865"),
  ])
  func `padding may be missing and the checksum may follow it on its line`(data: String, hex: String) throws {
    for chunkSize in [1, 5, 100] {
      let text = "-----BEGIN PGP MESSAGE-----\n\n\(data)\n-----END PGP MESSAGE-----\n"
      let bytes = try DearmorSource(ArraySource(Array(text.utf8)), chunkSize: chunkSize).drain()
      #expect(bytes.map { String($0, radix: 16) }.joined() == hex)
    }
  }

  @Test(arguments: [
    "", "\n\n", "Hello, no armor here\n", "-----BEGIN PGP MESSAGE----\n\naGVs\n-----END PGP MESSAGE-----\n",
    "-----BEGIN PGP SIGNED MESSAGE-----\n\nx\n", "-----BEGIN PGP MESSAGE, PART 1/2-----\n\naGVs\n",
    "-----BEGIN PGP NONSENSE-----\n\naGVs\n-----END PGP NONSENSE-----\n",
    "-----BEGIN PGP MESSAGE-----\n", "-----BEGIN PGP MESSAGE-----\nno header\n\naGVs\n-----END PGP MESSAGE-----\n",
    "-----BEGIN PGP MESSAGE-----\n\naGVs\n", "-----BEGIN PGP MESSAGE-----\n\naGVs\n=XDE2\n",
    "-----BEGIN PGP MESSAGE-----\n\naGVsbG8sIGFybW9y\n=XDE3\n-----END PGP MESSAGE-----\n",
    "-----BEGIN PGP MESSAGE-----\n\naGVsbG8sIGFybW9y\n=XD\n-----END PGP MESSAGE-----\n",
    "-----BEGIN PGP MESSAGE-----\n\naGVsbG8sIGFybW9y\n=XDE2\n=XDE2\n-----END PGP MESSAGE-----\n",
    "-----BEGIN PGP MESSAGE-----\n\naGVsbG8sIGFybW9y\n=XDE2\naGVs\n-----END PGP MESSAGE-----\n",
    "-----BEGIN PGP MESSAGE-----\n\naGVsbG8sIGFybW9y\n=XDE2\n-----END PGP SIGNATURE-----\n",
    "-----BEGIN PGP MESSAGE-----\n\naGVs*bG8s\n-----END PGP MESSAGE-----\n",
    "-----BEGIN PGP MESSAGE-----\n\naGVs-bG8s\n-----END PGP MESSAGE-----\n",
    "-----BEGIN PGP MESSAGE-----\n\naGVs>bG8s\n-----END PGP MESSAGE-----\n",
    "-----BEGIN PGP MESSAGE-----\n\naGVsa\n-----END PGP MESSAGE-----\n",
    "-----BEGIN PGP MESSAGE-----\n\naGVs\n====\n-----END PGP MESSAGE-----\n",
    "-----BEGIN PGP MESSAGE-----\n\naA==aA==\n-----END PGP MESSAGE-----\n",
    "-----BEGIN PGP MESSAGE-----\n\naGVs\n-----END PGP MESSAGE----\n",
    "-----BEGIN PGP MESSAGE-----\n\naGVs\n-----BEGIN PGP MESSAGE-----\n\naGVs\n-----END PGP MESSAGE-----\n",
  ])
  func `what is not armor, or broken, is an error`(text: String) {
    for chunkSize in [1, 10, 4096] {
      let source = DearmorSource(ArraySource(Array(text.utf8)), chunkSize: chunkSize)
      #expect { try source.drain() } throws: { error in
        if case StreamError.malformed = error { true } else { false }
      }
    }
  }

  @Test func `every truncation is an error or the whole`() throws {
    let text = try armored(Vectors.encrypted)
    for length in 0..<text.count {
      let cut = DearmorSource(ArraySource(Array(text[..<length])))
      do {
        #expect(try cut.drain() == Vectors.encrypted)
        #expect(length >= text.count - 2)
      } catch {
        #expect(length < text.count - 2)
      }
    }
  }

  @Test func `no altered byte of the data goes unnoticed`() throws {
    let text = try armored(hello)
    let data = text.count - 50..<text.count - 29
    for index in data where characters.contains(text[index]) {
      for replacement in characters where replacement != text[index] {
        var altered = text
        altered[index] = replacement
        #expect(throws: StreamError.self) { try DearmorSource(ArraySource(altered)).drain() }
      }
    }
  }

  @Test func `binary passes through as it is`() throws {
    for bytes in [Vectors.encrypted, Vectors.certificate, [0x85], [UInt8](repeating: 0xFF, count: 100_000)] {
      let source = DearmorSource(SteppingSource(bytes, step: 33))
      #expect(try source.drain() == bytes)
      #expect(source.kind == nil)
    }
  }

  @Test func `the headers and what follows the block are told`() throws {
    let text = "-----BEGIN PGP SIGNATURE-----\nVersion: x y\nHash:\n\n-----END PGP SIGNATURE-----\n\n bye"
    let source = DearmorSource(ArraySource(Array(text.utf8)))
    try source.start()
    #expect(source.kind == .signature)
    #expect(source.headers.map { [$0.name, $0.value] } == [["Version", "x y"], ["Hash", ""]])
    #expect(try source.drain() == [])
    #expect(source.trailer == .something)
  }

  @Test(arguments: [
    ("-----BEGIN PGP MESSAGE-----\n\n-----END PGP MESSAGE-----\n", DearmorSource.Surrounding.nothing),
    ("> \n\r\n\u{FEFF}\n-----BEGIN PGP MESSAGE-----\n\n-----END PGP MESSAGE-----\n", .something),
    ("\u{FEFF}\n\n-----BEGIN PGP MESSAGE-----\n\n-----END PGP MESSAGE-----\n", .nothing),
    ("hi\n-----BEGIN PGP MESSAGE-----\n\n-----END PGP MESSAGE-----\n", .something),
  ])
  func `text before the block is told`(text: String, leader: DearmorSource.Surrounding) throws {
    let source = DearmorSource(ArraySource(Array(text.utf8)))
    try source.start()
    #expect(source.leader == leader)
    #expect(!source.isOtherText)
  }

  @Test(arguments: [
    ("", false), ("\r\n \n", false), ("good morning", true), ("a\n-----END PGP MESSAGE-----\n", false),
    ("a\n-----BEGIN PGP MESSAGE-----\n", false),
  ])
  func `text without a trace of armor is told from what was damaged`(text: String, isOther: Bool) {
    let source = DearmorSource(ArraySource(Array(text.utf8)))
    #expect(throws: StreamError.self) { try source.start() }
    #expect(source.isOtherText == isOther)
  }

  @Test func `headers without end are refused`() {
    let many = "-----BEGIN PGP MESSAGE-----\n" + String(repeating: "A: b\n", count: 101) + "\n"
    #expect(throws: StreamError.limitExceeded(limit: 100, what: "armor headers")) {
      try DearmorSource(ArraySource(Array(many.utf8))).drain()
    }
    let long = "-----BEGIN PGP MESSAGE-----\nA: " + String(repeating: "b", count: 3000) + "\n\n"
    #expect(throws: StreamError.malformed("the armor has a broken header")) {
      try DearmorSource(ArraySource(Array(long.utf8))).drain()
    }
  }

  @Test func `a long search for armor ends`() {
    let source = DearmorSource(ArraySource([UInt8](repeating: 10, count: 1_100_000)))
    #expect(throws: StreamError.malformed("there is no OpenPGP data")) { try source.start() }
  }

  @Test func `any bytes at all give bytes or an error`() throws {
    var random = SplitMix64(seed: 4)
    let text = try armored(Vectors.encrypted)
    let alphabet = Array("A=- >\r\n:*Zg".utf8) + [0, 0x80]
    for round in 0..<2000 {
      var mutated = text
      for _ in 0...random.next() % 4 {
        let index = Int(random.next() % UInt64(mutated.count))
        switch random.next() % 3 {
        case 0: mutated[index] = alphabet[Int(random.next() % UInt64(alphabet.count))]
        case 1: mutated.remove(at: index)
        default: mutated.insert(contentsOf: random.bytes(3, from: alphabet), at: index)
        }
      }
      let source = DearmorSource(SteppingSource(mutated, step: 1 + round % 50), chunkSize: 1 + round % 64)
      _ = try? source.drain()
    }
  }

  private let characters = Array("ABCabcxyz0189+/".utf8)
}
