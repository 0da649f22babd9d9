import Synchronization
import TestSupport
import Testing

@testable import MailTransport

@Suite struct IMAPMailboxTests {
  private static let short = Array(shortMessage.utf8)

  private func violation(_ error: any Error) -> String? {
    guard case .protocolViolation("127.0.0.1", let what)? = error as? TransportError else { return nil }
    return what
  }

  @Test func `messages are listed, and read without a trace`() async throws {
    let script = try IMAPScript([9: Self.short, 4: [], 4_294_967_295: Self.short])
    let found = try await script.visit { mailbox in
      let messages = try mailbox.messages()
      let contents = try messages.map { try mailbox.content(of: $0) }
      try mailbox.close()
      return (messages, contents)
    }
    #expect(
      found.0
        == [4, 9, 4_294_967_295].enumerated().map { index, uid in
          RemoteMessage(
            id: .uid(uid, validity: 7), number: index + 1, octets: index == 0 ? 0 : Self.short.count,
            delivered: 1_764_114_605, flags: "F")
        })
    #expect(found.1 == [[], Self.short, Self.short])
    #expect(
      script.commands == [
        "CAPABILITY", "EXAMINE \"INBOX\"", "NOOP", "UID SEARCH ALL",
        "UID FETCH 4,9,4294967295 (FLAGS INTERNALDATE RFC822.SIZE)", "UID FETCH 4 BODY.PEEK[]<0.524288>",
        "UID FETCH 9 BODY.PEEK[]<0.524288>", "UID FETCH 4294967295 BODY.PEEK[]<0.524288>",
      ])
    #expect(script.server.lines.last?.hasSuffix("LOGOUT") == true)
  }

  @Test func `a large message comes in parts`() async throws {
    let message = longMessage(1_300_000)
    let script = try IMAPScript([3: message])
    let (bytes, largest) = try await script.visit { mailbox in
      var (bytes, largest): ([UInt8], Int) = ([], 0)
      try mailbox.fetch(try mailbox.message(uid: 3)) {
        bytes += $0
        largest = max(largest, $0.count)
      }
      return (bytes, largest)
    }
    #expect(bytes == message)
    #expect(largest == IMAPCommand.partLimit)
    #expect(
      script.commands.suffix(3) == [0, 524_288, 1_048_576].map { "UID FETCH 3 BODY.PEEK[]<\($0).524288>" })
  }

  @Test func `a message of exactly one part is whole`() async throws {
    let message = [UInt8](repeating: 0x61, count: IMAPCommand.partLimit)
    #expect(try await IMAPScript([3: message]).visit { try $0.content(of: $0.message(uid: 3)) } == message)
  }

  @Test func `mail since a day is asked for by that day`() async throws {
    let script = try IMAPScript([9: Self.short])
    _ = try await script.visit { try $0.messages(since: 1_764_114_605) }
    #expect(script.commands.contains("UID SEARCH SINCE 24-Nov-2025"))
  }

  /// A server whose message is announced with another size.
  private func script(announcing octets: Int, _ message: [UInt8], truncatingFirst: Int? = nil) throws -> IMAPScript {
    try IMAPScript([3: message]) { command in
      guard command.words.starts(with: ["UID", "FETCH"]) else { return nil }
      if command.line.contains("RFC822.SIZE") {
        return [.say("* 1 FETCH (UID 3 RFC822.SIZE \(octets))"), .say("\(command.tag) OK")]
      }
      guard let truncatingFirst, command.line.contains("<0.") else { return nil }
      return [IMAPScript.part(3, 0, truncatingFirst, of: message), .say("\(command.tag) OK")]
    }
  }

  @Test(arguments: [-4000, -1, 0, 1, 30_000])
  func `a message is what comes of it, whether its announced size is larger or smaller`(error: Int) async throws {
    let message = longMessage(5000)
    let script = try script(announcing: message.count + error, message)
    #expect(try await script.visit { try $0.content(of: $0.message(uid: 3)) } == message)
    // Where the size is right nothing more is asked for.
    #expect(script.commands.count { $0.contains("BODY.PEEK") } == (error == 0 ? 1 : 2))
  }

  @Test func `a message of which nothing comes is an error, unless it is empty by its own account`() async throws {
    await #expect {
      try await script(announcing: 5, []).visit { try $0.content(of: $0.message(uid: 3)) }
    } throws: { violation($0) == "message 3 has 5 bytes by its own account, and none came" }
    #expect(try await script(announcing: 0, []).visit { try $0.content(of: $0.message(uid: 3)) }.isEmpty)
  }

  @Test func `an answer that was cut is asked for again from there`() async throws {
    let message = longMessage(5000)
    let script = try script(announcing: message.count, message, truncatingFirst: 1234)
    #expect(try await script.visit { try $0.content(of: $0.message(uid: 3)) } == message)
    #expect(script.commands.last == "UID FETCH 3 BODY.PEEK[]<1234.524288>")
  }

  @Test func `a message without end comes to an end`() async throws {
    let endless = [UInt8](repeating: 0x61, count: IMAPCommand.partLimit)
    let script = try IMAPScript { command in
      guard command.words.starts(with: ["UID", "FETCH"]) else { return nil }
      if command.line.contains("RFC822.SIZE") {
        return [.say("* 1 FETCH (UID 3 RFC822.SIZE 1000000)"), .say("\(command.tag) OK")]
      }
      let offset = command.line.split(separator: "<")[1].split(separator: ".")[0]
      return [
        .raw(Array("* 1 FETCH (UID 3 BODY[]<\(offset)> {\(endless.count)}\r\n".utf8) + endless + Array(")\r\n".utf8)),
        .say("\(command.tag) OK"),
      ]
    }
    await #expect {
      try await script.visit { try $0.content(of: $0.message(uid: 3)) }
    } throws: {
      violation($0)?.hasPrefix("message 3 has 1000000 bytes by its own account, and 20") == true
    }
  }

  @Test func `facts about other messages, and the same facts twice, change nothing`() async throws {
    let script = try IMAPScript([3: Self.short, 5: Self.short]) { command in
      guard command.line.contains("RFC822.SIZE") else { return nil }
      return [
        .say("* 9 FETCH (UID 99 FLAGS (\\Seen) RFC822.SIZE 1)"), .say("* 1 FETCH (FLAGS (\\Seen))"),
        .say("* 1 FETCH (UID 3 RFC822.SIZE 10)"), .say("* 1 FETCH (UID 3 RFC822.SIZE 99 FLAGS (\\Seen))"),
        .say("\(command.tag) OK"),
      ]
    }
    let messages = try await script.visit { try $0.messages() }
    // The fifth was removed meanwhile.
    #expect(messages == [RemoteMessage(id: .uid(3, validity: 7), number: 1, octets: 10, flags: "S")])
  }

  @Test func `a message that is gone or refused leaves the others`() async throws {
    let script = try IMAPScript([3: Self.short, 4: Self.short, 5: Self.short]) { command in
      if command.line.hasPrefix("UID FETCH 3 BODY") { return [.say("\(command.tag) OK")] }
      return command.line.hasPrefix("UID FETCH 4 BODY") ? [.say("\(command.tag) NO cannot read it")] : nil
    }
    let outcomes = try await script.visit { mailbox in
      try mailbox.messages().map { message in try? mailbox.content(of: message) }
    }
    #expect(outcomes == [nil, nil, Self.short])
    await #expect(throws: TransportError.messageRefused(host: "127.0.0.1", ForeignText("NO cannot read it"))) {
      try await script.visit { try $0.content(of: $0.message(uid: 4)) }
    }
    await #expect(throws: TransportError.messageMissing(host: "127.0.0.1", uid: 8, mailbox: "INBOX")) {
      try await script.visit { try $0.message(uid: 8) }
    }
  }

  @Test func `a mailbox that is not there is named with the server's words`() async throws {
    let script = try IMAPScript { $0.words[0] == "EXAMINE" ? [.say("\($0.tag) NO [NONEXISTENT] no such")] : nil }
    await #expect(
      throws: TransportError.mailboxMissing(
        host: "127.0.0.1", mailbox: "INBOX", ForeignText("NO [NONEXISTENT] no such"))
    ) { try await script.visit { _ in } }
  }

  @Test func `UIDs are of use only with the UIDVALIDITY they were told with`() async throws {
    let changed = TransportError.mailboxChanged(host: "127.0.0.1", mailbox: "INBOX")
    await #expect(throws: changed) { try await IMAPScript([3: Self.short]).visit(validity: 6) { _ in } }
    await #expect(throws: changed) {
      try await IMAPScript([3: Self.short]).visit {
        try $0.content(of: RemoteMessage(id: .uid(3, validity: 6), number: 1, octets: nil))
      }
    }
    let script = try IMAPScript([3: Self.short]) {
      $0.words[0] == "SELECT" ? [.say("* OK [UIDVALIDITY 8] valid"), .say("\($0.tag) OK")] : nil
    }
    await #expect(throws: changed) { try await script.visit { try $0.remove($0.messages()) } }
    #expect(!script.commands.contains { $0.contains("STORE") || $0.contains("EXPUNGE") })
    let without = try IMAPScript { $0.words[0] == "EXAMINE" ? [.say("\($0.tag) OK")] : nil }
    await #expect {
      try await without.visit { _ in }
    } throws: { violation($0) == "it opened a mailbox without a UIDVALIDITY" }
  }

  @Test func `a server that does not say that it speaks IMAP is left alone`() async throws {
    await #expect {
      try await IMAPScript(capabilities: "IMAP2").visit { _ in }
    } throws: { violation($0) == "it does not say that it speaks IMAP4rev1" }
  }

  @Test func `messages are removed by their UIDs alone`() async throws {
    let script = try IMAPScript([3: Self.short, 4: Self.short, 5: Self.short])
    try await script.visit { try $0.remove($0.messages().filter { $0.number != 2 }) }
    #expect(
      script.commands.suffix(4) == [
        "SELECT \"INBOX\"", "UID STORE 3,5 +FLAGS.SILENT (\\Deleted)", "UID EXPUNGE 3,5", "EXAMINE \"INBOX\"",
      ])
    try await script.visit { try $0.remove([]) }
    #expect(script.commands.last == "EXAMINE \"INBOX\"")
  }

  /// A server without UIDPLUS, where these messages are marked to be removed.
  private func plainScript(marked: String) throws -> IMAPScript {
    try IMAPScript([3: Self.short, 4: Self.short], capabilities: "IMAP4rev1") {
      $0.line == "UID SEARCH DELETED" ? [.say("* SEARCH \(marked)"), .say("\($0.tag) OK")] : nil
    }
  }

  @Test func `without UIDPLUS nothing is removed that others have marked`() async throws {
    let foreign = try plainScript(marked: "4")
    await #expect(throws: TransportError.othersWouldGo(host: "127.0.0.1", mailbox: "INBOX")) {
      try await foreign.visit { try $0.remove([$0.message(uid: 3)]) }
    }
    #expect(!foreign.commands.contains { $0.contains("STORE") || $0.contains("EXPUNGE") })
    let own = try plainScript(marked: "3")
    try await own.visit { try $0.remove([$0.message(uid: 3)]) }
    #expect(own.commands.contains("EXPUNGE") && !own.commands.contains { $0.contains("UID EXPUNGE") })
  }

  @Test func `what others mark in the last moment is not removed either`() async throws {
    let searches = Mutex(0)
    let script = try IMAPScript([3: Self.short, 4: Self.short], capabilities: "IMAP4rev1") { command in
      guard command.line == "UID SEARCH DELETED" else { return nil }
      let isFirst = searches.withLock { count in
        count += 1
        return count == 1
      }
      return [.say(isFirst ? "* SEARCH 3" : "* SEARCH 3 4"), .say("\(command.tag) OK")]
    }
    await #expect(throws: TransportError.othersWouldGo(host: "127.0.0.1", mailbox: "INBOX")) {
      try await script.visit { try $0.remove([$0.message(uid: 3)]) }
    }
    #expect(!script.commands.contains { $0.contains("EXPUNGE") })
  }

  @Test func `folders are listed in plain Unicode`() async throws {
    let script = try IMAPScript { command in
      guard command.words[0] == "LIST" else { return nil }
      return [
        .say("* LIST (\\HasNoChildren) \"/\" INBOX"), .say("* LIST (\\Sent) \"/\" \"Gesendete &APY-l\""),
        .say("\(command.tag) OK"),
      ]
    }
    #expect(try await script.visit { try $0.folders().folders.map(\.name) } == ["INBOX", "Gesendete öl"])
  }
}
