import Synchronization
import TestSupport
import Testing

@testable import MailTransport

/// Many messages over one connection.
@Suite struct SMTPChannelTests {
  private func channel(_ server: ScriptedServer) throws -> any Submitter {
    try SMTPSubmitter(
      server: MailServer(security: .plaintext, host: "127.0.0.1", port: server.port, user: nil), credential: nil
    ).keptOpen()
  }

  /// A server that counts its connections and does what `special` says about the lines of each, from 1 on.
  private func server(
    _ connections: Counter = Counter(), _ special: @escaping @Sendable (Int, String) -> [ScriptedServer.Action]?
  ) throws -> ScriptedServer {
    try ScriptedServer { event in
      switch event {
      case .connected:
        connections.value.withLock { $0 += 1 }
        return nil
      case .message: return nil
      case .line(let line): return special(connections.value.withLock { $0 }, line)
      }
    }
  }

  private final class Counter: Sendable {
    let value = Mutex(0)
  }

  @Test func `messages go one after the other over one connection, which ends when it is closed`() async throws {
    let connections = Counter()
    let server = try server(connections) { _, _ in nil }
    let channel = try channel(server)
    for index in 1...20 {
      let report = try await channel.submit([copy(to: ["b\(index)@example.org"])])
      #expect(report.finding == .all)
    }
    await channel.close()
    #expect(connections.value.withLock { $0 } == 1)
    #expect(server.messages.count == 20)
    // One by libcurl, and one because what it heard is not believed.
    #expect(server.lines.count { $0.hasPrefix("EHLO") } == 2)
    #expect(server.lines.count { $0 == "RSET" } == 19)
    // The last word is on its way when we have said it.
    #expect(try await eventually { server.lines.last == "QUIT" })
    #expect(server.lines.count { $0 == "QUIT" } == 1)
  }

  @Test func `a refused message leaves the next one its connection, and nothing of itself`() async throws {
    let connections = Counter()
    let server = try server(connections) { _, line in line == "RCPT TO:<no@example.org>" ? [.say("550 no")] : nil }
    let channel = try channel(server)
    #expect(try await channel.submit([copy(to: ["no@example.org"])]).failure == .recipientsRefused)
    #expect(try await channel.submit([copy(to: ["yes@example.org"])]).finding == .all)
    #expect(connections.value.withLock { $0 } == 1)
    #expect(server.lines.contains("RSET"))
  }

  @Test(arguments: ["RSET", "MAIL"])
  func `a server that wants no more messages on a connection gets the next on a new one`(command: String) async throws {
    let connections = Counter()
    let server = try server(connections) { connection, line in
      let isSecond = connection == 1 && line.hasPrefix(command)
      return isSecond && (command == "RSET" || line.contains("second")) ? [.say("421 enough"), .close] : nil
    }
    let channel = try channel(server)
    #expect(try await channel.submit([copy(from: "first@example.org")]).finding == .all)
    #expect(try await channel.submit([copy(from: "second@example.org")]).finding == .all)
    #expect(connections.value.withLock { $0 } == 2)
    #expect(server.messages.count == 2)
  }

  @Test func `a kept connection that is lost in the middle of a message is replaced once`() async throws {
    let connections = Counter()
    let server = try server(connections) { connection, line in connection == 1 && line == "RSET" ? [.close] : nil }
    let channel = try channel(server)
    for _ in 1...3 { #expect(try await channel.submit([copy()]).finding == .all) }
    #expect(connections.value.withLock { $0 } == 2)
    #expect(server.messages.count == 3)
  }

  @Test func `a message whose end was sent on a lost connection is unknown, and goes over no other`() async throws {
    let connections = Counter()
    let server = try ScriptedServer { event in
      if event == .connected { connections.value.withLock { $0 += 1 } }
      return event == .message && connections.value.withLock { $0 } == 1 ? [.close] : nil
    }
    let channel = try channel(server)
    #expect(try await channel.submit([copy()]).finding == .unknown)
    #expect(server.messages.count == 1 && connections.value.withLock { $0 } == 1)
    #expect(try await channel.submit([copy()]).finding == .all)
    #expect(connections.value.withLock { $0 } == 2)
  }

  @Test func `the same on a connection that served before`() async throws {
    let (connections, messages) = (Counter(), Counter())
    let server = try ScriptedServer { event in
      if event == .connected { connections.value.withLock { $0 += 1 } }
      guard event == .message else { return nil }
      let count = messages.value.withLock { count in
        count += 1
        return count
      }
      return count == 2 ? [.close] : nil
    }
    let channel = try channel(server)
    #expect(try await channel.submit([copy()]).finding == .all)
    #expect(try await channel.submit([copy()]).finding == .unknown)
    #expect(server.messages.count == 2 && connections.value.withLock { $0 } == 1)
    #expect(try await channel.submit([copy()]).finding == .all)
    #expect(server.messages.count == 3)
  }

  @Test func `a message that a kept server cannot carry is refused without a word, and the next one goes`() async throws
  {
    let connections = Counter()
    let server = try server(connections) { _, line in
      line.hasPrefix("EHLO") ? [.say("250-mx"), .say("250 SIZE 1000")] : nil
    }
    let channel = try channel(server)
    #expect(try await channel.submit([copy()]).finding == .all)
    await #expect {
      _ = try await channel.submit([copy(longMessage(5000))])
    } throws: { error in
      guard case .messageTooLarge? = error as? TransportError else { return false }
      return true
    }
    #expect(try await channel.submit([copy()]).finding == .all)
    #expect(connections.value.withLock { $0 } == 1)
  }
}
