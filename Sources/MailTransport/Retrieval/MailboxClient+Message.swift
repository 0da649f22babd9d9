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

  /// The folders of the server that the source is on.
  ///
  /// - Throws: `TransportError`.
  package func folders() async throws -> FolderListing { try await visit { try Self.imap($0).folders() } }

  /// Lists the messages of the mailbox, some at a time; see `IMAPMailbox.heads`.
  ///
  /// - Returns: what reports call the mailbox.
  /// - Throws: `TransportError`, what `take` throws.
  package func heads(_ take: @escaping @Sendable (RemoteHeads) throws -> Void) async throws -> String {
    try await visit { mailbox in
      try Self.imap(mailbox).heads(take)
      return mailbox.name
    }
  }

  private static func imap(_ mailbox: any RemoteMailbox) throws(TransportError) -> IMAPMailbox {
    guard let imap = mailbox as? IMAPMailbox else { throw .target(.unknownSource(mailbox.name)) }
    return imap
  }
}
