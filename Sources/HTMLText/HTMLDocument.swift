/// What html says to a reader: text in its blocks, and nothing that could act, fetch or deceive.
///
/// Elements are kept as blocks without any attributes. Where a link leads stands in the text after it, unless that is what the
/// link's text says. Scripts, styles and text that a style hides are gone; of images the alternative text stays. Everything is bounded:
/// depth by `HTMLReader`, size by the limit given.
package struct HTMLDocument: Sendable {
  /// A block of text.
  package enum Block: Hashable, Sendable {
    case paragraph, group, quote, preformatted, item, definitions, term, definition, table, row, cell
    /// From 1 to 6.
    case heading(Int)
    case list(isOrdered: Bool)
  }

  /// The content in order; blocks are properly nested.
  package enum Event: Equatable, Sendable {
    case open(Block)
    case close(Block)
    case text(String)
    case lineBreak
    case rule
  }

  package internal(set) var events: [Event] = []
  /// How many pieces would have been fetched from a network: images, styles, frames, sounds.
  package internal(set) var remoteCount = 0
  /// Whether there was text that a style or an attribute hides, or that is drawn.
  package internal(set) var hasHiddenText = false
  /// Whether the text was cut at the limit.
  package internal(set) var isCut = false

  /// Whether some of it quotes somebody.
  package var hasQuotes: Bool { events.contains(.open(.quote)) }

  /// Reads html that is already text.
  ///
  /// - Parameters:
  ///   - droppingClass: the class of a first element that is left out; nil for none.
  ///   - limit: about how many bytes of text are kept.
  package init(parsing html: String, droppingClass: String? = nil, limit: Int = 8 << 20) {
    var reader = HTMLReader(limit: limit, droppedClass: droppingClass)
    var tokenizer = HTMLTokenizer([UInt8](html.utf8))
    while !reader.document.isCut, let token = tokenizer.next() { reader.take(token) }
    reader.finish()
    self = reader.document
  }

  init() {}
}
