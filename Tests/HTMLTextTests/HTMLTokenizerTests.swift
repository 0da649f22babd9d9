import Testing

@testable import HTMLText

@Suite struct HTMLTokenizerTests {
  @Test(arguments: [
    ("a<!-- b -->c", "ac"), ("a<!-->c", "ac"), ("a<!--->c", "ac"), ("a<!-- b --!>c", "ac"),
    ("a<!-- <b> -- > -->c", "ac"),
    ("a<!-- b", "a"), ("a<!--[if mso]>b<![endif]-->c", "ac"), ("a<![if !mso]>b<![endif]>c", "abc"),
    ("a<!DOCTYPE html>b", "ab"),
    ("a<?xml version='1'?>b", "ab"), ("a<![CDATA[b]]>c", "ac"), ("a</>b", "ab"), ("a</ x>b", "ab"),
    ("1 < 2 <3 <", "1 < 2 <3 <"), ("a<b", "a"), ("a<b c='", "a"), ("a<b c=\"x>y\">z", "az"), ("a<b/>c", "ac"),
    ("<B CLASS=x>a</B\n>b", "ab"), ("a\0b<\0p>c", "ab<p>c"),
  ])
  func `markup is no text, however it is broken`(html: String, text: String) {
    #expect(plain(html) == text)
  }

  @Test(arguments: [
    ("<script>a<b></script>c", "c"), ("<script>'</scriptx>'</script >c", "c"), ("<script>a", ""),
    ("<STYLE>p{}</Style>c", "c"), ("<title>a &amp; <b></title>c", "c"), ("<textarea>a <b> &amp;</textarea>", "a <b> &"),
    ("<xmp>a <b> &amp;</xmp>", "a <b> &amp;"), ("a<plaintext>b</plaintext><p>", "a\n\nb</plaintext><p>"),
    ("<iframe src=x>a</iframe>c", "c"), ("<noscript>a</noscript>c", "ac"), ("<template>a</template>c", "c"),
    ("<script></script>c", "c"), ("<svg><text>a</text></svg>c", "c"), ("<svg/>c", "c"), ("<svg><p>c", "c"),
    ("<math><mi>x</mi></math>c", "xc"), ("<svg><style><p>a</style></svg>c", "c"),
  ])
  func `what is no text of the message is dropped, and nothing more`(html: String, text: String) {
    #expect(plain(html) == text)
  }

  @Test(arguments: [
    ("&lt;b&gt; &amp;amp;", "<b> &amp;"), ("&eacute;&Eacute;&euro;", "éÉ€"), ("&#233;&#xE9;&#XE9", "ééé"),
    ("&eacutex &ampx", "éx &x"),
    ("&nosuch; &; &# &#x; &", "&nosuch; &; &# &#x; &"),
    ("&#0;&#xD800;&#x110000;&#99999999999999999999;", "\u{FFFD}\u{FFFD}\u{FFFD}\u{FFFD}"),
    ("&#128;&#x92;", "€’"), ("&notit; &notin;", "¬it; ∉"),
  ])
  func `character references are decoded as browsers do`(html: String, text: String) {
    #expect(plain(html) == text)
  }

  @Test func `references in attributes need their semicolon before letters`() {
    var tokenizer = HTMLTokenizer(Array("<a href='?a=1&copy=2&lt;x&amp' href=no alt=x/y data=\"\" x=1>".utf8))
    let tag = HTMLTag(
      name: "a", attributes: ["href": "?a=1&copy=2<x&", "alt": "x/y", "data": ""], isSelfClosing: false)
    #expect(tokenizer.next() == .start(tag))
    #expect(tokenizer.next() == nil)
  }

  @Test(arguments: [
    ("<meta charset=koi8-r>", "koi8-r"), ("<META http-equiv=x content='text/html; charset=Big5'>", "big5"),
    ("\u{FEFF}<p>", "utf-8"), ("<meta charset='utf-16'>", "utf-8"), ("<p>charset=x", nil),
    (String(repeating: " ", count: 1100) + "<meta charset=koi8-r>", nil),
  ])
  func `the charset that html names is found near its start`(html: String, name: String?) {
    #expect(HTMLCharset.named(in: Array(html.utf8)) == name)
  }
}
