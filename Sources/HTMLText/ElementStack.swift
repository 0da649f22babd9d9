/// The elements that are open.
struct ElementStack {
  /// An open element.
  struct Element {
    let kind: HTMLElement
    /// What it is here; nil for what stands in a line.
    let block: HTMLDocument.Block?
    /// Where a link leads, as it is shown; nil for what is no link.
    let target: String?
    /// The link's own text up to `linkLimit`.
    var linkText = ""

    /// What is shown behind a link's text; nil where that is the target itself, or where nothing can be clicked.
    var targetText: String? {
      guard let target else { return nil }
      let text = VisibleText.collapsed(linkText)
      return text.isEmpty || LinkTarget.isSame(text, target) ? nil : " <\(target)>"
    }
  }

  private static let linkLimit = 2048
  /// More levels of tables make text browsers very slow, and those of lists and quotes leave no room for text.
  private static let tableLimit = 5
  private static let listLimit = 10
  private static let quoteLimit = 20
  private static let indentLimit = 10

  private var elements: [Element] = []
  /// How many elements are open that were too deep to be kept.
  private var beyond = 0
  /// The depth of the element that hides what is in it; nil when nothing is hidden.
  private var hiddenAt: Int?
  private var droppedAt: Int?
  private var tableElements = 0
  private var tables = 0
  private var lists = 0
  private var quotes = 0
  private var indents = 0
  /// Where the open links are.
  private var links: [Int] = []
  /// Where the open blocks are.
  private var blocks: [Int] = []
  private var drawings: [Int] = []

  var count: Int { elements.count }
  var last: Element? { elements.last }
  var isFull: Bool { elements.count >= HTMLReader.depthLimit }
  /// Whether text is hidden here.
  var isHidden: Bool { hiddenAt != nil || droppedAt != nil }
  /// Whether text here is none: a script, a style, a title.
  var isDropped: Bool { droppedAt != nil }
  /// Whether text here is some that a graphical program might show, hidden or not: what a drawing says is text, too.
  var holdsText: Bool {
    guard isDropped else { return true }
    return drawing != nil && !(last?.kind.isUnseenInDrawing ?? false)
  }

  var innermostBlock: HTMLDocument.Block? { blocks.last.flatMap { elements[$0].block } }
  var isInTable: Bool { tableElements > 0 }
  /// The innermost open link, unless a table's cell or the like is between.
  var link: Int? {
    guard let index = links.last else { return nil }
    return elements[index...].dropFirst().contains { HTMLElement.scope.contains($0.kind) } ? nil : index
  }
  /// The outermost open drawing, which every block ends.
  var drawing: Int? { drawings.first }

  private var depth: Int { elements.count + beyond }

  mutating func push(
    _ kind: HTMLElement, _ block: HTMLDocument.Block?, target: String?, hides: Bool, isDropped: Bool
  ) {
    if isDropped { droppedAt = droppedAt ?? depth }
    if hides { hiddenAt = hiddenAt ?? depth }
    if target != nil { links.append(elements.count) }
    if block != nil { blocks.append(elements.count) }
    if kind.isDrawing { drawings.append(elements.count) }
    count(kind, block, by: 1)
    elements.append(Element(kind: kind, block: block, target: target))
  }

  mutating func pop() {
    guard let element = elements.popLast() else { return }
    for list in [\ElementStack.links, \.blocks, \.drawings] where self[keyPath: list].last == elements.count {
      self[keyPath: list].removeLast()
    }
    count(element.kind, element.block, by: -1)
    uncover()
  }

  /// Opens an element that is too deep to be kept.
  mutating func pushBeyond(hides: Bool) {
    if hides { hiddenAt = hiddenAt ?? depth }
    beyond += 1
  }

  /// Closes the last one that was too deep; false when there is none.
  mutating func popBeyond() -> Bool {
    guard beyond > 0 else { return false }
    beyond -= 1
    uncover()
    return true
  }

  /// Closes all that were too deep.
  mutating func dropBeyond() {
    beyond = 0
    uncover()
  }

  /// Adds to the text of the links around it.
  mutating func addLinkText(_ text: String) {
    guard let index = links.last, elements[index].linkText.utf8.count < Self.linkLimit else { return }
    elements[index].linkText += text.prefix(Self.linkLimit)
  }

  /// The innermost element of these that is not outside of one of `boundary`.
  func index(of wanted: ElementSet, within boundary: ElementSet) -> Int? {
    for index in elements.indices.reversed() {
      if wanted.contains(elements[index].kind) { return index }
      if boundary.contains(elements[index].kind) { return nil }
    }
    return nil
  }

  /// The element that an end tag closes; nil when it closes none.
  func index(closedBy kind: HTMLElement) -> Int? {
    if HTMLElement.headings.contains(kind) { return index(of: HTMLElement.headings, within: HTMLElement.scope) }
    for index in elements.indices.reversed() {
      if elements[index].kind == kind { return index }
      if kind.block == nil ? elements[index].kind.block != nil : kind.boundary.contains(elements[index].kind) {
        return nil
      }
    }
    return nil
  }

  /// The block as what it can be here: too many levels of tables, lists and quotes are plain groups.
  func fitting(_ block: HTMLDocument.Block) -> HTMLDocument.Block? {
    switch block {
    case .table: tables < Self.tableLimit ? .table : .group
    case .row: innermostBlock == .table ? .row : .group
    case .cell: innermostBlock == .row ? .cell : .group
    case .list: lists < Self.listLimit ? block : .group
    case .item, .definition: indents < Self.indentLimit ? block : .group
    case .quote: quotes < Self.quoteLimit ? .quote : .group
    default: block
    }
  }

  private mutating func count(_ kind: HTMLElement, _ block: HTMLDocument.Block?, by step: Int) {
    if kind == .table { tableElements += step }
    switch block {
    case .table: tables += step
    case .list, .definitions: lists += step
    case .quote: quotes += step
    case .item, .definition: indents += step
    default: break
    }
  }

  private mutating func uncover() {
    if let hiddenAt, depth <= hiddenAt { self.hiddenAt = nil }
    if let droppedAt, depth <= droppedAt { self.droppedAt = nil }
  }
}
