import TestSupport
import Testing

@testable import MailTransport

extension IMAPScript {
  /// The server as a source, without TLS.
  func source(user: String? = nil, validity: UInt32? = nil) -> RetrievalSource {
    RetrievalSource(
      spoken: .imap, server: MailServer(security: .plaintext, host: "127.0.0.1", port: server.port, user: user),
      validity: validity)
  }

  /// Opens the mailbox and does `work`; the server may be silent for `limit`.
  func visit<Outcome: Sendable>(
    validity: UInt32? = nil, within limit: Duration = testPatience,
    _ work: @escaping @Sendable (IMAPMailbox) throws -> Outcome
  ) async throws -> Outcome {
    var timeouts = RetrievalTimeouts()
    timeouts.answers = limit
    timeouts.content = limit
    timeouts.quitting = min(timeouts.quitting, limit)
    return try await MailboxClient(source(validity: validity), credential: nil, timeouts: timeouts).visit {
      try work(try #require($0 as? IMAPMailbox))
    }
  }
}

extension IMAPMailbox {
  /// All bytes of a message.
  func content(of message: RemoteMessage) throws -> [UInt8] {
    var bytes: [UInt8] = []
    try fetch(message) { bytes += $0 }
    return bytes
  }
}
