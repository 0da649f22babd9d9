extension HTMLDocument {
  /// The document as plain text: paragraphs with empty ones between, lists with their marks, quotes behind `> `, a line for each row
  /// of a table.
  package var paragraphs: [HTMLParagraph] {
    var rendering = PlainRendering()
    for event in events { rendering.take(event) }
    return rendering.finish()
  }
}

/// Writes a document as plain text.
struct PlainRendering {
  /// What a block puts before the lines in it.
  private enum Margin {
    case quote
    case indent(Int)
    /// A list's item: its mark before its first line, blanks before the rest.
    case item(mark: String, isUsed: Bool)
  }

  private var paragraphs: [HTMLParagraph] = []
  private var margins: [Margin] = []
  /// The numbers that the open lists' items have so far; nil for a list of dots.
  private var lists: [Int?] = []
  private var line = String.UnicodeScalarView()
  private var hasPendingBlank = false
  private var needsEmptyLine = false
  private var preformatted = 0
  /// How many quotes the last line stood in.
  private var lastDepth = 0

  mutating func take(_ event: HTMLDocument.Event) {
    switch event {
    case .open(let block): open(block)
    case .close(let block): close(block)
    case .text(let text): preformatted > 0 ? takeAsItStands(text) : take(text)
    case .lineBreak:
      // A break on an empty line is an empty line, however many there are.
      if line.isEmpty { needsEmptyLine = true }
      endLine()
    case .rule:
      endLine()
      line = "--------".unicodeScalars
      endLine()
    }
  }

  mutating func finish() -> [HTMLParagraph] {
    endLine()
    return paragraphs
  }

  // MARK: Blocks

  private mutating func open(_ block: HTMLDocument.Block) {
    if block == .cell {
      // Cells of one line are told apart; a cell of paragraphs starts a line of its own.
      if !line.isEmpty { append(" | ") }
      return
    }
    endLine()
    if Self.stands(apart: block, inList: !lists.isEmpty) { needsEmptyLine = true }
    switch block {
    case .quote: margins.append(.quote)
    case .list(let isOrdered): lists.append(isOrdered ? 0 : nil)
    case .definition: margins.append(.indent(2))
    case .preformatted: preformatted += 1
    case .item: margins.append(.item(mark: nextMark(), isUsed: false))
    default: break
    }
  }

  private mutating func close(_ block: HTMLDocument.Block) {
    if block == .cell { return }
    endLine()
    switch block {
    case .quote, .definition, .item: _ = margins.popLast()
    case .list: _ = lists.popLast()
    case .preformatted: preformatted -= 1
    default: break
    }
    if Self.stands(apart: block, inList: !lists.isEmpty) { needsEmptyLine = true }
  }

  /// Whether an empty line stands before and behind.
  private static func stands(apart block: HTMLDocument.Block, inList: Bool) -> Bool {
    switch block {
    case .paragraph, .quote, .preformatted, .heading, .table: true
    case .list, .definitions: !inList
    default: false
    }
  }

  private mutating func nextMark() -> String {
    guard let last = lists.last, let number = last else { return "* " }
    lists[lists.count - 1] = number + 1
    return "\(number + 1). "
  }

  // MARK: Text

  private mutating func take(_ text: String) {
    for scalar in text.unicodeScalars {
      switch scalar {
      case " ", "\n", "\t", "\r", "\u{C}": hasPendingBlank = !line.isEmpty && line.last != " "
      default:
        if hasPendingBlank { line.append(" ") }
        hasPendingBlank = false
        line.append(scalar)
      }
    }
  }

  private mutating func append(_ text: String) {
    hasPendingBlank = false
    line.append(contentsOf: text.unicodeScalars)
  }

  private mutating func takeAsItStands(_ text: String) {
    let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
    for (index, part) in lines.enumerated() {
      if index > 0 { endLine(keepsEmpty: true) }
      line.append(contentsOf: part.unicodeScalars)
    }
  }

  private mutating func endLine(keepsEmpty: Bool = false) {
    hasPendingBlank = false
    // What has nothing but blanks that do not break is an empty line.
    guard keepsEmpty || line.contains(where: { !$0.properties.isWhitespace }) else {
      if !line.isEmpty { needsEmptyLine = true }
      line = String.UnicodeScalarView()
      return
    }
    let (first, rest, depth) = prefixes()
    if needsEmptyLine, !paragraphs.isEmpty {
      let marks = String(repeating: "> ", count: min(depth, lastDepth))
      paragraphs.append(HTMLParagraph(first: marks, rest: marks, text: "", isPreformatted: false))
    }
    needsEmptyLine = false
    lastDepth = depth
    paragraphs.append(HTMLParagraph(first: first, rest: rest, text: String(line), isPreformatted: preformatted > 0))
    line = String.UnicodeScalarView()
  }

  private mutating func prefixes() -> (first: String, rest: String, depth: Int) {
    var (first, rest, depth) = ("", "", 0)
    for index in margins.indices {
      switch margins[index] {
      case .quote:
        first += "> "
        rest += "> "
        depth += 1
      case .indent(let columns):
        first += String(repeating: " ", count: columns)
        rest += String(repeating: " ", count: columns)
      case .item(let mark, let isUsed):
        let blanks = String(repeating: " ", count: mark.utf8.count)
        first += isUsed ? blanks : mark
        rest += blanks
        margins[index] = .item(mark: mark, isUsed: true)
      }
    }
    return (first, rest, depth)
  }
}
