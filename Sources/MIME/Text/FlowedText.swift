/// Text of format=flowed, for showing: the lines that one paragraph was cut into are joined again.
///
/// Source: RFC 3676 §4
package enum FlowedText {
  /// A paragraph or a fixed line.
  package struct Paragraph: Equatable, Sendable {
    /// How many `>` stand before it.
    package let quoteDepth: Int
    package let text: String
  }

  /// What the space at a flowed line's end is.
  package enum TrailingSpace: Sendable {
    /// A part of the text: the parameter DelSp is missing or "no".
    case kept
    /// A mark only: DelSp is "yes".
    case deleted
  }

  /// Joins `lines`, which come without line ends; the signature separator `-- ` always stands alone.
  package static func unfold(_ lines: some Sequence<String>, trailingSpace: TrailingSpace) -> [Paragraph] {
    var paragraphs: [Paragraph] = []
    var (depth, text, isOpen) = (0, "", false)
    func close() {
      if isOpen { paragraphs.append(Paragraph(quoteDepth: depth, text: text)) }
      (text, isOpen) = ("", false)
    }
    for line in lines {
      var content = line.utf8[...]
      var marks = 0
      while content.first == mark {
        content.removeFirst()
        marks += 1
        // QUIRK: `> > text`, as mutt quotes what was quoted, is depth 2. FlowedTextTests.swift
        if content.starts(with: " >".utf8) { content.removeFirst() }
      }
      if content.first == ASCII.space { content.removeFirst() }
      let isSeparator = content.elementsEqual("-- ".utf8)
      if marks != depth || isSeparator { close() }
      let isFlowed = !isSeparator && content.last == ASCII.space
      if isFlowed, trailingSpace == .deleted { content.removeLast() }
      text += Substring(content)
      (depth, isOpen) = (marks, true)
      if !isFlowed { close() }
    }
    close()
    return paragraphs
  }

  private static let mark = UInt8(ascii: ">")
}
