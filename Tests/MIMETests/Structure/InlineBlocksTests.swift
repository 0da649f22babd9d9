import MIME
import Testing

@Suite struct InlineBlocksTests {
  private static let message = "-----BEGIN PGP MESSAGE-----\n\nwV4D\n=abcd\n-----END PGP MESSAGE-----\n"
  private static let signed = """
    -----BEGIN PGP SIGNED MESSAGE-----
    Hash: SHA512

    the figures

    - -- 
    Alice
    -----BEGIN PGP SIGNATURE-----

    iHUE
    -----END PGP SIGNATURE-----

    """

  private func find(_ text: String) -> InlineBlocks { InlineBlocks(in: Array(text.utf8)) }

  @Test(arguments: ["", "\n \n", "\r\n"])
  func `a block that is all the text is the only one`(blank: String) {
    for (text, kind) in [(Self.message, ArmorMark.Kind.message), (Self.signed, .signedMessage)] {
      let only = find(blank + text + blank).only
      #expect(only?.kind == kind)
      #expect(only.map { String(decoding: $0.text, as: UTF8.self) } == text)
    }
  }

  @Test(arguments: ["before\n" + message, message + "after", message + "\n-- \nfooter\n", ">\n> x\n" + message])
  func `text around a block is noticed`(text: String) {
    let found = find(text)
    #expect(found.hasTextAround)
    #expect(found.only == nil)
    #expect(found.blocks.count == 1)
  }

  @Test(arguments: ["> ", ">", "    ", "\t", "> > ", ">>"])
  func `marks of quotation before the lines of a block are removed, and nothing else`(mark: String) {
    for text in [Self.message, Self.signed] {
      let lines = text.split(separator: "\n", omittingEmptySubsequences: false).dropLast()
      let full = lines.map { "\(mark)\($0)\n" }.joined()
      let trimmed = lines.map { $0.isEmpty ? mark.trimmed + "\n" : "\(mark)\($0)\n" }.joined()
      for quoted in [full, trimmed] {
        #expect(find(quoted).only.map { String(decoding: $0.text, as: UTF8.self) } == text)
      }
    }
  }

  @Test func `several blocks are kept apart`() {
    let found = find(Self.message + Self.signed + Self.message)
    #expect(found.blocks.map(\.kind) == [.message, .signedMessage, .message])
    #expect(!found.hasTextAround)
    #expect(found.only == nil)
  }

  @Test func `an END line of another kind ends nothing`() {
    let found = find("-----BEGIN PGP MESSAGE-----\n-----END PGP SIGNATURE-----\n" + Self.message)
    #expect(found.blocks.count == 1)
    #expect(found.only != nil)
  }

  @Test(arguments: [
    "-----BEGIN PGP PUBLIC KEY BLOCK-----\n", "-----BEGIN PGP MESSAGE----\n", "x -----BEGIN PGP MESSAGE-----\n",
    "-----BEGIN PGP MESSAGE----- x\n", "- -----BEGIN PGP MESSAGE-----\n", "",
  ])
  func `what only looks like a block is text`(text: String) {
    #expect(find(text).blocks.isEmpty)
  }

  @Test func `a megabyte of BEGIN lines and of quotation marks is read in linear time`() {
    let begins = String(repeating: Self.message, count: 20_000)
    #expect(find(begins).blocks.count == 100)
    #expect(find(begins).hasTextAround)
    let marks = String(repeating: ">", count: 1 << 20) + Self.message
    #expect(find(marks).blocks.count == 1)
    let deep = find(String(repeating: "> ", count: 1 << 19) + Self.message + String(repeating: ">\n", count: 1 << 19))
    #expect(deep.blocks.count == 1)
    let blank = String(repeating: " ", count: 1 << 19)
    let lines = String(repeating: "\n", count: 1 << 19)
    #expect(find(blank + Self.message.replacing("END", with: lines)).blocks.count == 1)
  }
}

extension String {
  fileprivate var trimmed: String {
    var text = self
    while text.last == " " || text.last == "\t" { text.removeLast() }
    return text
  }
}
