import ByteStreams
import MailTransport

extension Session {
  /// The session with the message at hand that the input names on a server; as it was for any other input.
  ///
  /// - Throws: `Failure`, one for each way in which this fails.
  func bringing(_ input: InputOptions, _ connection: ConnectionFlags) async throws -> Session {
    try await bringing(input.file, connection)
  }

  /// The same for an input that has no options of its own.
  ///
  /// - Throws: as the other one.
  func bringing(_ name: String?, _ connection: ConnectionFlags) async throws -> Session {
    guard let url = name, RetrievalSource.isURL(url) else { return self }
    var session = self
    do {
      session.brought = BroughtMessage(url: url, bytes: try await bytes(at: url, try connection.choice))
    } catch let error as TransportError {
      throw Failure(bringing: error)
    } catch {
      throw Failure(error)?.opened(by: "not fetched") ?? error
    }
    return session
  }

  private func bytes(at url: String, _ choice: ConnectionChoice) async throws -> ByteStore {
    let source = try RetrievalSource(parsing: url, plaintext: choice.plaintext)
    guard source.spoken == .imap else {
      throw Failure(
        .usage, "not fetched: POP3 has no names for single messages", hint: "fetch them all with `postseal fetch`")
    }
    guard source.uid != nil else {
      throw Failure(
        .usage, "not fetched: \(url) names a mailbox, and one message is wanted",
        hint: "name it by its UID, in quotes because of the semicolon: `'\(source.url)/;UID=N'`; "
          + "`postseal read --summary` lists the UIDs")
    }
    let client = try await client(of: source, choice)
    let progress = Progress("fetching", on: console)
    defer { progress.finish() }
    return try await Interruption.cancelling {
      try await client.message { message, mailbox in
        try BroughtMessage.take(message, from: mailbox) { progress.advance(to: $0, of: message.octets) }
      }
    }
  }

  /// Who opens a mailbox for this session.
  ///
  /// - Throws: `Failure`, `TransportError`.
  func client(of source: RetrievalSource, _ choice: ConnectionChoice) async throws -> MailboxClient {
    let access = try await access(to: source.server, .fetching, choice)
    return try MailboxClient(
      source, credential: access.credential, options: access.options, plaintext: choice.plaintext)
  }
}

extension Failure {
  /// The failure of bringing one message from a server.
  init(bringing error: TransportError) {
    if case .cancelled = error {
      self.init(.interrupted, "interrupted")
    } else {
      self.init(
        ExitStatus(error.kind), sentences: ["not fetched: \(error)"],
        hints: [Self.hint(bringing: error)].compactMap(\.self))
    }
  }

  private static func hint(bringing error: TransportError) -> String? {
    switch error {
    case .target(.plaintextRefused): "use imaps:// or imap+starttls://, or add `--insecure` to give up that protection"
    case .tls(_, .startTLSNotOffered): "try imaps:// instead"
    case .mailboxChanged: "look for the message anew: its UID is another one now"
    default: connectionHint(error)
    }
  }
}
