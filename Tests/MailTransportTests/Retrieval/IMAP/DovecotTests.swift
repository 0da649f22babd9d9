import ByteStreams
import MIME
import SystemPackage
import TestSupport
import Testing

@testable import MailTransport

/// Against a real Dovecot, private to each test.
@Suite(.enabled(if: DovecotProcess.isPossible, "needs dovecot-imapd, postfix and openssl"))
struct DovecotTests {
  private static let alice = "alice@example.org"
  private let server: DovecotProcess

  init() throws {
    server = try DovecotProcess()
  }

  private func client(
    _ security: MailServer.Security = .implicitTLS, mailbox: String = "INBOX", password: String = "alicepw"
  ) throws -> MailboxClient {
    let port = security == .startTLS ? server.imap : server.imaps
    return try MailboxClient(
      RetrievalSource(
        spoken: .imap, server: MailServer(security: security, host: "localhost", port: port, user: Self.alice),
        mailbox: mailbox),
      credential: .password(SecretBytes(password)),
      options: ConnectionOptions(trust: .file(server.authority.string)))
  }

  @Test(arguments: [MailServer.Security.implicitTLS, .startTLS])
  func `messages of all sizes are fetched as they are, in flat memory, and stay unseen`(
    security: MailServer.Security
  ) async throws {
    let messages = [500, 300_000, 20_000_000].map(longMessage)
    for message in messages { try server.deliver(message) }
    let sizes = messages.map(\.count)
    let (name, listed, same, largest) = try await client(security).visit { mailbox in
      let listed = try mailbox.messages()
      var largest = 0
      let same = try zip(listed, messages).map { message, expected in
        var rest = expected[...]
        var isSame = true
        try mailbox.fetch(message) { bytes in
          largest = max(largest, bytes.count)
          isSame = isSame && rest.starts(with: bytes)
          rest = rest.dropFirst(bytes.count)
        }
        return isSame && rest.isEmpty
      }
      return (mailbox.name, listed, same, largest)
    }
    #expect(name.hasSuffix("/INBOX (TLS 1.3)"))
    #expect(listed.map(\.octets) == sizes)
    #expect(listed.map(\.flags) == ["", "", ""])
    #expect(same == [true, true, true])
    #expect(largest <= IMAPCommand.partLimit)
    #expect(!(try server.tell("fetch", "-u", Self.alice, "flags", "mailbox", "INBOX").contains("Seen")))
  }

  @Test func `messages are removed, and others stay`() async throws {
    for text in ["one", "two", "three"] { try server.deliver(Array("Subject: \(text)\r\n\r\n\(text)\r\n".utf8)) }
    let rest = try await client().visit { mailbox in
      let messages = try mailbox.messages()
      try mailbox.remove([messages[0], messages[2]])
      return try mailbox.messages()
    }
    #expect(rest.map(\.id.uid) == [2])
    #expect(try server.tell("fetch", "-u", Self.alice, "hdr.subject", "mailbox", "INBOX").contains("two"))
  }

  @Test func `new mail is told while it is waited for`() async throws {
    try server.deliver(Array("Subject: old\r\n\r\nold\r\n".utf8))
    let client = try client()
    let isOpen = Flag()
    let waiting = Task {
      try await client.visit { mailbox in
        isOpen.set()
        return (try mailbox.waitForNews(atMost: testPatience), try mailbox.messages().count)
      }
    }
    #expect(try await eventually { isOpen.isSet })
    try server.deliver(Array("Subject: new\r\n\r\nnew\r\n".utf8))
    let (hasNews, count) = try await waiting.value
    #expect(hasNews && count == 2)
  }

  @Test func `folders have their names in any script, and one that is missing is named`() async throws {
    try server.deliver(Array("Subject: x\r\n\r\nx\r\n".utf8), mailbox: "Entwürfe & 日本")
    let names = try await client().visit { try #require($0 as? IMAPMailbox).folders().folders.map(\.name) }
    #expect(names.contains("Entwürfe & 日本") && names.contains("INBOX"))
    #expect(try await client(mailbox: "Entwürfe & 日本").visit { try $0.messages().count } == 1)
    await #expect {
      _ = try await client(mailbox: "Nowhere").visit { try $0.messages() }
    } throws: {
      guard case .mailboxMissing("localhost", "Nowhere", _)? = $0 as? TransportError else { return false }
      return true
    }
  }

  @Test func `a wrong password is refused with the server's words`() async throws {
    await #expect {
      _ = try await client(password: "wrong").visit { try $0.messages() }
    } throws: {
      guard case .authenticationRefused("localhost", Self.alice, let words?, _)? = $0 as? TransportError else {
        return false
      }
      return words.description.contains("AUTHENTICATIONFAILED")
    }
  }

  @Test func `sent mail is filed once, as seen, into a mailbox that is made for it`() async throws {
    let message = try copy().message
    let access = ServerAccess(
      credential: .password(SecretBytes("alicepw")), options: ConnectionOptions(trust: .file(server.authority.string)))
    for mailbox in ["Sent", "Kept.2026"] {
      let source = RetrievalSource(
        spoken: .imap,
        server: MailServer(security: .implicitTLS, host: "localhost", port: server.imaps, user: Self.alice),
        mailbox: mailbox)
      let keeper = try IMAPKeeper(source) { () async throws(TransportError) in access }
      for _ in 0..<2 { try await keeper.keep(message, called: "x", at: 1_764_114_605) }
      let found = try await client(mailbox: mailbox).visit { mailbox in
        let messages = try mailbox.messages()
        var bytes: [UInt8] = []
        for message in messages { try mailbox.fetch(message) { bytes += $0 } }
        return (messages, bytes)
      }
      #expect(found.0.map(\.flags) == ["S"])
      #expect(found.0.map(\.delivered) == [1_764_114_605])
      #expect(found.1 == Array(shortMessage.utf8))
    }
  }
}

extension RemoteMessage.ID {
  fileprivate var uid: UInt32? {
    if case .uid(let uid, _) = self { uid } else { nil }
  }
}
