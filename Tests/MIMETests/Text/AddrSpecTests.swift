import Testing

@testable import MIME

@Suite struct AddrSpecTests {
  @Test(arguments: [
    ("bob@example.org", "bob", "example.org"),
    ("Bob@EXAMPLE.Org", "Bob", "example.org"),
    ("\"bob smith\"@example.org", "bob smith", "example.org"),
    ("\"a\\\"b\\\\c\"@example.org", "a\"b\\c", "example.org"),
    (" bob (the builder) @ example . org ", "bob", "example.org"),
    ("john.q.public@example.com", "john.q.public", "example.com"),
    ("bob@[192.0.2.1]", "bob", "[192.0.2.1]"),
    ("bob@[IPv6:2001:DB8::1]", "bob", "[ipv6:2001:db8::1]"),
    ("pelé@example.com", "pelé", "example.com"),
    ("a+b=c/d@sub.example.co.uk", "a+b=c/d", "sub.example.co.uk"),
  ])
  func `an address has a local part and a folded domain`(text: String, local: String, domain: String) throws {
    let address = try AddrSpec(text)
    #expect(address.localPart == local)
    #expect(address.domain == domain)
  }

  @Test(arguments: [
    ("bob@münchen.example", "xn--mnchen-3ya.example"),
    ("bob@MÜNCHEN.example", "xn--mnchen-3ya.example"),
    ("bob@bücher.example", "xn--bcher-kva.example"),
    ("bob@例え.テスト", "xn--r8jz45g.xn--zckzah"),
    ("bob@xn--bcher-kva.EXAMPLE", "xn--bcher-kva.example"),
    // The Cyrillic a that looks like the Latin one.
    ("bob@\u{0430}pple.example", "xn--pple-43d.example"),
  ])
  func `a domain with foreign letters is compared and shown as A-labels`(text: String, domain: String) throws {
    let address = try AddrSpec(text)
    #expect(address.domain == domain)
    #expect(address.display.hasSuffix(domain))
  }

  @Test(arguments: [
    "", "bob", "@example.org", "bob@", "bob@@example.org", "bob@a@b", "bob smith@example.org", "bob@exa mple.org",
    "bob@example..org", "bob@.example.org", "bob@example.org.", "bob@example.org>", "<bob@example.org>",
    "bob@example.org, carol@example.org", "bob@exa_mple!.org", "bob@[192.0.2.1", "bob@[a[b]", "\"bob@example.org",
    "bob(@example.org", "\"\"@example.org", "bob@\u{200B}example.org", "bob@exam\u{2028}ple.org", "bob@exa%6dple.org",
    "bob@\(String(repeating: "a", count: 64)).org", "\(String(repeating: "a", count: 257))@example.org",
    "bob@\(String(repeating: "ü", count: 60)).org", "bob@\(String(repeating: "a.", count: 130))org",
  ])
  func `what is not one bare address is refused`(text: String) {
    #expect(throws: MIMEError.self) { try AddrSpec(text) }
  }

  @Test(arguments: [0x00, 0x01, 0x09, 0x0A, 0x0D, 0x1B, 0x1F, 0x7F] as [UInt8])
  func `no control character gets into an address`(octet: UInt8) {
    let control = String(UnicodeScalar(octet))
    #expect(throws: MIMEError.forbiddenOctet(octet, subject: "address")) { try AddrSpec("b\(control)ob@example.org") }
    #expect(throws: MIMEError.forbiddenOctet(octet, subject: "address")) {
      try AddrSpec("\"b\(control)ob\"@example.org")
    }
    #expect(throws: MIMEError.forbiddenOctet(octet, subject: "address")) {
      try AddrSpec(localPart: "b\(control)ob", domain: "example.org")
    }
    #expect(throws: MIMEError.forbiddenOctet(octet, subject: "address")) {
      try AddrSpec(localPart: "bob", domain: "exam\(control)ple.org")
    }
  }

  @Test func `local parts are compared exactly unless asked otherwise`() throws {
    let (small, capital) = (try AddrSpec("bob@example.org"), try AddrSpec("Bob@Example.ORG"))
    #expect(small != capital)
    #expect(!small.matches(capital, localPart: .exact))
    #expect(small.matches(capital, localPart: .ignoringASCIICase))
    #expect(!small.matches(try AddrSpec("bob@example.net"), localPart: .ignoringASCIICase))
    #expect(
      !(try AddrSpec("İbob@example.org")).matches(try AddrSpec("ibob@example.org"), localPart: .ignoringASCIICase))
  }

  @Test func `two spellings of one accented letter are two addresses`() throws {
    let (composed, decomposed) = (try AddrSpec("pel\u{E9}@example.org"), try AddrSpec("pele\u{301}@example.org"))
    #expect(composed != decomposed)
    #expect(Set([composed, decomposed]).count == 2)
  }

  @Test(arguments: [
    "bob@example.org", "\"bob smith\"@example.org", "\"a\\\"b\\\\c\"@example.org", "\"a@b\"@example.org",
    "\"a..b\"@example.org", "\".a\"@example.org", "bob@[192.0.2.1]", "\"<x>,;:()\"@example.org",
  ])
  func `an address is written as it is read`(text: String) throws {
    let address = try AddrSpec(text)
    #expect(address.text == text)
    #expect(try AddrSpec(address.text) == address)
  }

  // Examples of RFC 3492 §7.1.
  @Test(arguments: [
    ("ليهمابتكلموشعربي؟", "egbpdaj6bu4bxfgehfvwxn"),
    ("他们为什么不说中文", "ihqwcrb4cv8a8dqg056pqjye"),
    ("почемужеонинеговорятпорусски", "b1abfaaepdrnnbgefbadotcwatmq2g4l"),
    ("porquénopuedensimplementehablarenespañol", "porqunopuedensimplementehablarenespaol-fmd56a"),
    ("ひとつ屋根の下2", "2-u9tlzr9756bt3uc0v"),
  ])
  func `Punycode gives the examples of its standard`(text: String, encoded: String) {
    #expect(Punycode.encode(Array(text.unicodeScalars)) == encoded)
  }
}
