/// What an element's name means to a reader of text.
struct HTMLElement: Equatable {
  let name: String
  /// The block it makes; nil for what stands in a line.
  let block: HTMLDocument.Block?
  /// Its place among the elements that are known here; 0 for all others.
  let code: UInt8

  init(_ name: String) {
    self.name = name
    (block, code) = Self.known[name] ?? (nil, 0)
  }

  /// Whether what is in it is no text: nothing of it is shown, or told.
  var isDropped: Bool { Self.dropped.contains(self) }

  /// Whether it holds a drawing, whose text has no order.
  var isDrawing: Bool { self == Self.drawing }

  /// Whether what is in it is not a part of the drawing that it stands in.
  var isUnseenInDrawing: Bool { ["title", "desc", "metadata", "style", "script", "template"].contains(name) }

  /// Whether it is a part of a table, which means nothing outside of one.
  var isTablePart: Bool { Self.tableParts.contains(self) }

  /// Whether it only groups rows, which stand in their table all the same.
  var isTableSection: Bool { Self.tableSections.contains(self) }

  static func == (one: HTMLElement, other: HTMLElement) -> Bool {
    one.code == other.code && (one.code != 0 || one.name == other.name)
  }

  // MARK: Names

  private static let names: [(block: HTMLDocument.Block?, names: String)] = [
    (nil, "a svg object template script style title iframe noembed noframes datalist"),
    (.paragraph, "p"), (.quote, "blockquote"), (.preformatted, "pre xmp plaintext listing"),
    (.list(isOrdered: false), "ul menu dir"), (.list(isOrdered: true), "ol"), (.item, "li"), (.definitions, "dl"),
    (.term, "dt"), (.definition, "dd"), (.table, "table"), (.row, "tr"), (.cell, "td th"),
    (.heading(1), "h1"), (.heading(2), "h2"), (.heading(3), "h3"), (.heading(4), "h4"), (.heading(5), "h5"),
    (.heading(6), "h6"),
    (
      .group,
      """
      caption thead tbody tfoot hr div section article header footer main nav aside address center figure figcaption form \
      fieldset legend details summary dialog hgroup search
      """
    ),
  ]

  private static let known: [String: (HTMLDocument.Block?, UInt8)] = {
    var known: [String: (HTMLDocument.Block?, UInt8)] = [:]
    for (block, row) in names {
      for name in row.split(separator: " ") { known[String(name)] = (block, UInt8(known.count + 1)) }
    }
    return known
  }()

  static let drawing = HTMLElement("svg")
  static let link = HTMLElement("a")
  static let table = HTMLElement("table")
  static let tableRow = HTMLElement("tr")
  static let tableCell = HTMLElement("td")

  private static let dropped = ElementSet("script style title template iframe noembed noframes svg datalist")
  private static let tableSections = ElementSet("thead tbody tfoot")
  private static let tableParts = ElementSet("tr td th thead tbody tfoot caption")

  // MARK: Where elements end

  static let headings = ElementSet("h1 h2 h3 h4 h5 h6")
  /// What is outside of these is out of reach of tags inside.
  ///
  /// Source: WHATWG HTML §13.2.4.2
  static let scope = ElementSet("table td th caption object template")
  private static let listScope = scope.union(ElementSet("ul ol menu dir"))

  /// What an end tag of this block does not reach beyond.
  var boundary: ElementSet { Self.boundaries[name] ?? Self.scope }

  private static let boundaries: [String: ElementSet] = [
    "table": ElementSet("template"), "tr": ElementSet("table"), "td": ElementSet("table"), "th": ElementSet("table"),
    "caption": ElementSet("table"), "li": listScope,
  ]

  /// Open elements that a start tag ends, and what it does not reach beyond.
  struct Implied {
    let ended: ElementSet
    let boundary: ElementSet
  }

  /// What the start tag of this block ends without saying so, in order.
  var implied: [Implied] { Self.impliedEnds[name] ?? [Self.endOfParagraph] }

  private static let endOfParagraph = Implied(ended: ElementSet("p"), boundary: scope)

  private static let impliedEnds: [String: [Implied]] = {
    let row = [Implied(ended: ElementSet("caption tr"), boundary: ElementSet("table"))]
    let section = row + [Implied(ended: tableSections, boundary: ElementSet("table"))]
    let cell = [
      Implied(ended: ElementSet("caption"), boundary: ElementSet("table")),
      Implied(ended: ElementSet("td th"), boundary: ElementSet("tr table")),
    ]
    let item = [endOfParagraph, Implied(ended: ElementSet("li"), boundary: listScope)]
    let entry = [endOfParagraph, Implied(ended: ElementSet("dt dd"), boundary: scope.union(ElementSet("dl")))]
    let blocks = ElementSet(names.filter { $0.block != nil }.map(\.names).joined(separator: " "))
    let heading = [endOfParagraph, Implied(ended: headings, boundary: blocks.subtracting(headings))]
    return [
      "tr": row, "thead": section, "tbody": section, "tfoot": section, "caption": row, "td": cell, "th": cell,
      "li": item, "dt": entry, "dd": entry, "h1": heading, "h2": heading, "h3": heading, "h4": heading,
      "h5": heading, "h6": heading,
    ]
  }()
}
