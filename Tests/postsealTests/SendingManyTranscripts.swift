import Synchronization
import SystemPackage
import TestSupport
import Testing

/// Several messages in one run of `send`.
@Suite struct SendingManyTranscripts {
  private let stage: Stage
  private let connections = Connections()

  private final class Connections: Sendable {
    let count = Mutex(0)
  }

  init() throws {
    stage = try Stage()
    for name in ["a.eml", "b.eml", "c.eml"] { try stage.write(Letter(), as: name) }
  }

  /// A server that counts its connections.
  private func server(_ special: @escaping @Sendable (ScriptedServer.Event) -> [ScriptedServer.Action]? = { _ in nil })
    throws -> ScriptedServer
  {
    let connections = connections
    return try ScriptedServer { event in
      if event == .connected { connections.count.withLock { $0 += 1 } }
      return special(event)
    }
  }

  private func send(_ port: UInt16, _ arguments: String...) throws -> ChildRun {
    var child = stage.command("send", keyring: stage.alice)
    child.arguments += arguments + ["--via", "smtp://127.0.0.1:\(port)", "--no-outbox"]
    return try child.run()
  }

  @Test func `several messages go over one connection, each sealed`() throws {
    let server = try server()
    let run = try send(server.port, "a.eml", "b.eml", "c.eml")
    #expect(run.status == 0, "\(run.stderr)")
    #expect(run.text.hasPrefix("a.eml:\n") && run.text.contains("\nb.eml:\n") && run.text.contains("\nc.eml:\n"))
    #expect(connections.count.withLock { $0 } == 1)
    #expect(server.messages.count == 3)
    #expect(server.messages.allSatisfy { String(decoding: $0, as: UTF8.self).contains("multipart/encrypted") })
    #expect(server.lines.count { $0 == "QUIT" } == 1)
  }

  @Test func `a message that cannot be sealed or is not there is named, and the others go`() throws {
    let server = try server()
    try stage.write(Letter(to: "dave@example.com"), as: "b.eml")
    let run = try send(server.port, "a.eml", "b.eml", "none.eml", "c.eml")
    #expect(run.status == 40)
    #expect(run.stderr.contains("postseal: b.eml: not sent: no certificate for dave@example.com\n"))
    #expect(run.stderr.contains("postseal: none.eml: "))
    #expect(server.messages.count == 2)
  }

  @Test func `each JSON object says which file it is about`() throws {
    let server = try server { $0 == .line("RCPT TO:<carol@example.net>") ? [.say("550 nobody")] : nil }
    let run = try send(server.port, "a.eml", "b.eml", "--json")
    #expect(run.text.split(separator: "\n").map { $0.contains("\"file\":\"a.eml\"") } == [true, false], "\(run.text)")
    #expect(run.text.contains("\"file\":\"b.eml\""))
    #expect(try !send(server.port, "a.eml", "--json").text.contains("\"file\""))
    let lost = try send(1, "a.eml", "b.eml", "--json")
    #expect((lost.text + lost.stderr).contains("\"messages\":[\"a.eml: not sent: "), "\(lost.text)\(lost.stderr)")
  }

  @Test func `when no message can be sent the status is the first one's`() throws {
    let server = try server { $0 == .line("RCPT TO:<bob@example.org>") ? [.say("550 nobody")] : nil }
    let run = try send(server.port, "a.eml", "b.eml")
    #expect(run.status == 67 && server.messages.isEmpty)
    #expect(connections.count.withLock { $0 } == 1)
  }

  @Test func `a server that does not answer is not tried again for each message`() throws {
    // Nobody listens at port 1.
    let run = try send(1, "a.eml", "b.eml", "c.eml")
    #expect(run.status == 69)
    #expect(
      run.stderr.hasSuffix("postseal: 2 of 3 messages were not tried, the first of them b.eml\n"), "\(run.stderr)")
  }
}
