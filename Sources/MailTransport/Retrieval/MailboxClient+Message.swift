extension MailboxClient {
  /// Finds the one message that the source names and does `work` with it, on a thread that may wait; it does not become seen.
  ///
  /// - Throws: `messageMissing`, `TransportError`, what `work` throws.
  package func message<Outcome: Sendable>(
    _ work: @escaping @Sendable (RemoteMessage, any RemoteMailbox) throws -> Outcome
  ) async throws -> Outcome {
    guard let uid = source.uid else { throw TransportError.target(.messageNumber(source.url)) }
    return try await visit { mailbox in
      guard let imap = mailbox as? IMAPMailbox else { throw TransportError.target(.messageNumber(";UID=\(uid)")) }
      return try work(try imap.message(uid: uid), imap)
    }
  }
}
