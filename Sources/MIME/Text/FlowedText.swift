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
      var content = line.unicodeScalars[...]
      var marks = 0
      while content.first == ">" {
        content.removeFirst()
        marks += 1
        // QUIRK: `> > text`, as mutt quotes what was quoted, is depth 2. FlowedTextTests.swift
        if content.starts(with: " >".unicodeScalars) { content.removeFirst() }
      }
      if content.first == " " { content.removeFirst() }
      let isSeparator = content.elementsEqual("-- ".unicodeScalars)
      if marks != depth || isSeparator { close() }
      let isFlowed = !isSeparator && content.last == " "
      if isFlowed, trailingSpace == .deleted { content.removeLast() }
      text.unicodeScalars.append(contentsOf: content)
      (depth, isOpen) = (marks, true)
      if !isFlowed { close() }
    }
    close()
    return paragraphs
  }
}
