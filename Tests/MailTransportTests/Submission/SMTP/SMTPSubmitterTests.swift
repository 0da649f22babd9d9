import ByteStreams
import Foundation
import MIME
import Synchronization
import SystemPackage
import TestSupport
import Testing

@testable import MailTransport

@Suite struct SMTPSubmitterTests {
  private func submitter(
    _ server: ScriptedServer, _ security: MailServer.Security = .plaintext, user: String? = nil,
    credential: ServerCredential? = nil, timeouts: SMTPTimeouts = SMTPTimeouts()
  ) throws -> SMTPSubmitter {
    try SMTPSubmitter(
      server: MailServer(security: security, host: "127.0.0.1", port: server.port, user: user), credential: credential,
      plaintext: .anyHost, timeouts: timeouts, clientName: "client.example.org")
  }

  /// More than the buffers between us and a server that does not read can hold.
  private func stallingMessage() -> [UInt8] { longMessage(5_000_000) }

  private func fates(_ report: SubmissionReport) -> [[String]] {
    report.copies.map { $0.recipients.map(\.fate.summary) }
  }

  @Test func `a message arrives byte for byte, and the server's words come back`() async throws {
    let server = try ScriptedServer { _ in nil }
    let message = longMessage(200_000)
    let seen = Progress()
    let report = try await submitter(server).submit([copy(message)], rule: .allOrNone) { seen.add($0) }
    #expect(fates(report) == [["accepted: 250 2.0.0 Ok: queued as 4F1A2"]])
    #expect(report.finding == .all)
    #expect(report.failure == nil)
    #expect(report.channel == "127.0.0.1:\(server.port)")
    var unstuffed: [UInt8] = []
    for line in try #require(server.messages.first).split(separator: 0x0A, omittingEmptySubsequences: false).dropLast()
    {
      unstuffed += (line.first == UInt8(ascii: ".") ? line.dropFirst() : line) + [0x0A]
    }
    #expect(unstuffed == message)
    #expect(server.messages.count == 1)
    let steps = seen.all
    #expect(steps.last == SubmissionProgress(sent: message.count, total: message.count))
    #expect(steps.map(\.sent) == steps.map(\.sent).sorted() && steps.count > 3)
  }

  @Test(arguments: [shortMessage.utf8.count, 300_000])
  func `a message that changes while it is sent is not ended, and not taken`(count: Int) async throws {
    let folder = try TemporaryFolder()
    let bytes = count > 1000 ? longMessage(count) : Array(shortMessage.utf8)
    let path = try folder.write(bytes, to: "message")
    let (file, store) = (path.string, try ByteStore.file(path))
    let whole = try copy(bytes)
    let changing = Submission(
      envelope: whole.envelope, message: try .clear(store, .userAskedForClearText()), label: "message")
    let server = try ScriptedServer { event in
      // It is cut off after it was surveyed, and before it goes.
      if event == .line("DATA") {
        try? FileHandle(forWritingTo: URL(fileURLWithPath: file)).truncate(atOffset: UInt64(bytes.count / 2))
      }
      return nil
    }
    await #expect(throws: TransportError.self) { try await submitter(server).submit([changing]) }
    #expect(server.messages.isEmpty)
  }

  @Test func `several copies go over one connection, each to its own recipients`() async throws {
    let server = try ScriptedServer { _ in nil }
    let copies = [
      try copy(to: ["bob@example.org", "carol@example.net"]),
      try copy(from: nil, to: ["erin@example.org"], label: "blind copy"),
    ]
    let report = try await submitter(server).submit(copies)
    #expect(report.finding == .all)
    #expect(server.messages.count == 2)
    let asked = ["MAIL FROM:<alice@example.org>", "RCPT TO:<bob@example.org>", "RCPT TO:<carol@example.net>"]
    let blind = ["MAIL FROM:<>", "RCPT TO:<erin@example.org>"]
    #expect(
      server.lines == ["EHLO client.example.org"] + ["EHLO client.example.org"] + asked + ["RSET"] + blind + ["RSET"]
        + asked
        + ["DATA"] + blind + ["DATA", "QUIT"])
  }

  @Test func `a refused recipient of the second copy stops the first`() async throws {
    let server = try ScriptedServer { $0 == .line("RCPT TO:<erin@example.org>") ? [.say("550 5.1.1 unknown")] : nil }
    let copies = [try copy(), try copy(to: ["erin@example.org"])]
    let report = try await submitter(server).submit(copies)
    #expect(fates(report) == [["withheld"], ["never: 550 5.1.1 unknown"]])
    #expect(report.finding == .none)
    #expect(report.failure == .recipientsRefused)
    #expect(server.messages.isEmpty)
    #expect(!server.lines.contains("DATA"))
  }

  /// Where the server lets go, and what is known then.
  @Test(arguments: [
    (ScriptedServer.Event.connected, "connecting"), (.line("EHLO client.example.org"), "connecting"),
    (.line("MAIL FROM:<alice@example.org>"), "naming the sender"),
    (.line("RCPT TO:<bob@example.org>"), "naming the recipients"), (.line("DATA"), "announcing the message"),
  ]) func `a connection lost before the message hands nothing over`(event: ScriptedServer.Event, phase: String)
    async throws
  {
    let server = try ScriptedServer { $0 == event ? [.close] : nil }
    await #expect {
      _ = try await submitter(server).submit([copy()])
    } throws: { error in
      let error = try #require(error as? TransportError)
      #expect(error.kind == .tryAgain || error.kind == .protocolTrouble)
      return error.description.contains("127.0.0.1")
    }
    #expect(server.messages.isEmpty)
  }

  @Test func `a connection lost in the middle of a message hands nothing over`() async throws {
    let server = try ScriptedServer {
      $0 == .line("DATA") ? [.say("354 go on"), .take(bytes: 100_000), .close] : nil
    }
    await #expect(throws: TransportError.connectionLost(host: "127.0.0.1", phase: .content)) {
      try await submitter(server).submit([copy(stallingMessage())])
    }
  }

  @Test func `a connection lost after the end of the message is unknown, and nothing is sent again`() async throws {
    let server = try ScriptedServer { $0 == .message ? [.close] : nil }
    let report = try await submitter(server).submit([copy()], rule: .whoeverIsAccepted, progress: { _ in })
    #expect(fates(report) == [["unknown: the whole message was sent, then the connection was lost"]])
    #expect(report.finding == .unknown)
    #expect(report.failure == .tryAgain)
    #expect(server.messages.count == 1)
  }

  @Test func `a silent server is left when the phase's time is over`() async throws {
    // One limit at a time is short: the others must not be met first, however slow the machine is.
    func timeouts(_ phase: WritableKeyPath<SMTPTimeouts, Duration>, _ limit: Duration) -> SMTPTimeouts {
      var timeouts = SMTPTimeouts()
      timeouts[keyPath: phase] = limit
      return timeouts
    }
    let dumb = try ScriptedServer { $0 == .connected ? [.hang] : nil }
    await #expect(throws: TransportError.timedOut(host: "127.0.0.1", phase: .connecting)) {
      try await submitter(dumb, timeouts: timeouts(\.connecting, .milliseconds(1500))).submit([copy()])
    }
    let slow = try ScriptedServer { $0 == .line("MAIL FROM:<alice@example.org>") ? [.hang] : nil }
    await #expect(throws: TransportError.timedOut(host: "127.0.0.1", phase: .sender)) {
      try await submitter(slow, timeouts: timeouts(\.sender, .milliseconds(200))).submit([copy()])
    }
    let late = try ScriptedServer { $0 == .message ? [.hang] : nil }
    let report = try await submitter(late, timeouts: timeouts(\.endOfContent, .milliseconds(200))).submit([copy()])
    #expect(fates(report) == [["unknown: the whole message was sent, then no answer came in time"]])
  }

  @Test func `a server that does not read is left when the time for a piece is over`() async throws {
    var timeouts = SMTPTimeouts()
    timeouts.content = .milliseconds(300)
    let server = try ScriptedServer { $0 == .line("DATA") ? [.say("354 go on"), .pause(seconds: 600), .close] : nil }
    await #expect(throws: TransportError.timedOut(host: "127.0.0.1", phase: .content)) {
      try await submitter(server, timeouts: timeouts).submit([copy(stallingMessage())])
    }
  }

  @Test func `a cancelled submission ends soon, and hands nothing over in the middle of a message`() async throws {
    let server = try ScriptedServer { $0 == .line("DATA") ? [.say("354 go on"), .pause(seconds: 600), .close] : nil }
    let submitter = try submitter(server)
    let copies = [try copy(stallingMessage())]
    let task = Task { try await submitter.submit(copies) }
    #expect(try await eventually { server.lines.contains("DATA") })
    task.cancel()
    await #expect(throws: TransportError.cancelled) { try await task.value }
    #expect(server.messages.isEmpty)
  }

  @Test func `a refusal while the message is on its way ends it`() async throws {
    let server = try ScriptedServer {
      $0 == .line("DATA") ? [.say("354 go on"), .take(bytes: 10_000), .say("552 5.3.4 too big"), .hang] : nil
    }
    let report = try await submitter(server).submit([copy(stallingMessage())])
    #expect(fates(report) == [["never: 552 5.3.4 too big"]])
  }

  @Test(arguments: [
    [ScriptedServer.Action.raw(Array(repeating: 0x78, count: 200_000)), .hang], [.say("hello"), .hang],
    [.say("999 what"), .hang], [.raw(Array("250-a\r\n550 b\r\n".utf8)), .hang], [.say("354 go on"), .hang],
    [.raw(Array(String(repeating: "250-x\r\n", count: 5000).utf8)), .hang],
  ]) func `nonsense in place of a reply is a protocol error`(actions: [ScriptedServer.Action]) async throws {
    let server = try ScriptedServer { $0 == .line("MAIL FROM:<alice@example.org>") ? actions : nil }
    await #expect {
      _ = try await submitter(server).submit([copy()])
    } throws: { error in
      (error as? TransportError)?.kind == .protocolTrouble
    }
  }

  @Test(arguments: [
    ([ScriptedServer.Action.say("554 5.7.1 you are blocked"), .hang], FailureKind.unavailable),
    ([.say("421 4.3.2 busy"), .hang], .tryAgain), ([.say("hello"), .close], .tryAgain),
  ]) func `a server that turns us away at once is told from one that is gone`(
    actions: [ScriptedServer.Action], kind: FailureKind
  ) async throws {
    var timeouts = SMTPTimeouts()
    timeouts.connecting = testPatience
    let server = try ScriptedServer { $0 == .connected ? actions : nil }
    await #expect {
      _ = try await submitter(server, timeouts: timeouts).submit([copy()])
    } throws: { error in
      (error as? TransportError)?.kind == kind
    }
  }

  @Test func `nobody listening, and no such host, are told apart`() async throws {
    let port: UInt16
    do { port = try ScriptedServer { _ in nil }.port }
    let gone = try SMTPSubmitter(
      server: MailServer(security: .plaintext, host: "127.0.0.1", port: port, user: nil), credential: nil)
    await #expect {
      _ = try await gone.submit([copy()])
    } throws: { error in
      (error as? TransportError)?.kind == .unavailable
    }
    let nowhere = try SMTPSubmitter(
      server: MailServer(security: .implicitTLS, host: "nowhere.invalid", port: 465, user: nil), credential: nil)
    await #expect(throws: TransportError.hostUnknown(host: "nowhere.invalid")) { try await nowhere.submit([copy()]) }
  }
}

/// What a submission told of its progress.
private final class Progress: Sendable {
  private let steps = Mutex<[SubmissionProgress]>([])

  func add(_ step: SubmissionProgress) { steps.withLock { $0.append(step) } }

  var all: [SubmissionProgress] { steps.withLock { $0 } }
}
