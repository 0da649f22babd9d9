package import ByteStreams
package import MIME

/// A message as a program hands it to a sendmail: its addresses may lack a domain, and what stands before its text may lack a header.
package struct HandedMessage: Sendable {
  /// The bytes, without an mbox line before them and with a header, which may be empty.
  package let store: ByteStore
  private let header: Header

  /// Who receives a message.
  package enum RecipientSource: Sendable {
    /// Those who are named beside it alone.
    case envelope
    /// These, and those whom its fields name.
    case envelopeAndHeader
  }

  /// What a program asks for by a field of its message.
  package enum Request: Sendable, Equatable {
    case none
    /// To send it as it is.
    case clear
  }

  /// The field by which a program asks; it never leaves, and neither does any other whose name starts so.
  package static let requestField = "X-Postseal"

  /// Reads a message with LF or CRLF line ends.
  ///
  /// QUIRK: a text without any header, as shell scripts pipe it: all of it is the text; HandedMessageTests.
  /// QUIRK: an mbox `From ` line first, by programs that hand on what they found in a mailbox; HandedMessageTests.
  ///
  /// - Throws: `SealError.message`, also for a header that breaks off; `.stream`.
  package init(_ store: ByteStore) throws(SealError) {
    do {
      let whole = try Self.withHeader(try Self.withoutMailboxLine(store))
      let root = try Self.root(of: whole)
      try OutgoingMessage.requireWholeHeader(root, in: whole)
      self.store = whole
      header = root.header
    } catch {
      throw SealError(error)
    }
  }

  private static func withoutMailboxLine(_ store: ByteStore) throws -> ByteStore {
    let window = min(store.count, 1000)
    let start = try store.read(0..<window)
    guard start.starts(with: "From ".utf8), let end = start.firstIndex(of: 0x0A) else { return store }
    return store.slice((end + 1)..<store.count)
  }

  private static func withHeader(_ store: ByteStore) throws -> ByteStore {
    let root = try root(of: store)
    guard root.header.count == 0, root.header.bytes.isEmpty,
      root.defects.contains(.missingSeparator) || store.count == 0
    else { return store }
    let spool = Spool(memoryLimit: Sealer.spoolInMemory)
    try ArraySource([0x0A]).copy(to: spool)
    try store.source().copy(to: spool)
    return try spool.store()
  }

  /// The message's own header; what comes after the longest header that there may be is not read.
  private static func root(of store: ByteStore) throws -> Entity {
    let window = MIMELimits.standard.headerSize + (1 << 20)
    return try MessageStructure.parse(store.source(0..<min(store.count, window))).root
  }

  /// What the program asks for: the word as it is, since one that was encoded may be somebody else's text.
  ///
  /// - Throws: `SealError.unknownRequest` for anything but the one word that there is.
  package func request() throws(SealError) -> Request {
    let fields = header.fields(named: Self.requestField)
    guard !fields.isEmpty else { return .none }
    guard fields.count == 1, Self.word(of: fields[0]) == "clear" else {
      throw .unknownRequest(fields.map(\.text).joined(separator: ", "))
    }
    return .clear
  }

  /// The value of a field with one blank for all blanks and line ends in it, in lower case.
  private static func word(of field: HeaderField) -> String {
    String(decoding: field.value, as: UTF8.self).lowercased().split(whereSeparator: \.isWhitespace)
      .joined(separator: " ")
  }

  /// The mailboxes of its From field; names without a domain among them.
  ///
  /// - Throws: `SealError.message`.
  package func senders() throws(SealError) -> [Mailbox] { try mailboxes("From") }

  /// What has to be given beside the message so that the right people receive it, and nobody else.
  ///
  /// - Parameters:
  ///   - recipients: those who are named beside it.
  ///   - names: what names without a domain stand for.
  /// - Returns: the recipients, and the fields of addresses that have to be written anew because of such names.
  /// - Throws: `SealError.localNames`, `.message`, and `.repeatedField` where it was sent on more than once.
  package func overrides(
    for recipients: [Mailbox], and source: RecipientSource, names: LocalNames
  ) throws(SealError) -> OutgoingMessage.Overrides {
    let named = try source == .envelopeAndHeader ? namedRecipients() : []
    let to = try mailboxes("To")
    let cc = try mailboxes("Cc")
    // All names at once, so that all that nothing is known of are told.
    _ = try names.resolve(recipients + named + to + cc)
    var overrides = OutgoingMessage.Overrides()
    if to.contains(where: \.address.isLocalName) { overrides.to = try names.resolve(to) }
    if cc.contains(where: \.address.isLocalName) { overrides.cc = try names.resolve(cc) }
    overrides.bcc = []
    let envelope = try names.resolve(recipients + named).map(\.address)
    let visible = Set(try names.resolve(to + cc + mailboxes("Resent-To") + mailboxes("Resent-Cc")).map(\.address))
    overrides.recipients = OutgoingMessage.Recipients(
      shared: envelope.filter(visible.contains), blind: envelope.filter { !visible.contains($0) })
    return overrides
  }

  /// Whom the fields name: of a message that was sent on, those it was sent on to.
  ///
  /// Source: RFC 5322 §3.6.3, §3.6.6
  private func namedRecipients() throws(SealError) -> [Mailbox] {
    let resent = ["Resent-To", "Resent-Cc", "Resent-Bcc"]
    guard resent.contains(where: { header.count(named: $0) > 0 }) else {
      return try mailboxes("To") + mailboxes("Cc") + mailboxes("Bcc")
    }
    // Of several blocks only the last one is meant, and nothing says for certain which fields belong to it.
    for name in resent where header.count(named: name) > 1 {
      throw .repeatedField(name: name, count: header.count(named: name))
    }
    return try mailboxes("Resent-To") + mailboxes("Resent-Cc") + mailboxes("Resent-Bcc")
  }

  private func mailboxes(_ name: String) throws(SealError) -> [Mailbox] {
    var found: [Mailbox] = []
    do throws(MIMEError) {
      for field in header.fields(named: name) {
        found += try AddressList(parsing: field.value, localDomain: LocalNames.placeholder).mailboxes
      }
    } catch {
      throw .message(error)
    }
    return found
  }
}
