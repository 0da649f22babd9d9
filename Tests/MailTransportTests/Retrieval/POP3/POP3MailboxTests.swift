import ByteStreams
import Foundation
import TestSupport
import Testing

@testable import MailTransport

/// A POP3 server that does what no real one does.
@Suite struct POP3MailboxTests {
  private static let messages = [
    (id: "a", text: "Subject: one\r\n\r\n.\r\n..\r\ntext\r\n"), (id: "../../b", text: "Subject: two\r\n\r\n"),
  ]

  private func visit<Value: Sendable>(
    _ port: UInt16, _ security: MailServer.Security = .plaintext, host: String = "localhost", user: String? = nil,
    within limit: Duration = testPatience, work: @escaping @Sendable (any RemoteMailbox) throws -> Value
  ) async throws -> Value {
    var timeouts = RetrievalTimeouts()
    (timeouts.connecting, timeouts.answers, timeouts.content) = (testPatience, limit, limit)
    timeouts.quitting = limit
    let source = RetrievalSource(
      spoken: .pop3, server: MailServer(security: security, host: host, port: port, user: user))
    let credential = user.map { _ in ServerCredential.password(SecretBytes("alicepw")) }
    let options = ConnectionOptions(trust: security == .plaintext ? .system : try Certificates.trust)
    let client = try MailboxClient(source, credential: credential, options: options, timeouts: timeouts)
    return try await RetrievalLine.run { line in try work(line.open(client)) }
  }

  private static func text(_ message: RemoteMessage, from mailbox: any RemoteMailbox) throws -> String {
    var bytes: [UInt8] = []
    try mailbox.fetch(message) { bytes += $0 }
    return String(decoding: bytes, as: UTF8.self)
  }

  @Test func `messages are listed, fetched as they are, removed, and leave is taken`() async throws {
    let script = try POP3Script(Self.messages)
    let texts = try await visit(script.server.port) { mailbox in
      let messages = try mailbox.messages()
      let texts = try messages.map { try Self.text($0, from: mailbox) }
      try mailbox.remove([messages[1]])
      try mailbox.close()
      return texts
    }
    #expect(texts == Self.messages.map(\.text))
    #expect(script.commands == ["STAT", "UIDL", "LIST", "RETR 1", "RETR 2", "DELE 2", "QUIT"])
  }

  @Test func `an empty maildrop is not asked for more`() async throws {
    let script = try POP3Script([])
    #expect(try await visit(script.server.port) { try $0.messages() }.isEmpty)
    #expect(script.commands == ["STAT"])
  }

  @Test(arguments: ["CAPA", "STAT", "UIDL", "LIST", "RETR", "DELE", "QUIT"])
  func `a connection that is dropped at any step is said to be lost, and a silent server in time`(
    command: String
  ) async throws {
    /// The error of a server that does so at the command; nil when the dialogue never got that far.
    func trouble(_ end: ScriptedServer.Action, within limit: Duration) async throws -> TransportError? {
      // The first CAPA is libcurl's.
      let (count, isReached) = (Counter(), Flag())
      let script = try POP3Script(Self.messages) { line in
        guard line.hasPrefix(command), command != "CAPA" || count.next() > 1 else { return nil }
        isReached.set()
        return [end]
      }
      let error = await #expect(throws: TransportError.self) {
        try await visit(script.server.port, within: limit) { mailbox in
          let messages = try mailbox.messages()
          _ = try Self.text(messages[0], from: mailbox)
          try mailbox.remove(messages)
          try mailbox.close()
        }
      }
      return isReached.isSet ? error : nil
    }
    guard case .connectionLost? = try await trouble(.close, within: testPatience) else {
      Issue.record("not said to be lost")
      return
    }
    try await underGrowingLimits { limit in
      guard let error = try await trouble(.hang, within: limit) else { return false }
      if case .timedOut = error {} else { Issue.record("\(error)") }
      return true
    }
  }

  @Test(arguments: [
    ("STAT", "-ERR [IN-USE] locked", FailureKind.tryAgain), ("STAT", "-ERR no", .unavailable),
    ("UIDL", "-ERR what", .protocolTrouble), ("UIDL", "-ERR [SYS/TEMP] later", .tryAgain),
    ("LIST", "-ERR no", .unavailable), ("RETR", "-ERR gone", .tryAgain), ("DELE", "-ERR no", .unavailable),
    ("QUIT", "-ERR some deleted messages not removed", .tryAgain), ("STAT", "* BYE", .protocolTrouble),
    ("UIDL", "+OK\r\n1 \u{1B}[31m\r\n.", .protocolTrouble), ("LIST", "+OK\r\n9 100\r\n.", .protocolTrouble),
    ("STAT", "+OK 2 10\r\n+OK more", .protocolTrouble),
  ]) func `a refusal at any step has its class, and its words are told`(
    command: String, answer: String, kind: FailureKind
  ) async throws {
    let script = try POP3Script(Self.messages) { $0.hasPrefix(command) ? [.say(answer)] : nil }
    await #expect {
      try await visit(script.server.port) { mailbox in
        let messages = try mailbox.messages()
        _ = try Self.text(messages[0], from: mailbox)
        try mailbox.remove(messages)
        try mailbox.close()
      }
    } throws: { ($0 as? TransportError)?.kind == kind }
  }

  @Test func `after a message that is refused the next one comes`() async throws {
    let script = try POP3Script(Self.messages) { $0 == "RETR 1" ? [.say("-ERR gone")] : nil }
    let text = try await visit(script.server.port) { mailbox in
      let messages = try mailbox.messages()
      do { _ = try Self.text(messages[0], from: mailbox) } catch TransportError.messageRefused {}
      return try Self.text(messages[1], from: mailbox)
    }
    #expect(text == Self.messages[1].text)
  }

  @Test func `a server without UIDL is refused, and one without CAPA is asked for it`() async throws {
    let lacking = try POP3Script(Self.messages, capabilities: ["TOP"])
    await #expect {
      try await visit(lacking.server.port) { try $0.messages() }
    } throws: { error in
      if case .incapable? = error as? TransportError { true } else { false }
    }
    let old = try POP3Script(Self.messages) { $0 == "CAPA" ? [.say("-ERR what")] : nil }
    #expect(try await visit(old.server.port) { try $0.messages() }.count == 2)
  }

  @Test func `unique ids are no larger together than a maildrop of a million messages needs`() throws {
    var listing = POP3Listing()
    let long = Array(repeating: UInt8(ascii: "u"), count: POP3Listing.identifierLimit)
    let fitting = POP3Listing.octetLimit / long.count
    for number in 1...fitting { try listing.takeIdentifier(Array("\(number) ".utf8) + long) }
    #expect(throws: POP3Session.Violation.self) { try listing.takeIdentifier(Array("999999 ".utf8) + long) }
  }

  @Test(arguments: ["UIDL", "QUIT"])
  func `a server that says a little again and again is given up`(command: String) async throws {
    try await underGrowingLimits { limit in
      let script = try POP3Script(Self.messages) { $0 == command ? [.drip("+", every: 0.05)] : nil }
      var timeouts = RetrievalTimeouts()
      (timeouts.answers, timeouts.quitting) = (limit, limit)
      let source = RetrievalSource(
        spoken: .pop3, server: MailServer(security: .plaintext, host: "localhost", port: script.server.port, user: nil))
      let client = try MailboxClient(source, credential: nil, timeouts: timeouts)
      await #expect {
        try await RetrievalLine.run { line in
          let mailbox = try line.open(client)
          _ = try mailbox.messages()
          try mailbox.close()
        }
      } throws: { error in
        if case .timedOut? = error as? TransportError { true } else { false }
      }
      return script.server.lines.contains(command)
    }
  }

  @Test func `a listing without end has one`() async throws {
    let flood = Array(String(repeating: "1 aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\r\n", count: 1000).utf8)
    let script = try POP3Script(Self.messages) {
      $0 == "UIDL" ? [.say("+OK")] + Array(repeating: .raw(flood), count: 100) + [.hang] : nil
    }
    await #expect {
      try await visit(script.server.port) { try $0.messages() }
    } throws: { ($0 as? TransportError)?.kind == .protocolTrouble }
  }

  // MARK: The way in

  /// Whether a line gives away anything of the login.
  private func isSecret(_ line: String) -> Bool {
    line.contains("AUTH") || line.contains("USER") || line.contains("PASS") || line.contains("alice")
      || line.contains(Data("\0alice\0alicepw".utf8).base64EncodedString())
  }

  @Test(.enabled(if: optionalTool("openssl") && optionalTool("python3"), "needs openssl and python3"))
  func `the login goes through TLS from the first byte, or after STLS, and what was said before is asked again`()
    async throws
  {
    let script = try POP3Script(Self.messages)
    let implicit = try TLSFront(script.server)
    #expect(try await visit(implicit.port, .implicitTLS, user: "alice") { try $0.messages() }.count == 2)
    let secured = try POP3Script(Self.messages) { $0 == "STLS" ? [.say("+OK begin")] : nil }
    let front = try TLSFront(secured.server, after: "+OK begin")
    #expect(try await visit(front.port, .startTLS, user: "alice") { try $0.messages() }.count == 2)
    let lines = secured.server.lines
    let upgrade = try #require(lines.firstIndex(of: "STLS"))
    #expect(!lines[..<upgrade].contains(where: isSecret))
    #expect(lines[upgrade...].contains { $0.hasPrefix("AUTH PLAIN") })
    #expect(lines.lastIndex(of: "CAPA").map { $0 > upgrade } == true)
  }

  @Test(
    arguments: [
      // Not offered: stripped on the way.
      (["SASL PLAIN"], [ScriptedServer.Action.say("+OK go")]), (["STLS"], [.say("-ERR not now")]),
      (["STLS"], [.raw(Array("+OK go\r\n+OK\r\nUIDL\r\n.\r\n+OK welcome\r\n".utf8)), .hang]),
      (["STLS"], [.raw(Array("+OK go\r\n".utf8)), .pause(seconds: 0.05), .say("+OK"), .hang]),
      (["STLS"], [.say("+OK go"), .close]),
    ] as [([String], [ScriptedServer.Action])])
  func `without TLS no login is said, whatever the server says`(
    capabilities: [String], answer: [ScriptedServer.Action]
  ) async throws {
    let script = try POP3Script(Self.messages, capabilities: capabilities + ["UIDL"]) { $0 == "STLS" ? answer : nil }
    await #expect(throws: TransportError.self) {
      try await visit(script.server.port, .startTLS, host: "127.0.0.1", user: "alice") { try $0.messages() }
    }
    #expect(!script.server.lines.contains(where: isSecret))
  }

  @Test(
    .enabled(if: optionalTool("openssl") && optionalTool("python3"), "needs openssl and python3"),
    arguments: [
      ("expired", TLSProblem.certificateExpired), ("future", .certificateNotYetValid), ("otherhost", .otherHost),
      ("selfsigned", .selfSigned),
    ])
  func `each fault of a certificate has its own error, and nothing is said to such a server`(
    certificate: String, expected: TLSProblem
  ) async throws {
    for (security, words) in [(MailServer.Security.implicitTLS, nil), (.startTLS, "+OK begin")] {
      let script = try POP3Script(Self.messages) { $0 == "STLS" ? [.say("+OK begin")] : nil }
      let front = try TLSFront(script.server, certificate: certificate, after: words)
      await #expect(throws: TransportError.tls(host: "localhost", expected)) {
        try await visit(front.port, security, user: "alice") { try $0.messages() }
      }
      #expect(!script.server.lines.contains(where: isSecret))
    }
  }
}

/// Counts calls from any thread.
private final class Counter: @unchecked Sendable {
  private let lock = NSLock()
  private var count = 0

  func next() -> Int {
    lock.withLock {
      count += 1
      return count
    }
  }
}
