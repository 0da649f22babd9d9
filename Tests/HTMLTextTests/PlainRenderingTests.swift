import Testing

@testable import HTMLText

@Suite struct PlainRenderingTests {
  @Test(arguments: [
    ("<p>a\n b</p>\n<p>c</p>", "a b\n\nc"), ("<div>a</div><div>b</div>", "a\nb"), ("a<br>b<br><br><br>c", "a\nb\n\nc"),
    ("<div>a</div><div><br></div><div>b</div>", "a\n\nb"), ("<p>a</p><p>&nbsp;</p><p>b</p>", "a\n\nb"),
    ("<ul><li>a<li>b<ul><li>c</ul></ul>d", "* a\n* b\n  * c\n\nd"), ("<ol><li>a<li>b</ol>", "1. a\n2. b"),
    ("<blockquote>a<p>b</p><blockquote>c</blockquote></blockquote>d", "> a\n> \n> b\n> \n> > c\n\nd"),
    ("<h1>a</h1>b", "a\n\nb"), ("a<hr>b", "a\n--------\nb"), ("<dl><dt>a<dd>b</dl>", "a\n  b"),
    ("<table><tr><td>a<td>b<tr><td>c<td>d</table>", "a | b\nc | d"),
    ("<table><tbody><tr><td>a<td> b<td><tr><td>c<td>d</tbody></table>", "a | b | \nc | d"),
    ("<table><tr><td><p>a</p></td><td><p>b</p></td></tr></table>", "a\n\nb"),
    ("<pre>a  b\n\n  c</pre>d", "a  b\n\n  c\n\nd"), ("a <b> b </b> c", "a b c"), ("a\u{200B}b\u{AD}c", "abc"),
    ("<ul><li><p>a</p><p>b</p></ul>", "* a\n\n  b"),
  ])
  func `blocks become lines as a person would write them`(html: String, text: String) {
    #expect(plain(html) == text)
  }

  @Test func `a paragraph knows what stands before its second line`() {
    let paragraphs = HTMLDocument(parsing: "<blockquote><ol><li>a").paragraphs
    #expect(paragraphs == [HTMLParagraph(first: "> 1. ", rest: ">    ", text: "a", isPreformatted: false)])
  }
}
