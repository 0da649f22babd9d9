import TestSupport
import Testing

@testable import postseal

@Suite struct TerminalTextTests {
  @Test(arguments: [
    ("plain text", "plain text"),
    ("Käse, 漢字", "Käse, 漢字"),
    ("a\u{1B}[31mred", "a<U+001B>[31mred"),
    ("a\rb\nc\td", "a<U+000D>b<U+000A>c<U+0009>d"),
    ("\u{7F}\u{9B}", "<U+007F><U+009B>"),
    ("evil\u{202E}gpj.exe", "evil<U+202E>gpj.exe"),
    ("pay\u{200B}pal\u{FEFF}", "pay<U+200B>pal<U+FEFF>"),
    ("\u{2066}x\u{2069}\u{2028}", "<U+2066>x<U+2069><U+2028>"),
    ("\u{E0041}\u{3164}\u{00AD}", "<U+E0041><U+3164><U+00AD>"),
    ("❤\u{FE0F}", "❤\u{FE0F}"),
  ])
  func `what could move, reorder, hide or imitate is made visible`(text: String, shown: String) {
    #expect(TerminalText.visible(text) == shown)
  }

  @Test func `text in ASCII is broken as any other`() {
    var random = SplitMix64(seed: 5)
    // A CR takes the slower way, as a letter of one column.
    for length in 0..<300 {
      let text = String(decoding: random.bytes(length, from: [UInt8]("aaaaa  \t".utf8)), as: UTF8.self)
      let expected = TerminalText.wrapped(text.replacing("a", with: "\r"), to: 12)
      #expect(TerminalText.wrapped(text, to: 12).map { $0.replacing("a", with: "\r") } == expected)
    }
  }

  @Test func `every control, bidi and zero-width scalar is made visible`() {
    let ranges: [ClosedRange<UInt32>] = [
      0...0x1F, 0x7F...0x9F, 0x200B...0x200F, 0x202A...0x202E, 0x2060...0x206F, 0x61C...0x61C, 0xFEFF...0xFEFF,
    ]
    for value in ranges.joined() {
      guard let scalar = Unicode.Scalar(value) else { continue }
      #expect(TerminalText.visible(String(scalar)).hasPrefix("<U+"), "U+\(String(value, radix: 16))")
    }
  }

  @Test func `a tab stays in a line of text alone`() {
    #expect(TerminalText.visible("a\tb", .textLine) == "a\tb")
    #expect(TerminalText.visible("a\rb", .textLine) == "a<U+000D>b")
  }

  @Test(
    arguments: [
      ([0x61, 0xFF, 0x62], "a<0xFF>b"),
      ([0xC3, 0xA9], "é"),
      ([0xC3], "<0xC3>"),
      ([0xE2, 0x82, 0x41], "<0xE2><0x82>A"),
      ([0xC0, 0x80], "<0xC0><0x80>"),
      ([0xFF, 0x1B], "<0xFF><U+001B>"),
    ] as [([UInt8], String)])
  func `bytes that are not UTF-8 are shown one by one`(bytes: [UInt8], shown: String) {
    #expect(TerminalText.visible(bytes: bytes) == shown)
  }

  @Test func `heaps of marks on one letter are made visible, those of any script stay`() {
    let mark = "\u{301}"
    #expect(TerminalText.visible("e\(mark)a") == "e\(mark)a")
    let heap = "e" + String(repeating: mark, count: 10) + "x"
    #expect(TerminalText.visible(heap) == "e" + String(repeating: mark, count: 8) + "<U+0301><U+0301>x")
  }

  @Test func `what the C library knows no width of counts as wide, and nothing but a mark as nothing`() {
    // A lone Hangul vowel, an emoji with its selector, and a letter with its mark.
    #expect(TerminalText.width("\u{1161}") >= 1)
    #expect(TerminalText.width("\u{2764}\u{FE0F}") >= 2)
    #expect(TerminalText.width("\u{1FAE8}") >= 1)
    #expect(TerminalText.width("a\u{301}") <= 3)
  }

  @Test(arguments: ["\u{1100}", "漢", "a ", "\u{2764}\u{FE0F}", "e\u{301}", " 漢"])
  func `no line is wider than asked for`(unit: String) {
    let text = String(repeating: unit, count: 300)
    for columns in [12, 40] {
      for line in TerminalText.wrapped(text, to: columns) { #expect(TerminalText.width(line) <= columns + 1) }
    }
  }

  @Test(arguments: [
    ("alice@example.org.aaaaaaaaaaaaaaaa.evil.example", "alice@examp…evil.example"),
    ("alice@example.org", "alice@example.org"),
    ("漢漢漢漢漢漢漢漢漢漢漢漢漢漢", "漢漢漢漢漢…漢漢漢漢漢漢"),
    (String(repeating: "a", count: 25), "aaaaaaaaaaa…aaaaaaaaaaaa"),
  ])
  func `where an address is cut its end stays, and it is no wider than asked for`(text: String, shown: String) {
    #expect(TerminalText.shortened(text, to: 24, keeping: 12) == shown)
    for columns in 14..<30 {
      #expect(TerminalText.width(TerminalText.shortened(text, to: columns, keeping: 12)) <= columns)
    }
  }

  @Test func `text is cut with an ellipsis and padded by columns`() {
    #expect(TerminalText.truncated("abcdef", to: 4) == "abc…")
    #expect(TerminalText.truncated("abcd", to: 4) == "abcd")
    #expect(TerminalText.padded("ab", to: 4) == "ab  ")
    #expect(TerminalText.padded("abcdef", to: 4) == "abcdef")
  }

  @Test func `without UTF-8 marks have ASCII twins and the rest is spelled out`() {
    let style = Style(hasColour: false, hasUTF8: false)
    #expect(style.fit("✓ a · b … │ é\u{A0}€") == "+ a - b ... | <U+00E9> <U+20AC>")
    #expect(Style(hasColour: false, hasUTF8: true).fit("✓ é") == "✓ é")
  }

  @Test func `what is quoted stays behind its marks where its line is broken`() {
    let style = Style(hasColour: false, hasUTF8: true)
    func lines(_ text: String) -> [String] { TextLine.fixed(text).flatMap { $0.wrapped(to: 20, style: style) } }
    #expect(lines("> > not my words, but yours") == ["> > not my words,", "> > but yours"])
    #expect(lines(">none at all, not one") == [">none at all, not", ">one"])
    #expect(lines("my > words, and more") == ["my > words, and more"])
    #expect(lines(">\n> \n>> x\n  > y") == [">", "> ", ">> x", "  > y"])
    #expect(TextLine.fixed("> > words\n>").map(\.joined) == ["> > words", ">"])
    // Marks that fill the line leave it as it is.
    let marks = String(repeating: ">", count: 50)
    #expect(lines(marks + "x").joined() == marks + "x")
  }

  @Test func `only the mark is coloured`() {
    #expect(Style(hasColour: true, hasUTF8: true).mark(.good) == "\u{1B}[32m✓\u{1B}[0m")
    #expect(Style(hasColour: false, hasUTF8: true).mark(.good) == "✓")
  }
}
