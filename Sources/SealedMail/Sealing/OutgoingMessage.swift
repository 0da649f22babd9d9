package import ByteStreams
package import MIME

/// A message to be sealed: parsed, completed with what it lacked, its recipients known.
package struct OutgoingMessage: Sendable {
  /// The bytes as they were given.
  package let store: ByteStore
  /// Their structure.
  package let structure: MessageStructure
  /// The one sender.
  package let from: Mailbox
  /// Who shares one copy, To and Cc in order where nothing else was given, each address once.
  package let shared: [AddrSpec]
  /// Who gets a copy of their own, each address once, none of `shared` among them.
  package let blind: [AddrSpec]
  /// The fields of the message's root as they will be written, structural ones too; no Bcc in any spelling.
  package private(set) var header: HeaderDraft

  /// Fields given beside the message: each that is there replaces the message's own.
  package struct Overrides: Sendable {
    package var from: Mailbox?
    package var to: [Mailbox]?
    package var cc: [Mailbox]?
    package var bcc: [Mailbox]?
    package var subject: String?
    /// Who receives it, whatever the fields say; nil for those whom the fields name.
    package var recipients: Recipients?

    package init() {}
  }

  /// Who receives a message, where its envelope says that.
  package struct Recipients: Sendable, Equatable {
    /// Those who share one copy: all of them see that the others got it.
    package var shared: [AddrSpec]
    /// Those who get a copy of their own.
    package var blind: [AddrSpec]

    package init(shared: [AddrSpec], blind: [AddrSpec]) {
      self.shared = shared
      self.blind = blind
    }
  }

  /// What a missing Date and Message-ID are made from.
  package struct Circumstances: Sendable {
    /// Seconds since 1970.
    package var now: Int64
    /// The sender's time zone, in minutes east of UTC.
    package var zoneMinutes: Int

    package init(now: Int64, zoneMinutes: Int) {
      self.now = now
      self.zoneMinutes = zoneMinutes
    }
  }

  /// Reads a message with LF or CRLF line ends.
  ///
  /// A header that breaks off is refused: recipients in what follows would be left out, and a Bcc field among it would be text.
  ///
  /// - Throws: `SealError.message`, `.stream`, and `.sender` when there is not exactly one From mailbox.
  package init(
    _ store: ByteStore, overrides: Overrides = Overrides(), circumstances: Circumstances
  ) throws(SealError) {
    let people: People
    do {
      structure = try MessageStructure.parse(store.source())
      try Self.requireWholeHeader(structure.root, in: store)
      people = try People(structure.root.header, overrides: overrides)
    } catch {
      throw SealError(error)
    }
    guard people.from.count == 1 else { throw .sender(count: people.from.count) }
    self.store = store
    from = people.from[0]
    shared = Self.unique(overrides.recipients?.shared ?? (people.to + people.cc).map(\.address), without: [])
    blind = Self.unique(overrides.recipients?.blind ?? people.bcc.map(\.address), without: shared)
    do {
      header = try Self.completed(structure.root.header, sender: from, blind: blind, overrides, circumstances)
    } catch {
      throw SealError(error)
    }
  }

  /// The same message with its own key for those who answer, in the place of an Autocrypt field that it came with.
  package func carrying(_ key: AutocryptHeader) throws(MIMEError) -> OutgoingMessage {
    var message = self
    message.header.set(try key.field())
    return message
  }

  /// The same message with the keys of its recipients, which `SealPlan.gossip` allows.
  package func telling(_ gossip: [AutocryptHeader]) throws(MIMEError) -> OutgoingMessage {
    var message = self
    for header in gossip { message.header.append(try header.field(named: "Autocrypt-Gossip")) }
    return message
  }

  /// The same message with its Bcc field again: for the sender's own copy, and for no other.
  func recallingBlindCopies() throws(MIMEError) -> OutgoingMessage {
    guard !blind.isEmpty else { return self }
    return kept(with: [try .structured("Bcc", blind.map(\.text).joined(separator: ", "))])
  }

  /// The same message as its sender alone keeps it: with whom nobody else may see, and with what is to be remembered of it.
  ///
  /// Source: RFC 9787 §9.4.1 (the sender's own copy)
  func kept(with fields: [FieldLine]) -> OutgoingMessage {
    var message = self
    for field in fields { message.header.append(field) }
    return message
  }

  /// - Throws: `malformed(.headerLine)` with the line that ended the header in the place of an empty one.
  static func requireWholeHeader(_ root: Entity, in store: ByteStore) throws {
    guard root.defects.contains(.missingSeparator) else { return }
    let start = root.body.lowerBound
    let line = try store.read(start..<min(start + 80, store.count)).prefix { $0 != 0x0A && $0 != 0x0D }
    throw MIMEError.malformed(.headerLine, text: String(decoding: line, as: UTF8.self))
  }

  /// The message's header with the overrides in it, what is missing added, and Bcc gone.
  private static func completed(
    _ header: Header, sender: Mailbox, blind: [AddrSpec], _ overrides: Overrides, _ circumstances: Circumstances
  ) throws -> HeaderDraft {
    var draft = try HeaderDraft(header)
    draft.removeBlindCopies()
    // Only an opener may believe what this field says, so none that was brought along goes into a payload.
    draft.remove("HP-Outer")
    // What a draft says of others' keys is not what this message is encrypted to, and the state of a draft ends with it.
    for name in ["Autocrypt-Gossip", "Autocrypt-Draft-State"] { draft.remove(name) }
    // What these say, they say to us, or we said it to our user: a verdict, the outbox's record of ways and recipients.
    draft.removeFields(startingWith: HandedMessage.requestField)
    for (name, mailboxes) in [("From", overrides.from.map { [$0] }), ("To", overrides.to), ("Cc", overrides.cc)] {
      guard let mailboxes else { continue }
      if mailboxes.isEmpty { draft.remove(name) } else { draft.set(try .addresses(name, AddressList(mailboxes))) }
    }
    if let subject = overrides.subject { draft.set(try .unstructured("Subject", subject)) }
    for name in ["To", "Cc", "Reply-To"] { try draft.mergeAddresses(name) }
    for name in HeaderDraft.singleFields where draft.fields(named: name).count > 1 {
      throw SealError.repeatedField(name: name, count: draft.fields(named: name).count)
    }
    draft.removeTraces(of: blind)
    let zone = circumstances.zoneMinutes
    guard let date = MailDate(seconds: circumstances.now, offsetMinutes: zone) else {
      throw MIMEError.malformed(.date, text: "\(circumstances.now)")
    }
    try draft.complete(date: date, messageID: try .generate(domain: sender.address.domain))
    return draft
  }

  /// `addresses` in order, each once, none of `others` among them.
  private static func unique(_ addresses: [AddrSpec], without others: [AddrSpec]) -> [AddrSpec] {
    var seen = Set(others)
    return addresses.filter { seen.insert($0).inserted }
  }

  /// The mailboxes that a header and the overrides name.
  private struct People {
    let from: [Mailbox]
    let to: [Mailbox]
    let cc: [Mailbox]
    let bcc: [Mailbox]

    init(_ header: Header, overrides: Overrides) throws(MIMEError) {
      from = try Self.mailboxes(header, "From", instead: overrides.from.map { [$0] })
      to = try Self.mailboxes(header, "To", instead: overrides.to)
      cc = try Self.mailboxes(header, "Cc", instead: overrides.cc)
      bcc = try Self.mailboxes(header, "Bcc", instead: overrides.bcc)
    }

    private static func mailboxes(
      _ header: Header, _ name: String, instead override: [Mailbox]?
    ) throws(MIMEError) -> [Mailbox] {
      if let override { return override }
      var found: [Mailbox] = []
      for field in header.fields(named: name) { found += try AddressList(parsing: field.value).mailboxes }
      return found
    }
  }
}
