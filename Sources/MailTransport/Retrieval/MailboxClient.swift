/// Opens the mailbox of a source and works on it; each visit is a connection of its own.
package struct MailboxClient: Sendable {
  package let source: RetrievalSource
  private let credential: ServerCredential?
  private let options: ConnectionOptions
  private let timeouts: RetrievalTimeouts

  /// A client that connects when it is used.
  ///
  /// - Parameters:
  ///   - credential: needed exactly when the server's URL names a user.
  ///   - plaintext: allows a login without TLS, and that to this machine only.
  /// - Throws: `TransportError.target` when user and credential do not fit, or a login would travel unprotected.
  package init(
    _ source: RetrievalSource, credential: ServerCredential?, options: ConnectionOptions = ConnectionOptions(),
    plaintext: PlaintextPermission = .loopbackOnly, timeouts: RetrievalTimeouts = RetrievalTimeouts()
  ) throws(TransportError) {
    try source.server.checkLogin(credential, plaintext)
    self.source = source
    self.credential = credential
    self.options = options
    self.timeouts = options.patience.map { RetrievalTimeouts(each: $0) } ?? timeouts
  }

  /// Connects, logs in, opens the mailbox, and does `work` on a thread of its own, which may wait for the server.
  ///
  /// The mailbox lives as long as the work. Cancelling the task ends the work at its next wait.
  /// - Throws: `TransportError`, and what `work` throws.
  package func visit<Outcome: Sendable>(
    _ work: @escaping @Sendable (any RemoteMailbox) throws -> Outcome
  ) async throws -> Outcome {
    try await StopFlag.run { stop in
      Result {
        let mailbox = try open(stop)
        let outcome = try work(mailbox)
        try mailbox.close()
        return outcome
      }
    }.get()
  }

  /// Connects, logs in and opens the mailbox.
  func open(_ stop: StopFlag) throws(TransportError) -> any RemoteMailbox {
    let stream = try ServerStream.open(
      source.spoken, source.server, credential, options, within: timeouts.connecting, stop: stop)
    switch source.spoken {
    case .imap: return try IMAPMailbox(source, stream, timeouts)
    case .pop3: return try POP3Mailbox(source, stream, timeouts)
    case .smtp: throw .target(.unknownSource(source.url))
    }
  }
}
