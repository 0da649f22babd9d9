/// The armored blocks with a message's content that stand in the decoded text of a leaf, whatever marks of quotation a mail
/// program put before each of their lines.
///
/// Linear in the text; nothing in a block is decoded or checked.
///
/// Source: RFC 9580 §6.2, §7
package struct InlineBlocks: Equatable, Sendable {
  /// The blocks in order of appearance.
  package private(set) var blocks: [Block] = []
  /// True when something else than blanks stands outside the blocks.
  package private(set) var hasTextAround = false

  /// One block, from its BEGIN to its END line.
  package struct Block: Equatable, Sendable {
    /// `message` or `signedMessage`.
    package let kind: ArmorMark.Kind
    /// The lines with their line ends, the marks before them removed.
    package internal(set) var text: [UInt8]
  }

  /// The block that is all the text there is; nil when there is none, several, or text around it.
  package var only: Block? { blocks.count == 1 && !hasTextAround ? blocks[0] : nil }

  /// More blocks than anybody puts into one text; what comes after them counts as text.
  private static let blockLimit = 100

  /// Finds the blocks of a text in ASCII or a superset of it.
  package init(in text: [UInt8]) {
    /// What stands before the lines of the block that is being read.
    var marks: Marks?
    var start = 0
    while start < text.count {
      let end = text[start...].firstIndex(of: ASCII.lineFeed).map { $0 + 1 } ?? text.count
      let line = text[start..<end]
      start = end
      if let current = marks {
        let bare = Self.unmarked(line, current)
        blocks[blocks.count - 1].text += bare
        if Self.ends(blocks[blocks.count - 1].kind, bare) { marks = nil }
      } else if blocks.count < Self.blockLimit, let (found, kind) = Self.begin(line) {
        marks = Marks(found)
        blocks.append(Block(kind: kind, text: Array(line.dropFirst(found.count))))
      } else if !line.allSatisfy({ Self.isMark($0) || $0.isBlankOrLineEnd }) {
        hasTextAround = true
      }
    }
  }

  /// A BEGIN line of a block with content, and the marks before it.
  private static func begin(_ line: ArraySlice<UInt8>) -> (marks: ArraySlice<UInt8>, kind: ArmorMark.Kind)? {
    let marks = line.prefix { isMark($0) }
    guard line.count - marks.count < 60 else { return nil }
    guard let kind = ArmorMark.Kind(line: Array(line.dropFirst(marks.count))), kind.isContent else { return nil }
    return (marks, kind)
  }

  private static func isMark(_ octet: UInt8) -> Bool { octet.isBlank || octet == UInt8(ascii: ">") }

  /// What stands before the lines of a block.
  private struct Marks {
    let whole: ArraySlice<UInt8>
    /// Without the blanks at its end; found once, because it can be long, and so can the block.
    let bare: ArraySlice<UInt8>

    init(_ marks: ArraySlice<UInt8>) {
      whole = marks
      bare = marks.trimmingTail()
    }
  }

  /// The line without the marks that stand before the others of its block.
  ///
  /// QUIRK: replies put `> ` before each line, and trim it to `>` before an empty one. InlineBlocksTests.swift
  private static func unmarked(_ line: ArraySlice<UInt8>, _ marks: Marks) -> ArraySlice<UInt8> {
    if line.starts(with: marks.whole) { return line.dropFirst(marks.whole.count) }
    return !marks.bare.isEmpty && line.starts(with: marks.bare) ? line.dropFirst(marks.bare.count) : line
  }

  private static func ends(_ kind: ArmorMark.Kind, _ line: ArraySlice<UInt8>) -> Bool {
    let last = kind == .signedMessage ? "-----END PGP SIGNATURE-----" : "-----END PGP MESSAGE-----"
    return line.count >= last.utf8.count && line.first == ASCII.hyphen && line.trimmingTail().elementsEqual(last.utf8)
  }
}
