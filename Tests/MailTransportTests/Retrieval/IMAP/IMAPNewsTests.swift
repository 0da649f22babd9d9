import TestSupport
import Testing

@testable import MailTransport

/// How new mail is noticed.
@Suite struct IMAPNewsTests {
  private static let short = Array(shortMessage.utf8)

  @Test func `news are told by IDLE, and by nobody where there is none`() async throws {
    let script = try IMAPScript([3: Self.short]) { command in
      command.words[0] == "IDLE"
        ? [.say("+ idling"), .say("* 1 RECENT"), .pause(seconds: 0.05), .say("* 2 EXISTS")] : nil
    }
    #expect(try await script.visit { try $0.waitForNews(atMost: testPatience) })
    #expect(script.commands.suffix(2) == ["IDLE", "DONE"])
    let quiet = try IMAPScript([3: Self.short])
    let (hasNews, messages) = try await quiet.visit {
      (try $0.waitForNews(atMost: .milliseconds(200)), try $0.messages())
    }
    #expect(!hasNews && messages.count == 1)
    #expect(quiet.commands.filter { $0 == "IDLE" || $0 == "DONE" } == ["IDLE", "DONE"])
    let old = try IMAPScript([3: Self.short], capabilities: "IMAP4rev1")
    #expect(try await !old.visit { try $0.waitForNews(atMost: testPatience) })
    #expect(!old.commands.contains("IDLE"))
  }

  @Test func `mail that comes while something else is done is told at once, and only what is new is listed`()
    async throws
  {
    let script = try IMAPScript([3: Self.short, 9: Self.short]) { command in
      guard command.line.hasPrefix("UID FETCH 3 BODY") else { return nil }
      return [.say("* 3 EXISTS"), IMAPScript.part(3, 0, 1 << 20, of: Self.short), .say("\(command.tag) OK")]
    }
    let (isTold, news, isToldAgain) = try await script.visit { mailbox in
      let messages = try mailbox.messages()
      _ = try mailbox.content(of: messages[0])
      let isTold = try mailbox.waitForNews(atMost: testPatience)
      return (isTold, try mailbox.news(), try mailbox.waitForNews(atMost: .milliseconds(50)))
    }
    #expect(isTold && news.isEmpty && !isToldAgain)
    #expect(script.commands.suffix(4) == ["NOOP", "UID SEARCH UID 10:*", "IDLE", "DONE"])
  }

  @Test(arguments: [(nil, true), (10, false), (11, true)] as [(UInt32?, Bool)])
  func `what came while messages were removed is looked for`(next: UInt32?, isLookedFor: Bool) async throws {
    let script = try IMAPScript([3: Self.short, 9: Self.short]) { command in
      guard let next, command.words[0] == "EXAMINE" else { return nil }
      return [
        .say("* 2 EXISTS"), .say("* OK [UIDVALIDITY 7] valid"), .say("* OK [UIDNEXT \(next)]"),
        .say("\(command.tag) OK"),
      ]
    }
    let isTold = try await script.visit { mailbox in
      try mailbox.remove([try mailbox.messages()[0]])
      return try mailbox.waitForNews(atMost: .milliseconds(50))
    }
    #expect(isTold == isLookedFor)
    #expect(script.commands.contains("IDLE") != isLookedFor)
  }

  @Test func `a mailbox whose last UID is the highest there can be is listed on, and an empty one from the first`()
    async throws
  {
    let full = try IMAPScript([.max: Self.short])
    #expect(try await full.visit { (try $0.messages().count, try $0.news().count) } == (1, 1))
    let empty = try IMAPScript()
    #expect(try await empty.visit { (try $0.messages().count, try $0.news().count) } == (0, 0))
    #expect(empty.commands.last == "UID SEARCH UID 1:*")
  }
}
