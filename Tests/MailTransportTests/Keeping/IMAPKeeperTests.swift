import MIME
import TestSupport
import Testing

@testable import MailTransport

@Suite struct IMAPKeeperTests {
  private func keep(_ script: IMAPScript) async throws {
    let keeper = try IMAPKeeper(script.source()) { () async throws(TransportError) in
      ServerAccess(credential: nil, options: ConnectionOptions())
    }
    try await keeper.keep(try copy().message, called: "x", at: 1_764_114_605)
  }

  private static let append =
    "APPEND \"INBOX\" (\\Seen) \"25-Nov-2025 23:50:05 +0000\" {\(shortMessage.utf8.count)}"

  @Test func `a message is filed with its time, as seen`() async throws {
    let script = try IMAPScript()
    try await keep(script)
    #expect(
      script.commands == [
        "CAPABILITY", "EXAMINE \"INBOX\"", "UID SEARCH HEADER Message-ID \"<hello@example.org>\"", Self.append,
      ])
  }

  @Test func `a message that is there is not filed again`() async throws {
    let script = try IMAPScript([3: Array(shortMessage.utf8)])
    try await keep(script)
    #expect(!script.commands.contains { $0.hasPrefix("APPEND") })
  }

  @Test func `a mailbox is made when the server asks for it, and only then`() async throws {
    let made = Flag()
    let script = try IMAPScript { command in
      if command.words[0] == "CREATE" { made.set() }
      return command.words[0] == "APPEND" && !made.isSet ? [.say("\(command.tag) NO [TRYCREATE] make it")] : nil
    }
    try await keep(script)
    #expect(script.commands.suffix(3) == [Self.append, "CREATE \"INBOX\"", Self.append])
    let full = try IMAPScript { $0.words[0] == "APPEND" ? [.say("\($0.tag) NO [OVERQUOTA] full")] : nil }
    await #expect(
      throws: TransportError.commandRefused(
        host: "127.0.0.1", .appending, ForeignText("NO [OVERQUOTA] full"), isTemporary: false)
    ) { try await keep(full) }
    #expect(!full.commands.contains { $0.hasPrefix("CREATE") })
  }

  @Test func `a connection lost before the message was sent has filed nothing, one lost after it may have`()
    async throws
  {
    let before = try IMAPScript { $0.words[0] == "APPEND" ? [.close] : nil }
    await #expect(throws: TransportError.connectionLost(host: "127.0.0.1", phase: .appending)) {
      try await keep(before)
    }
    let after = try IMAPScript {
      $0.words[0] == "APPEND" ? [.say("+ go on"), .take(bytes: shortMessage.utf8.count + 2), .close] : nil
    }
    await #expect {
      try await keep(after)
    } throws: {
      guard case .filingUnknown("127.0.0.1", "INBOX", _)? = $0 as? TransportError else { return false }
      return true
    }
  }

  @Test func `mail is kept in mailboxes alone`() throws {
    for text in ["pop3s://alice@mail", "imaps://alice@mail/Sent/;UID=4"] {
      #expect(throws: TransportError.self) {
        try IMAPKeeper(RetrievalSource(parsing: text)) { () async throws(TransportError) in throw .cancelled }
      }
    }
  }
}
