import ByteStreams
import MIME
import SealedMail
import TestSupport
import Testing

/// What is made of a message that a program hands to a sendmail.
@Suite struct HandedMessageTests {
  private static let names = LocalNames(
    domain: "example.org", aliases: ["root": [try? Mailbox("Admin <admin@example.net>")].compactMap(\.self)])

  private func handed(_ text: String) throws -> HandedMessage { try HandedMessage(ByteStore(Array(text.utf8))) }

  private func recipients(
    _ text: String, _ named: String = "", _ source: HandedMessage.RecipientSource = .envelopeAndHeader,
    names: LocalNames = names
  ) throws -> [String] {
    let beside = try AddressList(named, localDomain: LocalNames.placeholder).mailboxes
    let found = try handed(text).overrides(for: beside, and: source, names: names).recipients
    return (found?.shared.map(\.text) ?? []) + (found?.blind.map { "(\($0.text))" } ?? [])
  }

  @Test(arguments: [
    ("To: bob@example.org\n\n", "", ["bob@example.org"]),
    ("To: bob@example.org\n\n", "erin@example.org", ["bob@example.org", "(erin@example.org)"]),
    ("To: bob@example.org\nBcc: erin@example.org\n\n", "bob@example.org", ["bob@example.org", "(erin@example.org)"]),
    ("To: team: bob@example.org, carol@example.net;\n\n", "", ["bob@example.org", "carol@example.net"]),
    ("To: undisclosed-recipients:;\nBcc: bob@example.org\n\n", "", ["(bob@example.org)"]),
    ("To: bob@example.org\nResent-To: erin@example.org\n\n", "", ["erin@example.org"]),
    ("To: root\n\n", "alice", ["admin@example.net", "(alice@example.org)"]),
    ("Subject: nobody\n\n", "", []),
  ])
  func `with -t the recipients are those beside the message and those of its fields`(
    text: String, beside: String, expected: [String]
  ) throws {
    var found = try recipients(text, beside)
    // Those beside the message stand before those of its fields.
    found = expected.filter(found.contains) + found.filter { !expected.contains($0) }
    #expect(found == expected)
  }

  @Test(arguments: [
    ("To: bob@example.org, carol@example.net\nBcc: erin@example.org\n\n", "bob@example.org", ["bob@example.org"]),
    ("To: bob@example.org\nBcc: not an address\n\n", "erin@example.org", ["(erin@example.org)"]),
    ("Cc: bob@example.org\n\n", "erin@example.org, bob@example.org", ["bob@example.org", "(erin@example.org)"]),
    ("Resent-To: bob@example.org\n\n", "bob@example.org", ["bob@example.org"]),
    ("To: bob@example.org\n\n", "", []),
  ])
  func `without it nobody receives it whom the envelope does not name`(
    text: String, beside: String, expected: [String]
  ) throws {
    #expect(try recipients(text, beside, .envelope) == expected)
  }

  @Test func `names that nothing is known of are all told`() throws {
    #expect {
      try recipients("To: root, eve\nCc: dan\n\n", "eve", names: LocalNames())
    } throws: { error in
      guard case SealError.localNames(let names) = error else { return false }
      return names == ["eve", "root", "dan"]
    }
  }

  @Test func `fields with such names are written anew, and others are not touched`() throws {
    let overrides = try handed("To: root\nCc: Bob <bob@example.org>\n\n").overrides(
      for: [], and: .envelopeAndHeader, names: Self.names)
    #expect(overrides.to?.map(\.text) == ["Admin <admin@example.net>"])
    #expect(overrides.cc == nil)
    #expect(overrides.bcc == [])
  }

  @Test func `what was sent on twice names its recipients in too many ways`() throws {
    #expect {
      try recipients("Resent-To: bob@example.org\nResent-To: erin@example.org\n\n")
    } throws: { error in
      guard case SealError.repeatedField("Resent-To", count: 2) = error else { return false }
      return true
    }
  }

  @Test(arguments: [
    ("hello\n", "\nhello\n"), ("\nhello\n", "\nhello\n"), ("", "\n"), (" hello\n", "\n hello\n"),
    ("Re: hello\n", "Re: hello\n"),
    ("From root Wed Nov 25 22:00:00 2026\r\nTo: a@b.example\r\n\r\nhi", "To: a@b.example\r\n\r\nhi"),
    ("From root Wed Nov 25 22:00:00 2026\nhi\n", "\nhi\n"),
  ])
  func `a text without a header has an empty one, and a mailbox's line is cut off`(text: String, kept: String) throws {
    let store = try handed(text).store
    #expect(String(decoding: try store.read(0..<store.count), as: UTF8.self) == kept)
  }

  @Test func `a header that breaks off is refused`() {
    #expect(throws: SealError.self) { try handed("To: bob@example.org\nbroken\nBcc: erin@example.org\n\n") }
  }

  @Test(arguments: [
    ("X-Postseal: clear\n\n", true), ("X-Postseal:\n clear\n\n", true), ("x-postseal : Clear \r\n\r\n", true),
    ("X-Mailer: clear\n\nX-Postseal: clear", false),
  ])
  func `a program asks by a field of its header alone`(text: String, isClear: Bool) throws {
    #expect(try handed(text).request() == (isClear ? .clear : .none))
  }

  @Test(arguments: [
    "X-Postseal: no\n\n", "X-Postseal:\n\n", "X-Postseal: clear\nX-Postseal: clear\n\n",
    "X-Postseal: =?utf-8?q?clear?=\n\n", "X-Postseal: cl\n ear\n\n", "X-Postseal: \"clear\"\n\n",
    "X-Postseal: clear (x)\n\n",
  ])
  func `and for nothing else`(text: String) throws {
    let message = try handed(text)
    #expect(throws: SealError.self) { try message.request() }
  }

  @Test func `the field by which it asks never leaves`() throws {
    let desk = try Desk(accepted: [.bob])
    var letter = Letter()
    letter.fields.append(("X-Postseal", "clear"))
    let copy = try #require(
      try desk.seal(letter, clear: .programAskedAndAccountAllows()) { $0.protection = .clear }.first)
    #expect(try !copy.text.lowercased().contains("x-postseal"))
  }
}
