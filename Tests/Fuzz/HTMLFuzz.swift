import HTMLText
import MIME

/// Whatever the html, what comes of it is text in blocks: no attribute, nothing that acts or fetches, and read again it is the same text.
enum HTMLFuzz {
  /// What blocks become, and nothing else.
  private static let tags: Set<String> = [
    "p", "div", "blockquote", "pre", "li", "dl", "dt", "dd", "table", "tr", "td", "ol", "ul", "h1", "h2", "h3", "h4",
    "h5", "h6",
  ]

  static func run(_ input: [UInt8]) {
    let name = HTMLCharset.named(in: input)
    if let name, !hasMark(input) { checkCharset(name) }
    let html = TextReading(input, declared: name).text
    let document = HTMLDocument(parsing: html)
    let size = html.utf8.count
    require(!document.isCut, "what is short is not cut")
    checkNesting(document)
    checkMarkup(document.markup, size: size)
    checkParagraphs(document, size: size)
    readAgain(document)
    checkLimits(html)
    checkLink(html)
  }

  private static func hasMark(_ input: [UInt8]) -> Bool {
    [[0xEF, 0xBB, 0xBF], [0xFE, 0xFF], [0xFF, 0xFE]].contains { input.starts(with: $0) }
  }

  /// A charset that was named in tags is one in which tags can be read.
  private static func checkCharset(_ name: String) {
    let tag = "<meta charset=x>"
    require(Charset.decode(Array(tag.utf8), named: name).text == tag, "tags in \(name) read as they stand")
  }

  private static func checkNesting(_ document: HTMLDocument) {
    var open: [HTMLDocument.Block] = []
    for event in document.events {
      switch event {
      case .open(let block): open.append(block)
      case .close(let block): require(open.popLast() == block, "blocks nest")
      case .text(let text): require(!text.isEmpty, "text is not empty")
      case .lineBreak, .rule: break
      }
    }
    require(open.isEmpty, "every block is closed")
  }

  /// Goes through the markup as no parser of ours does: only bare tags that nest, references and plain characters are there.
  private static func checkMarkup(_ markup: String, size: Int) {
    let (start, end) = ("<html><body>\n", "</body></html>\n")
    require(markup.hasPrefix(start) && markup.hasSuffix(end), "the markup is a whole document")
    require(markup.utf8.count <= 40 * size + 200, "the markup grows little: \(size) became \(markup.utf8.count)")
    var rest = markup.utf8.dropFirst(start.utf8.count).dropLast(end.utf8.count)
    var open: [String] = []
    while let octet = rest.popFirst() {
      switch octet {
      case UInt8(ascii: "<"):
        let tag = String(decoding: rest.prefix { $0 != UInt8(ascii: ">") }, as: UTF8.self)
        rest = rest.dropFirst(tag.utf8.count + 1)
        if tag.hasPrefix("/") {
          require(open.popLast() == String(tag.dropFirst()), "tags nest")
        } else if !["br", "hr"].contains(tag) {
          require(tags.contains(tag), "<\(tag)> is a tag without attributes")
          open.append(tag)
        }
      case UInt8(ascii: "&"):
        require(["amp;", "lt;", "gt;"].contains { rest.starts(with: $0.utf8) }, "only what is markup is a reference")
      case 0x09, 0x0A: break
      case 0xC2: require(rest.first.map { $0 >= 0xA0 } ?? false, "no control character is in the markup")
      default: require(octet >= 0x20 && octet != 0x7F && octet != UInt8(ascii: ">"), "\(octet) has no place in markup")
      }
    }
    require(open.isEmpty, "every tag is closed")
  }

  private static func checkParagraphs(_ document: HTMLDocument, size: Int) {
    let paragraphs = document.paragraphs
    let shown = paragraphs.reduce(0) { $0 + $1.first.utf8.count + $1.text.utf8.count + 1 }
    require(shown <= 100 * size + 200, "the text grows little: \(size) became \(shown)")
    for paragraph in paragraphs {
      require(!paragraph.text.utf8.contains { [0x00, 0x0A, 0x0D].contains($0) }, "a paragraph is one line")
      require(paragraph.first.utf8.count == paragraph.rest.utf8.count, "the margins of a paragraph are as wide")
      require(
        (paragraph.first + paragraph.rest).utf8.allSatisfy { " >*.0123456789".utf8.contains($0) }, "margins are ours")
    }
  }

  /// The markup says what the document says, and has nothing to hide or to fetch.
  private static func readAgain(_ document: HTMLDocument) {
    let again = HTMLDocument(parsing: document.markup)
    require(again.remoteCount == 0, "nothing in the markup is fetched")
    require(!again.hasHiddenText, "nothing in the markup is hidden")
    let (wanted, read) = (text(of: document), text(of: again))
    let same = zip(wanted.unicodeScalars, read.unicodeScalars).prefix { $0 == $1 }.count
    require(
      wanted.unicodeScalars.elementsEqual(read.unicodeScalars),
      "the markup has the text of the document: \(wanted.dropFirst(same).prefix(50)) is \(read.dropFirst(same).prefix(50))"
    )
    // A table too deep to be one is a group, which parts inside can end: what stood in it may get a row and a cell of its own.
    let texts = document.events.count { if case .text = $0 { true } else { false } }
    require(opened(again) <= 2 * (opened(document) + texts), "blocks do not grow")
  }

  /// All text without the white space of html; control characters are what they become in markup.
  private static func text(of document: HTMLDocument) -> String {
    visible(document.events.lazy.map { if case .text(let text) = $0 { text } else { "" } })
  }

  private static func visible(_ pieces: some Sequence<String>) -> String {
    var result = String.UnicodeScalarView()
    for piece in pieces {
      for scalar in piece.unicodeScalars {
        switch scalar {
        case " ", "\t", "\n", "\u{C}", "\r": break
        case "\0"..."\u{1F}", "\u{7F}"..."\u{9F}": result.append("\u{FFFD}")
        default: result.append(scalar)
        }
      }
    }
    return String(result)
  }

  private static func opened(_ document: HTMLDocument) -> Int {
    document.events.count { if case .open = $0 { true } else { false } }
  }

  /// What is cut, or has an element left out, is still a whole document.
  private static func checkLimits(_ html: String) {
    let limit = html.utf8.count / 3
    let cut = HTMLDocument(parsing: html, limit: limit)
    checkNesting(cut)
    require(cut.isCut || cut.events.count * 8 <= limit, "what is not cut is within the limit")
    let short = HTMLDocument(parsing: html, droppingClass: "legacy")
    checkNesting(short)
    checkMarkup(short.markup, size: html.utf8.count)
  }

  /// Where a link leads is printable ASCII between brackets that it cannot close, whatever it says.
  private static func checkLink(_ address: String) {
    let value = address.replacing("&", with: "&amp;").replacing("\"", with: "&quot;")
    for base in ["", "<base href='https://b.example/c/d'>"] {
      let document = HTMLDocument(parsing: "\(base)<a href=\"\(value)\">x</a>")
      let texts = document.paragraphs.map(\.text)
      require(texts.count == 1, "a link stays in its line")
      guard let shown = texts.first, shown != "x" else { continue }
      let target = shown.dropFirst("x <".count).dropLast()
      require(shown == "x <\(target)>", "a target stands in brackets")
      require(
        target.unicodeScalars.allSatisfy { (0x21...0x7E).contains($0.value) && $0 != "<" && $0 != ">" || $0 == "…" },
        "a target is printable ASCII: \(target)")
      require(target.utf8.count <= 1006, "a target is short")
    }
  }
}
