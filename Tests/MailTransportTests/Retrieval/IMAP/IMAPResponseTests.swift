import TestSupport
import Testing

@testable import MailTransport

@Suite struct IMAPResponseTests {
  /// Reads the one response of a text.
  private func read(_ text: String) throws -> IMAPResponse {
    var cutter = IMAPResponseCutter()
    var bytes = Array(text.utf8)[...]
    return try IMAPResponse(try #require(try cutter.next(&bytes)))
  }

  private func status(_ text: String) throws -> IMAPStatus {
    try #require(IMAPStatus(Array(text.utf8)[...]))
  }

  @Test func `statuses are answers, or remarks, with a code for programs`() throws {
    #expect(try read("P1 OK done\r\n") == .tagged("P1", status("OK done")))
    #expect(try read("* bye\r\n") == .untagged(status("bye")))
    let opened = try status("OK [UIDVALIDITY 3857529045] UIDs valid")
    #expect(opened.number(of: "UIDVALIDITY") == 3_857_529_045)
    #expect(opened.number(of: "UIDNEXT") == nil)
    #expect(try status("NO [trycreate] no such").code == ["TRYCREATE"])
    for wrong in ["0", "-1", "4294967296", "x", "99999999999999999999"] {
      #expect(try status("OK [UIDVALIDITY \(wrong)]").number(of: "UIDVALIDITY") == nil)
    }
    #expect(try status("NO [UNAVAILABLE] later").isTemporary)
    #expect(try !status("NO [NONEXISTENT] never").isTemporary)
    #expect(try status("OK [ open").code.isEmpty)
  }

  @Test func `words for people cannot write on the terminal`() throws {
    #expect(try status("NO \u{1B}[2J\u{202E}").words.description == "NO \\u{1b}[2J\\u{202e}")
  }

  @Test func `facts of a message are read in any order, and others are skipped`() throws {
    let text =
      "* 12 FETCH (FLAGS (\\Seen \\Recent $Forwarded \\deleted Junk) X-GM-LABELS (\"a)\" (\\x)) RFC822.SIZE 4294967299 "
      + "INTERNALDATE \" 7-Jul-1996 02:44:25 -0700\" BODY[HEADER.FIELDS (DATE FROM)] {2}\r\nx) MODSEQ (65) UID 44)\r\n"
    guard case .fetched(let fetched) = try read(text) else {
      Issue.record("no FETCH response")
      return
    }
    #expect(fetched.uid == 44)
    #expect(fetched.flags == "PST")
    #expect(fetched.octets == 4_294_967_299)
    #expect(fetched.delivered == 836_732_665)
    #expect(fetched.part == nil)
  }

  @Test(arguments: [
    ("BODY[]<0> {3}\r\na)b", "a)b", 0), ("BODY[]<524288> \"x\\\"y\"", "x\"y", 524_288), ("body[] {1}\r\n\0", "\0", nil),
    ("BODY[]<7> NIL", "", 7), ("BODY[]<7> \"\"", "", 7),
  ]) func `a part of a message is a literal, a quoted string or nothing`(text: String, content: String, origin: Int?)
    throws
  {
    guard case .fetched(let fetched) = try read("* 1 FETCH (UID 4 \(text))\r\n") else {
      Issue.record("no FETCH response")
      return
    }
    #expect(fetched.part == Array(content.utf8))
    #expect(fetched.origin == origin)
    #expect(fetched.uid == 4)
  }

  @Test(arguments: [
    "* 1 FETCH (UID -5)", "* 1 FETCH (UID 0)", "* 1 FETCH (UID 4294967296)", "* 1 FETCH (UID (1))",
    "* 1 FETCH (RFC822.SIZE -1)", "* 1 FETCH (RFC822.SIZE 9223372036854775808)", "* 1 FETCH (FLAGS \\Seen)",
    "* 1 FETCH (BODY[]<-1> NIL)", "* 1 FETCH (BODY[]<0 NIL)", "* 1 FETCH (BODY[] NIL BODY[] NIL)",
    "* 1 FETCH ((UID) 5)", "* 1 FETCH (UID 5", "* 1 FETCH UID 5)", "* 1 FETCH (UID \"5)", "* 1 FETCH (UID {5 x)",
    "* SEARCH 1 -2", "* SEARCH 0", "* SEARCH 4294967296", "* ESEARCH UID ALL 1:4294967295", "* ESEARCH ALL 5:x", "",
    "P1", "hello", "P1 WHAT ok", "GET / HTTP/1.1",
  ]) func `what cannot be true is a violation`(text: String) {
    #expect(throws: IMAPResponseCutter.Violation.self) { try read("\(text)\r\n") }
  }

  @Test(arguments: [
    "* 5 RECENT", "* FLAGS (\\Seen)", "* XWHAT {2}\r\nab (c)", "* NAMESPACE NIL NIL NIL", "* 5 WHAT ((",
  ])
  func `what says nothing to us is skipped, if it has a form`(text: String) throws {
    if text.hasSuffix("((") {
      #expect(throws: IMAPResponseCutter.Violation.self) { try read("\(text)\r\n") }
    } else {
      #expect(try read("\(text)\r\n") == .other)
    }
  }

  @Test func `searches are answered in the old way and in the new one`() throws {
    #expect(try read("* SEARCH\r\n") == .found([]))
    #expect(try read("* search 2 84 882\r\n") == .found([2, 84, 882]))
    #expect(try read("* SEARCH 2 5 (MODSEQ 917162500)\r\n") == .found([2, 5]))
    #expect(try read("* ESEARCH (TAG \"P3\") UID ALL 4:6,9\r\n") == .found([4, 5, 6, 9]))
    #expect(try read("* ESEARCH (TAG \"P3\") UID\r\n") == .found([]))
  }

  @Test func `folders have names, levels and uses`() throws {
    guard case .folder(let sent) = try read("* LIST (\\HasNoChildren \\Sent) \".\" \"Gesendete &APY-l\"\r\n") else {
      Issue.record("no folder")
      return
    }
    #expect(sent.name == "Gesendete öl" && sent.separator == "." && sent.isSelectable && sent.uses == ["\\SENT"])
    guard case .folder(let level) = try read("* LIST (\\Noselect) NIL [Gmail]\r\n") else {
      Issue.record("no folder")
      return
    }
    #expect(level.name == "[Gmail]" && level.separator == nil && !level.isSelectable)
    guard case .folder(let literal) = try read("* LIST () \"/\" {3}\r\na\"b\r\n") else {
      Issue.record("no folder")
      return
    }
    #expect(literal.name == "a\"b")
    #expect(try read("* LIST () \"/\" \"a&zz\"\r\n") == .nameless)
  }

  @Test func `brackets that nothing closes cost no more than other text`() throws {
    let brackets = String(repeating: "[", count: IMAPResponseCutter.textLimit - 100)
    let time = try ProcessorTime.seconds { () throws in
      #expect(try read("* 1 \(brackets)\r\n") == .other)
      #expect(try read("* 1 FETCH (X[a b] \(brackets) UID 4)\r\n") == read("* 1 FETCH (X x UID 4)\r\n"))
    }
    #expect(time < 5)
  }

  @Test func `no more messages are found than a set may have`() {
    let numbers = String(repeating: " 1", count: UIDSet.limit + 1)
    #expect(throws: IMAPResponseCutter.Violation(description: "more than \(UIDSet.limit) messages found")) {
      try read("* SEARCH\(numbers)\r\n")
    }
  }

  @Test func `parentheses without number are refused in no time`() {
    let limit = IMAPResponseCutter.textLimit
    for text in [
      String(repeating: "(", count: limit - 100), String(repeating: "()", count: limit / 2 - 100),
      String(repeating: "(", count: 17) + String(repeating: ")", count: 17),
    ] {
      let time = ProcessorTime.seconds {
        #expect(throws: IMAPResponseCutter.Violation.self) { try read("* 1 FETCH (X \(text))\r\n") }
      }
      #expect(time < 1)
    }
  }
}
