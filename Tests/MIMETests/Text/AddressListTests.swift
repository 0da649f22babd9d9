import TestSupport
import Testing

@testable import MIME

@Suite struct AddressListTests {
  private func parse(_ value: String) throws -> AddressList { try AddressList(parsing: octets(value)) }

  /// Names and addresses in a notation that tables can hold.
  private func summary(_ list: AddressList) -> [String] {
    list.mailboxes.map { "\($0.displayName ?? "-")|\($0.address.text)" }
  }

  // The first rows are examples of RFC 5322, appendix A.
  @Test(arguments: [
    ("John Doe <jdoe@machine.example>", ["John Doe|jdoe@machine.example"]),
    ("\"Joe Q. Public\" <john.q.public@example.com>", ["Joe Q. Public|john.q.public@example.com"]),
    (
      "Mary Smith <mary@x.test>, jdoe@example.org, Who? <one@y.test>",
      ["Mary Smith|mary@x.test", "-|jdoe@example.org", "Who?|one@y.test"]
    ),
    (
      "<boss@nil.test>, \"Giant; \\\"Big\\\" Box\" <sysservices@example.net>",
      ["-|boss@nil.test", "Giant; \"Big\" Box|sysservices@example.net"]
    ),
    (
      "A Group:Ed Jones <joe@where.test>,joe2@where.test,John <jdoe@one.test>;",
      ["Ed Jones|joe@where.test", "-|joe2@where.test", "John|jdoe@one.test"]
    ),
    ("Undisclosed recipients:;", []),
    ("Pete(A nice \\) chap) <pete(his account)@silly.test(his host)>", ["Pete|pete@silly.test"]),
    (
      "A Group(Some people)\r\n     :Chris Jones <c@(Chris's host.)public.example>,\r\n"
        + "         joe@example.org,\r\n  John <jdoe@one.test> (my dear friend); (the end of the group)",
      ["Chris Jones|c@public.example", "-|joe@example.org", "John|jdoe@one.test"]
    ),
    ("(Empty list)(start)Hidden recipients  :(nobody(that I know))  ;", []),
    ("Joe Q. Public <john.q.public@example.com>", ["Joe Q. Public|john.q.public@example.com"]),
    (
      "Mary Smith <@node.test:mary@example.net>, , jdoe@test  . example",
      ["Mary Smith|mary@example.net", "-|jdoe@test.example"]
    ),
    ("X <@a.test,@b.test:x@c.test>", ["X|x@c.test"]),
    ("jdoe@machine(comment).  example", ["-|jdoe@machine.example"]),
    ("bob@example.org (Bob Meyer)", ["Bob Meyer|bob@example.org"]),
    ("", []),
    (" , ,\r\n ", []),
    ("=?utf-8?q?J=C3=B6rg?= <j@x.test>", ["Jörg|j@x.test"]),
    ("=?iso-8859-1?Q?M=FCller,_Hans?= <h@x.test>", ["Müller, Hans|h@x.test"]),
    ("\"=?utf-8?b?SsO2cmc=?=\" <j@x.test>", ["Jörg|j@x.test"]),
    ("Jörg <jörg@x.test>", ["Jörg|jörg@x.test"]),
    ("undisclosed-recipients:", []),
    // An encoded word that holds an address is no word here: all mailboxes are seen that any reader could see.
    ("=?utf-8?q?<a@x.test>,?= <m@y.test>", ["=?utf-8?q?|a@x.test", "?=|m@y.test"]),
    ("list: a@x.test, b@x.test", ["-|a@x.test", "-|b@x.test"]),
    ("a..b@docomo.test, c.@docomo.test", ["-|\"a..b\"@docomo.test", "-|\"c.\"@docomo.test"]),
    ("[Bug 1] tracker <t@x.test>", ["[Bug 1] tracker|t@x.test"]),
    ("a <b@x.test>,\tc <d@x.test>\r\n", ["a|b@x.test", "c|d@x.test"]),
  ])
  func `a list gives its names and addresses`(value: String, expected: [String]) throws {
    #expect(summary(try parse(value)) == expected)
  }

  @Test func `a group keeps its name and members`() throws {
    let list = try parse("a@x.test, Team: b@x.test, C <c@x.test>;, Nobody:;")
    let members = [try Mailbox("b@x.test"), try Mailbox("C <c@x.test>")]
    #expect(
      list.entries == [.mailbox(try Mailbox("a@x.test")), .group(name: "Team", members), .group(name: "Nobody", [])])
  }

  @Test(arguments: [
    ("\"alice@example.org\" <mallory@evil.test>", "mallory@evil.test"),
    ("alice@example.org <mallory@evil.test>", "mallory@evil.test"),
    ("\"<alice@example.org>\" <mallory@evil.test>", "mallory@evil.test"),
    ("=?utf-8?q?alice=40example=2Eorg?= <mallory@evil.test>", "mallory@evil.test"),
    ("\"Alice <alice@example.org>\\\" \" <mallory@evil.test>", "mallory@evil.test"),
    ("mallory@evil.test (alice@example.org)", "mallory@evil.test"),
    ("alice\u{FF20}example.org <mallory@evil.test>", "mallory@evil.test"),
  ])
  func `an address in the name is not the address, and shows`(value: String, address: String) throws {
    let mailbox = try #require(try parse(value).mailboxes.first)
    #expect(mailbox.address.text == address)
    #expect(mailbox.displayNameContainsAddress)
  }

  @Test(arguments: ["Alice", "Alice @ Work", "@alice", "alice@", "", "a @b"])
  func `a name without an address does not look like one`(name: String) throws {
    #expect(!(try Mailbox(try AddrSpec("a@x.test"), displayName: name)).displayNameContainsAddress)
  }

  @Test(arguments: [
    "alice", "alice <>", "<alice>", "alice@x.test <m@y.test> z", "<a@x.test> <b@x.test>", "<a@x.test", "a@x.test>",
    "\"alice <a@x.test>", "a@x.test; b@x.test", "x: y: a@x.test;;", ": a@x.test;", "a@x.test b@x.test", "a@x.test;",
    "(a@x.test", "<a@x.test,b@x.test>", "<@a:b:c@x.test>", "a\\b@x.test", "<<a@x.test>>", "=?x?q?<a@b>,?= <m@y.test",
    "a@[x", ")", "\\", "Bob <bob@example.org", "a@x.test, alice, b@x.test", "Alice <a@x.test> Friends: b@x.test;",
    "a@x.test Friends:;",
  ])
  func `a list that is not sound is refused whole`(value: String) {
    #expect(throws: MIMEError.self) { try AddressList(parsing: octets(value)) }
  }

  @Test(arguments: ["a@x.test\r\nBcc: b@x.test", "a@x.test\0", "\"a\nb\" <a@x.test>", "a@x.test\rb", "(\u{1})a@x.test"])
  func `a control character that is no fold is refused`(value: String) {
    #expect(throws: MIMEError.self) { try AddressList(parsing: octets(value)) }
    #expect(throws: MIMEError.self) { try AddressList(value) }
  }

  @Test func `no name can smuggle a line`() throws {
    let address = try AddrSpec("a@x.test")
    #expect(throws: MIMEError.forbiddenOctet(0x0A, subject: "display name")) {
      try Mailbox(address, displayName: "A\nBcc: b@x.test")
    }
    let decoded = try parse("=?utf-8?q?A=0D=0ABcc:_b=40x.test=00?= <a@x.test>")
    #expect(decoded.mailboxes.first?.displayName == "A  Bcc: b@x.test\u{FFFD}")
  }

  @Test func `folding makes a name of many lines one`() throws {
    #expect(summary(try parse("A\r\n B\r\n\tC <a@x.test>")) == ["A B C|a@x.test"])
    #expect(summary(try parse("\"A\r\n B\" <a@x.test>")) == ["A B|a@x.test"])
  }

  @Test func `the number of addresses has a bound`() throws {
    let ten = Array(repeating: "a@x.test", count: 10).joined(separator: ",")
    var limits = MIMELimits.standard
    limits.addresses = 10
    #expect(try AddressList(parsing: octets(ten), limits: limits).mailboxes.count == 10)
    #expect(throws: MIMEError.limit(.addresses, value: 10)) {
      try AddressList(parsing: octets(ten + ",b@x.test"), limits: limits)
    }
    #expect(throws: MIMEError.limit(.fieldSize, value: limits.fieldSize)) {
      try AddressList(parsing: Array(repeating: 0x20, count: limits.fieldSize + 1))
    }
  }

  @Test(arguments: [
    ("(", 50_000, ""), ("<", 50_000, ""), ("\"", 50_001, ""), ("a.", 40_000, "a@x.test"), ("=?a?q?", 60_000, ""),
    (",", 90_000, ""), ("a:;", 20_000, ""), ("=?utf-8?q?a?= ", 50_000, "<a@x.test>"), ("[", 50_000, ""),
    ("\\", 50_000, ""),
    ("a@x.test,", 10_000, ""), ("a ", 50_000, "<a@x.test>"),
  ])
  func `hostile fields take linear time`(piece: String, count: Int, end: String) {
    let value = octets(String(repeating: piece, count: count) + end)
    let elapsed = ProcessorTime.seconds { _ = try? AddressList(parsing: value) }
    #expect(elapsed < 10)
  }

  @Test func `what is written is read again as the same list`() throws {
    var random = SplitMix64(seed: 11)
    let alphabet = Array("abc ÄΩ漢😀\".,;:<>@()[]\\=?_-'e\u{301}")
    for _ in 0..<400 {
      let mailboxes = try (0..<Int.random(in: 1...4, using: &random)).map { index in
        let name = String(
          (0..<Int.random(in: 0...40, using: &random)).map { _ in alphabet[random.index(alphabet.count)] })
        return try Mailbox(try AddrSpec(localPart: "u \(index)", domain: "x.test"), displayName: name)
      }
      let list = AddressList(mailboxes)
      let again = try AddressList(parsing: octets(list.text))
      #expect(again == list, "\(list.text)")
      #expect(list.text.utf8.allSatisfy { (0x20...0x7E).contains($0) })
    }
  }

  @Test func `a group is written and read again`() throws {
    let text = "Team: \"a, b\" <a@x.test>, c@x.test;, Nobody:;"
    #expect(try AddressList(text).text == text)
  }
}
