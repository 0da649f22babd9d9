import ByteStreams
package import MIME

/// Keeps sent mail in a mailbox of an IMAP server, with the flag `\Seen`; the mailbox is made when the server asks for that.
///
/// A message whose Message-ID is there already is not filed again: by an earlier try, or by a server that keeps what it submits.
/// Source: RFC 3501 §6.3.11
package struct IMAPKeeper: SentKeeper {
  private let source: RetrievalSource
  private let mailbox: IMAPMailboxName
  private let access: @Sendable () async throws(TransportError) -> ServerAccess
  private let plaintext: PlaintextPermission

  /// - Parameters:
  ///   - source: a mailbox of an IMAP server.
  ///   - access: asked for each time that something is kept, and not before.
  /// - Throws: `TransportError.target`.
  package init(
    _ source: RetrievalSource, plaintext: PlaintextPermission = .loopbackOnly,
    access: @escaping @Sendable () async throws(TransportError) -> ServerAccess
  ) throws(TransportError) {
    guard source.spoken == .imap, source.uid == nil else {
      throw .target(.trailing(ForeignText(source.url).description))
    }
    guard let mailbox = IMAPMailboxName(source.mailbox) else {
      throw .target(.mailbox(ForeignText(source.mailbox).description))
    }
    self.source = source
    self.mailbox = mailbox
    self.access = access
    self.plaintext = plaintext
  }

  package var name: String { source.name }

  package func keep(
    _ message: SubmittableMessage, called name: String, at time: Int64
  ) async throws(TransportError) {
    let access = try await access()
    try source.server.checkLogin(access.credential, plaintext)
    let result = await StopFlag.run { stop in
      Result { () throws(TransportError) in try file(message.bytes, time, access, stop) }
    }
    try result.get()
  }

  /// The same, on this thread.
  private func file(
    _ message: ByteStore, _ time: Int64, _ access: ServerAccess, _ stop: StopFlag
  ) throws(TransportError) {
    let timeouts = access.options.patience.map { RetrievalTimeouts(each: $0) } ?? RetrievalTimeouts()
    let stream = try ServerStream.open(
      .imap, source.server, access.credential, access.options, within: timeouts.connecting, stop: stop)
    let dialogue = try IMAPDialogue(stream, timeouts)
    if try !isThere(message, dialogue) { try append(message, time, dialogue) }
    // Only manners: whether the server still hears it changes nothing.
    do throws(TransportError) { try dialogue.run(.logout) } catch {}
  }

  private func append(_ message: ByteStore, _ time: Int64, _ dialogue: IMAPDialogue) throws(TransportError) {
    let command = IMAPCommand.append(mailbox, octets: message.count, seen: true, delivered: time)
    do throws(TransportError) {
      try dialogue.run(command, content: Self.pieces(of: message))
    } catch {
      if dialogue.session.isFilingUnknown {
        throw .filingUnknown(host: source.server.host, mailbox: mailbox.text, ForeignText(error.description))
      }
      // Source: RFC 3501 §7.1
      guard case .answered(let status) = dialogue.session.stage, status.code.first == "TRYCREATE" else { throw error }
      try dialogue.run(.create(mailbox))
      try dialogue.run(command, content: Self.pieces(of: message))
    }
  }

  /// Gives a message piece by piece.
  private static func pieces(of message: ByteStore) -> () throws(TransportError) -> [UInt8]? {
    var reader = ContentReader(message, label: "copy to keep")
    return { () throws(TransportError) in try reader.next() }
  }

  /// Whether the mailbox has a message of this Message-ID; no for one that does not exist, or a message without an ID.
  private func isThere(_ message: ByteStore, _ dialogue: IMAPDialogue) throws(TransportError) -> Bool {
    guard let id = Self.identifier(of: message) else { return false }
    do throws(TransportError) {
      try dialogue.run(.examine(mailbox))
      try dialogue.run(.search(.messageID(id)))
    } catch {
      guard case .commandRefused = error else { throw error }
      return false
    }
    return !dialogue.session.found.isEmpty
  }

  /// The Message-ID, if it can stand in a quoted string as it is.
  private static func identifier(of message: ByteStore) -> String? {
    guard let start = try? message.read(0..<min(64 << 10, message.count)),
      let structure = try? MessageStructure.parse(start),
      let field = structure.root.header.first(named: "Message-ID"),
      let id = MessageID.list(parsing: field.value).first?.text
    else { return nil }
    return id.utf8.allSatisfy { (0x21...0x7E).contains($0) && !"\"\\".utf8.contains($0) } && id.utf8.count < 900
      ? id : nil
  }
}
