import TestSupport
import Testing

@testable import MailTransport

/// Servers that misbehave after the login.
@Suite struct IMAPHostileServerTests {
  private static let short = Array(shortMessage.utf8)

  private static let steps: [(command: String, phase: DialoguePhase)] = [
    ("CAPABILITY", .greeting), ("EXAMINE", .selecting), ("NOOP", .listing), ("UID SEARCH", .listing),
    ("UID FETCH 3 (", .listing), ("UID FETCH 3 BODY", .fetching), ("IDLE", .waiting), ("DONE", .waiting),
    ("SELECT", .selecting), ("UID STORE", .removing), ("UID EXPUNGE", .removing),
  ]

  /// Does everything there is.
  private static let everything: @Sendable (IMAPMailbox) throws -> Void = { mailbox in
    let messages = try mailbox.messages()
    for message in messages { _ = try mailbox.content(of: message) }
    _ = try mailbox.waitForNews(atMost: .milliseconds(50))
    try mailbox.remove(messages)
    try mailbox.close()
  }

  /// A server that does something else at one step.
  private func script(at step: String, _ actions: @escaping @Sendable (String) -> [ScriptedServer.Action]) throws
    -> IMAPScript
  {
    // libcurl asks for the capabilities, too, in tags of its own.
    try IMAPScript([3: Self.short]) { $0.tag.hasPrefix("P") && $0.line.hasPrefix(step) ? actions($0.tag) : nil }
  }

  @Test(arguments: steps.filter { $0.command != "DONE" })
  func `a server that goes away at any step is named with it`(command: String, phase: DialoguePhase) async throws {
    for actions in [[ScriptedServer.Action.close], [.raw(Array("* 1 FET".utf8)), .close]] {
      let script = try script(at: command) { _ in actions }
      await #expect(throws: TransportError.connectionLost(host: "127.0.0.1", phase: phase)) {
        try await script.visit(Self.everything)
      }
    }
  }

  @Test(arguments: steps.filter { $0.command != "DONE" })
  func `a server that falls silent at any step is given up`(command: String, phase: DialoguePhase) async throws {
    try await underGrowingLimits { limit in
      let script = try script(at: command) { _ in [.hang] }
      do {
        try await script.visit(within: limit, Self.everything)
        Issue.record("it was not given up")
      } catch TransportError.timedOut("127.0.0.1", let met) {
        // An earlier answer may have taken too long, when the machine is slow.
        guard script.commands.contains(where: { $0.hasPrefix(command) }) else { return false }
        #expect(met == phase)
      }
      return true
    }
  }

  @Test(arguments: ["NOOP", "UID FETCH 3 BODY", "LOGOUT"])
  func `a server that says a little again and again is given up, too`(command: String) async throws {
    try await underGrowingLimits { limit in
      let script = try script(at: command) { _ in [.raw(Array("* ".utf8)), .drip("x", every: 0.05)] }
      do {
        try await script.visit(within: limit) { mailbox in
          _ = try mailbox.content(of: mailbox.messages()[0])
          try mailbox.close()
        }
        #expect(command == "LOGOUT")
      } catch TransportError.timedOut {
        #expect(command != "LOGOUT" || !script.server.lines.contains { $0.hasSuffix("LOGOUT") })
      }
      return script.server.lines.contains { $0.contains(command) }
    }
  }

  @Test(
    arguments: steps.filter { $0.command != "DONE" }.map(\.command),
    [
      "* BYE shutting down", "P999 OK done", "* PREAUTH welcome", "hello", "* 1 FETCH (UID 3 BODY[] {1}\r\nx)\r\n\r\n",
      "* 1 FETCH (UID -3)", "* X {99999999999}", "* X {-1}", "* X \0",
    ])
  func `whatever a server says out of order, the dialogue ends with an error`(command: String, line: String)
    async throws
  {
    let script = try script(at: command) { _ in [.say(line), .hang] }
    await #expect(throws: TransportError.self) { try await script.visit(within: .seconds(5), Self.everything) }
    // Nothing was removed that did not get that far.
    if !["UID STORE", "UID EXPUNGE"].contains(command) {
      #expect(!script.commands.contains { $0.hasPrefix("UID STORE") || $0.hasPrefix("UID EXPUNGE") })
    }
  }

  @Test(arguments: [
    "* SEARCH" + String(repeating: " 4", count: 100), "* " + String(repeating: "x", count: 200_000),
    "* 1 FETCH " + String(repeating: "(", count: 60_000), "* 1 FETCH (BODY[] {4294967297}",
    "* 1 FETCH (BODY[]<0> {18446744073709551617}", "* LIST () \"/\" {400000000}",
    "* 1 FETCH (UID 4 BODY[]<0> {1}\r\nx)",
    "* 1 FETCH (UID 3 BODY[]<0> {1}\r\nx)\r\n* 1 FETCH (UID 4 BODY[]<0> {1}\r\ny)",
  ]) func `of a message that another one is mixed into nothing more is taken`(line: String) async throws {
    let script = try script(at: "UID FETCH 3 BODY") { [.say(line), .say("\($0) OK done")] }
    await #expect(throws: TransportError.self) { try await script.visit { try $0.content(of: $0.message(uid: 3)) } }
  }

  @Test func `a message in pieces of a few bytes without end is left`() async throws {
    let script = try IMAPScript([3: Self.short]) { command in
      if command.line.contains("RFC822.SIZE") {
        return [.say("* 1 FETCH (UID 3 RFC822.SIZE 200000000)"), .say("\(command.tag) OK")]
      }
      guard command.line.contains("BODY.PEEK") else { return nil }
      let offset = command.line.split(separator: "<")[1].split(separator: ".")[0]
      return [.say("* 1 FETCH (UID 3 BODY[]<\(offset)> {1}\r\nx)"), .say("\(command.tag) OK")]
    }
    await #expect(
      throws: TransportError.protocolViolation(
        host: "127.0.0.1", "message 3 comes in pieces of a few bytes, without end")
    ) { try await script.visit { try $0.content(of: $0.message(uid: 3)) } }
  }

  @Test func `a server that says more than was asked, without end, is left`() async throws {
    let script = try script(at: "NOOP") { _ in
      Array(repeating: .raw(Array(String(repeating: "* 1 RECENT\r\n", count: 2000).utf8)), count: 100)
    }
    await #expect(throws: TransportError.protocolViolation(host: "127.0.0.1", "responses without end")) {
      try await script.visit(Self.everything)
    }
  }

  @Test func `cancelling ends the waiting for a silent server`() async throws {
    let script = try script(at: "NOOP") { _ in [.hang] }
    let task = Task { try await script.visit(Self.everything) }
    #expect(try await eventually { script.commands.contains("NOOP") })
    task.cancel()
    await #expect(throws: TransportError.cancelled) { try await task.value }
  }
}
