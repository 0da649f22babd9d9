extension HTMLDocument {
  /// The document as html again, for a text browser: a handful of tags, none with an attribute, properly nested.
  ///
  /// There is nothing in it that could be fetched, run, or styled.
  package var markup: String {
    var result = "<html><body>\n"
    for event in events {
      switch event {
      case .open(let block): result += "<\(block.tag)>"
      case .close(let block): result += "</\(block.tag)>\n"
      case .text(let text): Self.append(text, to: &result)
      case .lineBreak: result += "<br>\n"
      case .rule: result += "<hr>\n"
      }
    }
    return result + "</body></html>\n"
  }

  /// Text, with what would be markup as references; control characters, which have no place in html, are made plain.
  private static func append(_ text: String, to result: inout String) {
    for scalar in text.unicodeScalars {
      switch scalar {
      case "&": result += "&amp;"
      case "<": result += "&lt;"
      case ">": result += "&gt;"
      case "\n", "\t": result.unicodeScalars.append(scalar)
      // White space of html, which some browsers would draw.
      case "\u{C}": result += " "
      case "\0"..."\u{1F}", "\u{7F}"..."\u{9F}": result += "\u{FFFD}"
      default: result.unicodeScalars.append(scalar)
      }
    }
  }
}

extension HTMLDocument.Block {
  fileprivate var tag: String {
    switch self {
    case .paragraph: "p"
    case .group: "div"
    case .quote: "blockquote"
    case .preformatted: "pre"
    case .item: "li"
    case .definitions: "dl"
    case .term: "dt"
    case .definition: "dd"
    case .table: "table"
    case .row: "tr"
    case .cell: "td"
    case .heading(let level): "h\(level)"
    case .list(let isOrdered): isOrdered ? "ol" : "ul"
    }
  }
}
