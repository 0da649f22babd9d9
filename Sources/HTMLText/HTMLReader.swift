/// Builds a document of tokens, closing and nesting elements as browsers do, on a stack of bounded depth.
///
/// Source: WHATWG HTML §13.2.6, without its parts about scripts, frames and formatting that crosses blocks.
struct HTMLReader {
  /// Deeper elements only break lines; nobody's mail nests as deep.
  static let depthLimit = 200

  private(set) var document = HTMLDocument()
  private var stack = ElementStack()
  private let limit: Int
  private var size = 0
  /// The address that relative links start from; nil unless the html names one.
  private var base: String?
  /// A line break right after `<pre>` is none.
  private var atStartOfPreformatted = false

  /// The class of the element that is dropped when it comes before any text.
  private var droppedClass: String?

  init(limit: Int, droppedClass: String?) {
    self.limit = limit
    self.droppedClass = droppedClass
  }

  mutating func take(_ token: HTMLToken) {
    switch token {
    case .text(let text): take(text)
    case .start(let tag): open(tag)
    case .end(let name): close(name)
    }
  }

  /// Closes what is open at the end of the text.
  mutating func finish() { pop(to: 0) }

  // MARK: Text

  private mutating func take(_ text: String) {
    guard !stack.isHidden else {
      if stack.last?.kind.name == "style" { document.remoteCount += RemoteContent.count(inStyleSheet: text) }
      if stack.holdsText, text.utf8.contains(where: { !HTMLByte.isSpace($0) }) { document.hasHiddenText = true }
      return
    }
    var text = VisibleText.stripped(text)
    if atStartOfPreformatted {
      atStartOfPreformatted = false
      if text.utf8.first == 0x0A { text.removeFirst() }
    }
    guard !text.isEmpty else { return }
    if let block = stack.innermostBlock, block == .table || block == .row {
      guard text.utf8.contains(where: { !HTMLByte.isSpace($0) }) else { return }
      if block == .table { push(.tableRow, .row) }
      push(.tableCell, .cell)
    }
    if droppedClass != nil, text.utf8.contains(where: { !HTMLByte.isSpace($0) }) { droppedClass = nil }
    stack.addLinkText(text)
    emit(.text(text))
  }

  // MARK: Start tags

  private mutating func open(_ tag: HTMLTag) {
    document.remoteCount += RemoteContent.count(in: tag)
    switch tag.name {
    case "html", "head", "body", "meta", "link", "area", "col", "colgroup", "param", "source", "track", "wbr": break
    case "base": base = base ?? tag["href"].flatMap(LinkTarget.base)
    case "br": emitVisible(.lineBreak)
    case "hr":
      closeImplied(by: HTMLElement(tag.name))
      emitVisible(.rule)
    case "img", "image", "input", "embed":
      if let text = ImageText.text(of: tag), !InlineStyle.hides(tag) { take(text) }
    default:
      let element = HTMLElement(tag.name)
      // Outside of tables the tags of their parts mean nothing.
      if !element.isTablePart || stack.isInTable { open(element, tag) }
    }
  }

  private mutating func open(_ element: HTMLElement, _ tag: HTMLTag) {
    if tag.isSelfClosing, element.isDrawing { return }
    if element.block != nil {
      closeImplied(by: element)
      if element.block == .cell, stack.innermostBlock == .table { push(.tableRow, .row) }
    }
    // A link in a link ends the outer one.
    if element == .link, let outer = stack.link { pop(to: outer) }
    let hides = InlineStyle.hides(tag)
    if stack.isFull {
      if element.block != nil { emitVisible(.lineBreak) }
      return stack.pushBeyond(hides: hides || element.isDropped)
    }
    let target = element == .link ? tag["href"].flatMap { LinkTarget.shown($0, base: base) } : nil
    let block = element.isTableSection ? nil : element.block.flatMap(stack.fitting)
    push(element, block, target: target, hides: hides, isDropped: element.isDropped || isDroppedFirst(tag))
    if block == .preformatted { atStartOfPreformatted = true }
  }

  private mutating func push(
    _ element: HTMLElement, _ block: HTMLDocument.Block?, target: String? = nil, hides: Bool = false,
    isDropped: Bool = false
  ) {
    stack.push(element, block, target: target, hides: hides, isDropped: isDropped)
    if let block { emitVisible(.open(block)) }
  }

  /// Whether it is the one element that the caller wants to be rid of.
  private mutating func isDroppedFirst(_ tag: HTMLTag) -> Bool {
    guard let wanted = droppedClass, tag["class"]?.split(separator: " ").contains(where: { $0 == wanted }) == true
    else {
      return false
    }
    droppedClass = nil
    return true
  }

  /// Closes the elements that a start tag ends without saying so.
  private mutating func closeImplied(by element: HTMLElement) {
    if let drawing = stack.drawing { pop(to: drawing) }
    for implied in element.implied {
      if let index = stack.index(of: implied.ended, within: implied.boundary) { pop(to: index) }
    }
  }

  // MARK: End tags

  private mutating func close(_ name: String) {
    if name == "br" { return emitVisible(.lineBreak) }
    if ["html", "head", "body"].contains(name) { return }
    if stack.popBeyond() { return }
    if let index = stack.index(closedBy: HTMLElement(name)) { pop(to: index) }
  }

  private mutating func pop(to index: Int) {
    stack.dropBeyond()
    while stack.count > index, let element = stack.last {
      if let text = element.targetText, !stack.isHidden { emitTarget(text) }
      if let block = element.block { emitVisible(.close(block)) }
      stack.pop()
    }
  }

  // MARK: Output

  /// Where a link leads; as text of a table it stands in a cell, like all text there.
  private mutating func emitTarget(_ text: String) {
    let around: [HTMLDocument.Block] =
      switch stack.innermostBlock {
      case .table: [.row, .cell]
      case .row: [.cell]
      default: []
      }
    for block in around { emit(.open(block)) }
    emit(.text(around.isEmpty ? text : VisibleText.collapsed(text)))
    for block in around.reversed() { emit(.close(block)) }
  }

  /// Blocks and line breaks inside hidden elements are as hidden as their text.
  private mutating func emitVisible(_ event: HTMLDocument.Event) {
    if !stack.isHidden { emit(event) }
  }

  private mutating func emit(_ event: HTMLDocument.Event) {
    document.events.append(event)
    size += 8
    if case .text(let text) = event { size += text.utf8.count }
    if size > limit { document.isCut = true }
  }
}
