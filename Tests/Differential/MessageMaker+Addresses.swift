/// Addresses in all the forms that mail programs write and should not write.
///
/// Source: RFC 5322 §3.4, §4.4
extension MessageMaker {
  /// The value of a From, To or Cc field.
  mutating func addresses(upTo count: Int) -> [UInt8] {
    if isOdd() { return oddList() }
    var list: [[UInt8]] = []
    for _ in 0..<(1 + roll(count)) { list.append(once(in: 12) && count > 1 ? group() : mailbox()) }
    let separator = Array(pick([", ", ",\n ", ","], odd: [",, ", " , ", "; ", ",(note) ", " "]).utf8)
    return Array(list.joined(separator: separator))
  }

  private mutating func group() -> [UInt8] {
    let name = pick([Array("Friends".utf8), Array("\"The board\"".utf8), Array("undisclosed-recipients".utf8)])
    guard once(in: 2) else { return name + Array(":;".utf8) }
    return name + Array(": ".utf8) + mailbox() + Array(", ".utf8) + mailbox() + Array(";".utf8)
  }

  /// One mailbox, with or without a name.
  private mutating func mailbox() -> [UInt8] {
    let address = addrSpec()
    switch roll(8) {
    case 0: return address
    case 1: return Array("<".utf8) + address + Array(">".utf8)
    case 2: return address + Array(" (Alice Example)".utf8)
    case 3: return encodedText() + Array(" <".utf8) + address + Array(">".utf8)
    default: return displayName() + Array(pick([" <"], odd: ["<", "\n <", "  <"]).utf8) + address + Array(">".utf8)
    }
  }

  private mutating func displayName() -> [UInt8] {
    let sound = [
      "Alice Example", "\"Example, Alice\"", "\"Alice \\\"Al\\\" Example\"", "\"A. B. Example\"", "Bob",
      "\"Bob  Meyer\"",
      "Bob \"the Builder\" Meyer", "O'Brien", "\"semi;colon\"", "\"back\\\\slash\"", "Alice (at home) Example",
    ]
    let odd = [
      "J. R. Example", "Dr. Bob", "Alice\n Example", "Example, Alice", "\"alice@example.org\"", "alice@example.org",
      "\"\"", "\"=?utf-8?q?Zo=C3=AB?=\"", "=?utf-8?q?Example=2C_Alice?=", "=?utf-8?q?a=40example.org=3E?=", "'Alice'",
      "=?utf-8?q?alice@example.org?=", "Alice [Sales]", "\"Alice\" \"Example\"", "Alice: Sales", "Alice; Sales",
      "=?utf-8?q?Alice,_Bob?=", "=?utf-8?q?Alice_B.?=", "=?utf-8?q?A_=28B=29?=", "Al=?utf-8?q?ice?=",
      "=?utf-8?q?A?= =?utf-8?q?B?= Example", "=?utf-8?q?A?= \"B\"", "(all comment)", "\"tab\there\"", "A\\B",
      "\"A\n B\"",
    ]
    let name = pick(sound, odd: odd)
    return once(in: 10) ? rawForeign() : Array(name.utf8)
  }

  private mutating func addrSpec() -> [UInt8] {
    let sound = [
      "alice@example.org", "bob@example.org", "Carol.Example+tag@Example.ORG", "\"a b\"@example.org",
      "dave@[192.0.2.1]",
      "\"quoted\"@example.org", "x_y-z=1@sub.example.net", "mallory@xn--mnchen-3ya.example",
    ]
    let odd = [
      "alice @ example.org", "alice(comment)@example.org", "alice@(comment)example.org", "alice@example.org.", "alice@",
      "@example.org", "alice", "", "a..b@example.org", ".a@example.org", "a.@example.org", "alice@ex ample.org",
      "alice@@example.org", "alice@example@example.net", "@hop.example,@hop2.example:alice@example.org",
      "@hop.example:alice@example.org", "alice@münchen.example", "zoë@example.org", "alice . b @ example . org",
      "=?utf-8?q?alice?=@example.org", "alice@example.org\u{0}", "\"a\\\"b\"@example.org", "al\rice@example.org",
      "alice@exa_mple.org", "<alice@example.org>", "mailto:alice@example.org", "alice@[IPv6:2001:db8::1]", "alice@[]",
      "\"alice@example.net\"@example.org", "alice@example..org", "\"\"@example.org", "alice@-example.org",
      "a\"b\"@example.org",
    ]
    return Array(pick(sound, odd: odd).utf8)
  }

  private mutating func oddList() -> [UInt8] {
    let forms = [
      "", " ", ",", "(nobody)", "Alice <alice@example.org", "Alice alice@example.org>", "\"Alice <alice@example.org>",
      "Alice <alice@example.org> (note)", "Alice <alice@example.org> junk", "<alice@example.org> <bob@example.org>",
      "Alice <alice@example.org> Bob <bob@example.org>", "alice@example.org bob@example.org", "<>", "Alice <>",
      "Friends: alice@example.org", "Friends: alice@example.org, bob@example.org;, carol@example.org",
      "A: B: alice@example.org;;", "(a (nested) comment) alice@example.org", "(open alice@example.org",
      "alice@example.org (Alice) (Example)", "alice@example.org (Alice \\) Example)", "alice@example.org ()",
      "alice@example.org,\n\tbob@example.org,\n carol@example.org", "undisclosed-recipients:", "undisclosed recipients",
      "alice@example.org\n (folded\n comment)", "alice@example.org (=?utf-8?q?Zo=C3=AB?=)",
      "Alice\u{0} <alice@example.org>",
      "=?utf-8?q?Alice_=3Cmallory=40example.net=3E?= <alice@example.org>",
      "Alice\r<mallory@example.net> <alice@example.org>",
      "=?utf-8?q?=3Calice=40example.org=3E?= mallory@example.net", "alice@example.org;bob@example.org;",
      "\"alice@example.org\" <mallory@example.net>", "\"Alice\" <alice@example.org>, <@mallory@example.net>", ";", ":;",
    ]
    return Array(pick(forms).utf8)
  }
}
