import TestSupport
import Testing

@testable import HTMLText

/// Sizes that somebody chose to hurt; each would take minutes if anything were looked at twice.
@Suite struct HostileHTMLTests {
  static let size = 1 << 18

  static func html(_ name: String) -> String {
    func many(_ text: String, _ size: Int = size) -> String {
      String(repeating: text, count: size / text.utf8.count)
    }
    return switch name {
    case "nested": many("<div>", 120_000) + "a" + many("</div>", 120_000)
    case "nested tables": many("<table><tr><td>") + "a"
    case "nested quotes": many("<blockquote>a")
    case "nested lists": many("<ul><li>a")
    case "unclosed inline": many("<b>", 600) + many("<p>a<x>")
    case "unclosed tags": many("<a ")
    case "unknown end tags": many("<b>", 600) + many("</x>")
    case "attribute": "<p style='" + many("x") + "' title=\"" + many("y") + "\">a"
    case "attributes": "<p " + many("a=1 ") + ">a"
    case "styles": many("<p style='a:b;c:d/*'>")
    case "references": many("&amp;") + many("&#x") + many("&")
    case "digits": "&#" + many("9") + ";&#x" + many("0") + "41;"
    case "comments": many("<!--") + many("<!-->") + many("--!")
    case "dashes": "<!--" + many("-")
    case "raw": many("<script>") + many("</scrip") + many("<title>")
    case "links": many("<a href=x>a")
    case "link text": "<a href=x>" + many("a<i>")
    case "base": "<base href='https://a.example/\(many("b", 150))'>" + many("<a href=x>a")
    case "headings": many("<h1>")
    case "breaks": many("<br>")
    case "rows": "<table>" + many("<tr>")
    case "NULs": many("\0")
    case "less": many("<")
    default: many("<td>a<svg><p>b</td>")
    }
  }

  @Test(arguments: [
    "nested", "nested tables", "nested quotes", "nested lists", "unclosed inline", "unclosed tags", "unknown end tags",
    "attribute", "attributes", "styles", "references", "digits", "comments", "dashes", "raw", "links", "link text",
    "base",
    "headings", "breaks", "rows", "NULs", "less", "drawings",
  ])
  func `a lot of anything is read in time, and grows little`(name: String) {
    let html = Self.html(name)
    var (textSize, markupSize) = (0, 0)
    let seconds = ProcessorTime.seconds {
      let document = HTMLDocument(parsing: html)
      textSize = document.paragraphs.reduce(0) { $0 + $1.first.utf8.count + $1.text.utf8.count }
      markupSize = document.markup.utf8.count
    }
    // In a debug build.
    #expect(seconds < 20)
    #expect(textSize < 20 * Self.size && markupSize < 40 * Self.size)
    #expect(!name.hasPrefix("nested") || textSize > 0)
  }

  @Test func `text beyond the limit is cut, and that is told`() {
    let document = HTMLDocument(parsing: String(repeating: "<p>abc", count: 1000), limit: 1000)
    #expect(document.isCut)
    #expect(document.markup.utf8.count < 2000)
    let opened = document.events.count { if case .open = $0 { true } else { false } }
    let closed = document.events.count { if case .close = $0 { true } else { false } }
    #expect(opened == closed)
  }

  @Test func `whatever the tags, blocks nest and no markup passes`() {
    var generator = Numbers(state: 7)
    let pieces = [
      "<p>", "</p>", "<div hidden>", "</div>", "<table>", "<tr>", "<td>", "</td>", "</table>", "<ul>", "<li>", "</ul>",
      "<a href=x>",
      "</a>", "a", "<svg>", "</svg>", "<b>", "</b>", "<h1>", "</h2>", "<blockquote>", "</blockquote>", "<pre>",
      "</pre>", "&lt;x&gt;",
      "<script>", "</script>", "<!--", "-->", "<caption>", "<dl>", "<dt>", "<dd>", "<", ">", "'", "\"", "<title>",
      "</title>",
    ]
    for _ in 0..<2000 {
      let html = (0..<30).map { _ in pieces[Int(generator.next() % UInt64(pieces.count))] }.joined()
      var open: [HTMLDocument.Block] = []
      for event in HTMLDocument(parsing: html).events {
        switch event {
        case .open(let block): open.append(block)
        case .close(let block): #expect(open.popLast() == block, "\(html)")
        default: break
        }
      }
      #expect(open.isEmpty, "\(html)")
    }
  }

  private struct Numbers {
    var state: UInt64
    mutating func next() -> UInt64 {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return state >> 33
    }
  }
}
