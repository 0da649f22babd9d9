import Testing

@testable import HTMLText

@Suite struct HTMLReaderTests {
  @Test(arguments: [
    ("<p>a<p>b", "<p>a</p><p>b</p>"), ("<ul><li>a<li>b</ul>c", "<ul><li>a</li><li>b</li></ul>c"),
    ("<p>a<div>b</div></p>c", "<p>a</p><div>b</div>c"), ("<b>a<i>b</b>c", "abc"),
    ("<table><tr><td>a<td>b<tr><td>c</table>", "<table><tr><td>a</td><td>b</td></tr><tr><td>c</td></tr></table>"),
    ("<table>a<td>b</table>", "<table><tr><td>a</td><td>b</td></tr></table>"), ("<tr><td>a", "a"),
    ("<h1>a<h2>b</h1>", "<h1>a</h1><h2>b</h2>"), ("<dl><dt>a<dd>b</dl>", "<dl><dt>a</dt><dd>b</dd></dl>"),
    ("<p style=x onclick=y class=z>a", "<p>a</p>"), ("a<script>b</script>", "a"), ("</p></div></table>a", "a"),
    ("<pre>\n\na </pre>", "<pre>a </pre>"), ("<p>&lt;script&gt;&#27;", "<p>&lt;script&gt;\u{FFFD}</p>"),
    (
      "<table><thead><tr><th>a<tbody><tr><td>b</tbody><tbody>c</table>",
      "<table><tr><td>a</td></tr><tr><td>b</td></tr><tr><td>c</td></tr></table>"
    ),
    ("<p>a\u{C}b", "<p>a b</p>"),
    ("<table><tr><a href=x>a</table>", "<table><tr><td>a</td><td>&lt;x&gt;</td></tr></table>"),
    ("<table><a href=x>a</table>", "<table><tr><td>a</td></tr><tr><td>&lt;x&gt;</td></tr></table>"),
    ("<body bgcolor=x><center>a</center>", "<div>a</div>"), ("a<br>b</br>c<hr>", "a<br>b<br>c<hr>"),
    (
      "<table><tr><td><table><tr><td>a</td></tr></table>b</td></tr></table>",
      "<table><tr><td><table><tr><td>a</td></tr></table>b</td></tr></table>"
    ),
  ])
  func `elements become a few bare tags, properly nested`(html: String, clean: String) {
    #expect(markup(html) == clean)
  }

  @Test(arguments: [
    ("<a href='https://real.example/'>text</a>", "text <https://real.example/>"),
    ("<a href='https://bank.example'>https://bank.example/</a>", "https://bank.example/"),
    ("<a href='https://evil.example'>https://bank.example</a>", "https://bank.example <https://evil.example>"),
    ("<a href='mailto:bob@example.org'>bob@example.org</a>", "bob@example.org"),
    ("<a href='java\nscript:x()'>a</a>", "a <javascript:x()>"),
    ("<a href='&Tab;javascript&colon;x'>a</a>", "a <javascript:x>"),
    ("<a href='#top'>a</a><a name=x>b</a><a href=''>c</a>", "abc"), ("<a href='https://a.example'></a>b", "b"),
    ("<a href='https://a.example'><img src=x alt=logo></a>", "[image: logo] <https://a.example>"),
    ("<a href=https://a.example>a<a href=https://b.example>b", "a <https://a.example>b <https://b.example>"),
    ("<p><a href=https://a.example>a<p>b", "a <https://a.example>\n\nb"),
    (
      "<a href='https://p\u{430}ypal.example'>https://p\u{430}ypal.example</a>",
      "https://p\u{430}ypal.example <https://p%D0%B0ypal.example>"
    ),
    ("<a href='https://a.example/ x>y<z'>a</a>", "a <https://a.example/%20x%3Ey%3Cz>"),
    (
      "<base href='https://evil.example/x/y?z'><a href=login>a</a><a href=/b>c</a>",
      "a <https://evil.example/x/login>c <https://evil.example/b>"
    ),
    ("<a href=//evil.example>a</a>", "a <//evil.example>"),
  ])
  func `a link shows where it leads, unless its text says so`(html: String, text: String) {
    #expect(plain(html) == text)
  }

  @Test func `a long target keeps its host`() {
    let long = String(repeating: "x", count: 3000)
    #expect(plain("<a href='https://bank.example@\(long)@evil.example/a'>a</a>") == "a <…@evil.example/a…>")
    #expect(plain("<a href='https://evil.example/\(long)'>a</a>").hasPrefix("a <https://evil.example/xxx"))
    #expect(plain("<a href='https://evil.example/\(long)'>a</a>").utf8.count < 1100)
  }

  @Test(arguments: [
    "<p hidden>b</p>", "<p style='display:none'>b</p>",
    "<div style='DISPLAY : none !important; display: block'><p>b</div>",
    "<span style='font-size:0px'>b</span>", "<span style='visibility:hidden'>b</span>", "<p style='opacity:0.0'>b</p>",
    "<div style='max-height:0;overflow:hidden'>b</div>",
    "<p style='dis/*x*/play:none'>b<a href=https://x.example>c</a></p>",
    "<p style='/*/display:block;*/display:none'>b</p>", "<p style='display:none/*'>b</p>",
    "<div hidden><div><p>b</div>c</div>", "<table hidden><tr><td>b</table>",
    "<svg><title>t</title><text>b</text></svg>",
  ])
  func `text that a style hides is left out, and that is told`(html: String) {
    let document = HTMLDocument(parsing: "a\(html)<p>d")
    #expect(document.paragraphs.map(\.text) == ["a", "", "d"] || document.paragraphs.map(\.text) == ["a", "d"])
    #expect(document.hasHiddenText)
  }

  @Test(arguments: [
    "<p style='display:none'>b</p>", "<span style='font-size:0'>b</p>", "<p hidden>b<div>", "<ul><li hidden>b</ul>",
    "<table><tr><td hidden>b<td>c</table>",
  ])
  func `what is hidden and never closed ends with the block around it`(html: String) {
    #expect(plain("<div>\(html)</div><p>shown").hasSuffix("shown"))
  }

  @Test(arguments: [
    ("<div class='x legacy'><pre>Subject: a</pre></div>b", "b"),
    (" <div class=legacy>a</div><div class=legacy>b</div>", "b"),
    ("a<div class=legacy>b</div>", "a\nb"), ("<div class=legacyx>a</div>b", "a\nb"),
  ])
  func `a first element of one class can be dropped`(html: String, text: String) {
    let paragraphs = HTMLDocument(parsing: html, droppingClass: "legacy").paragraphs
    #expect(paragraphs.map(\.text).joined(separator: "\n") == text)
  }

  @Test(arguments: [
    "<p style='display:block'>b</p>", "<p style='font-size:0.9em'>b</p>", "<p style='max-height:0'>b</p>",
    "<p style='display:none;display:block'>b</p>", "<p style='xdisplay:none'>b</p>", "<p style='opacity:'>b</p>",
    "<p style='/*display:none'>b</p>", "<p style='/*/display:none'>b</p>",
  ])
  func `what is not surely hidden is shown`(html: String) {
    let document = HTMLDocument(parsing: html)
    #expect(document.paragraphs.map(\.text) == ["b"])
    #expect(!document.hasHiddenText)
  }

  @Test(arguments: ["<svg><title>b</title><path d=x /></svg>", "<script>b</script>", "<style>b</style>"])
  func `what no program shows is not told`(html: String) {
    let document = HTMLDocument(parsing: "a\(html)")
    #expect(document.paragraphs.map(\.text) == ["a"])
    #expect(!document.hasHiddenText)
  }

  @Test(arguments: [
    ("<img src=https://a.example/x.gif>", 1), ("<img src=cid:x><img src=data:image/png,x>", 0),
    ("<IMG SRC=' \n//a.example/x'>", 1), ("<img srcset='https://a.example/1 1x, https://a.example/2 2x'>", 1),
    ("<table background=http://a.example/x>", 1), ("<p style='background: url( \"https://a.example\")'>", 1),
    ("<style>@import 'https://a.example'; p{background:url(//b.example)}</style>", 2),
    ("<link rel=stylesheet href=https://a.example>", 1), ("<link rel=canonical href=https://a.example>", 0),
    ("<script src=https://a.example></script>", 1), ("<iframe src='\\\\a.example'></iframe>", 1),
    ("<div hidden><img src=https://a.example></div>", 1), ("<object data=https://a.example>", 1),
    ("<meta http-equiv=refresh content='0; URL=https://a.example'>", 1), ("<a href=https://a.example>a</a>", 0),
    ("<!-- <img src=https://a.example> -->", 0),
    ("<video poster=https://a.example><source src=https://a.example></video>", 2),
  ])
  func `what would be fetched is counted`(html: String, count: Int) {
    #expect(HTMLDocument(parsing: html).remoteCount == count)
  }

  @Test(arguments: [
    ("<img alt=' a\n b '>", "[image: a b]"), ("<img src=x>", "[image]"), ("<img alt=''>", ""),
    ("<img width=1 height=1>", ""),
    ("<img alt=x width='100%'>", "[image: x]"), ("<img alt=x style='display:none'>", ""),
    ("<input type=hidden>a<input>", "a[field]"),
  ])
  func `an image is its alternative text`(html: String, text: String) {
    #expect(plain(html) == text)
  }
}
