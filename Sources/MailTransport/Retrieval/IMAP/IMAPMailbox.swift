/// A mailbox of an IMAP server, opened by EXAMINE: reading marks nothing as seen.
final class IMAPMailbox: RemoteMailbox {
  let name: String
  let dialogue: IMAPDialogue
  let mailbox: IMAPMailboxName
  /// What the UIDs are about.
  let validity: UInt32
  /// No message of a UID below this one is new; nil before the first listing.
  private(set) var next: UInt32?
  /// Whether mail may have come that a listing would have to show.
  var mustLook = false
  var host: String { dialogue.stream.host }

  /// Asks a server that has just logged us in what it can do, and opens the mailbox.
  ///
  /// - Throws: `mailboxMissing`; `mailboxChanged` where it is not the one that the source's UIDVALIDITY is about; `TransportError`.
  init(_ source: RetrievalSource, _ stream: ServerStream, _ timeouts: RetrievalTimeouts) throws(TransportError) {
    guard let mailbox = IMAPMailboxName(source.mailbox) else {
      throw .target(.mailbox(ForeignText(source.mailbox).description))
    }
    self.mailbox = mailbox
    dialogue = try IMAPDialogue(stream, timeouts)
    validity = try Self.open(.examine(mailbox), mailbox, dialogue)
    name = stream.tlsVersion.map { "\(source.name) (\($0))" } ?? source.name
    guard source.validity == nil || source.validity == validity else { throw changed }
  }

  func messages() throws(TransportError) -> [RemoteMessage] {
    let messages = try messages(.all)
    next = nil
    note(messages)
    return messages
  }

  /// UIDs only grow, so what came later has a higher one. Source: RFC 3501 §2.3.1.1
  func news() throws(TransportError) -> [RemoteMessage] {
    guard let next else { return try messages() }
    try dialogue.run(.noop)
    // The server adds the last message, whatever its UID.
    let messages = try facts(of: UIDSet(try search(.from(next)).uids.filter { $0 >= next }))
    note(messages)
    return messages
  }

  /// Where the last UID is the highest there can be, `next` stays as it is.
  private func note(_ messages: [RemoteMessage]) {
    mustLook = false
    guard case .uid(let last, _)? = messages.last?.id else { return next = next ?? 1 }
    next = last == .max ? last : last + 1
  }

  func messages(since: Int64) throws(TransportError) -> [RemoteMessage] { try messages(.since(since)) }

  private func messages(_ chosen: IMAPSearch) throws(TransportError) -> [RemoteMessage] {
    // A mailbox that is open already shows what has come only when it is asked for something.
    try dialogue.run(.noop)
    return try facts(of: try search(chosen))
  }

  /// One message.
  ///
  /// - Throws: `messageMissing`, `TransportError`.
  func message(uid: UInt32) throws(TransportError) -> RemoteMessage {
    guard let message = try facts(of: UIDSet([uid])).first else {
      throw .messageMissing(host: host, uid: uid, mailbox: mailbox.text)
    }
    return message
  }

  /// - Throws: also `messageRefused`, for one that is gone too; after it the connection is still of use.
  func fetch(_ message: RemoteMessage, _ take: ([UInt8]) throws -> Void) throws {
    let uid = try uid(of: message)
    // QUIRK: Exchange tells sizes that are only near the truth, larger or smaller; what comes counts, and not much more of it than
    // was told; IMAPMailboxTests.
    let limit = message.octets.map { $0 < .max / 4 ? 2 * $0 + (64 << 10) : .max } ?? .max
    var (count, parts) = (0, 0)
    while true {
      let part = try part(of: uid, from: count)
      count += part.count
      parts += 1
      guard parts <= 1000 || count / parts >= Self.smallestPart else {
        throw TransportError.protocolViolation(host: host, "message \(uid) comes in pieces of a few bytes, without end")
      }
      guard count <= limit else {
        throw TransportError.protocolViolation(
          host: host, "message \(uid) has \(message.octets ?? 0) bytes by its own account, and \(count) came")
      }
      if !part.isEmpty { try take(part) }
      if part.count == IMAPCommand.partLimit { continue }
      if count == message.octets { return }
      // A short part may have been cut on the way: only where nothing follows it the message has ended.
      guard part.isEmpty else { continue }
      guard count > 0 || message.octets ?? 0 == 0 else {
        throw TransportError.protocolViolation(
          host: host, "message \(uid) has \(message.octets ?? 0) bytes by its own account, and none came")
      }
      return
    }
  }

  /// So many bytes at least have the parts of a message of many, on average: nobody takes 256 MB byte by byte.
  private static let smallestPart = 1024

  func waitForNews(atMost limit: Duration) throws(TransportError) -> Bool {
    // What came while something else was done is told by nobody once more.
    if mustLook || dialogue.session.isUnlisted { return true }
    guard dialogue.session.capabilities.contains("IDLE") else { return false }
    let clock = PhaseClock(limit)
    repeat {
      if try dialogue.idle(atMost: min(clock.rest ?? .zero, Self.renewal)) { return true }
    } while clock.rest != nil
    return false
  }

  func close() throws(TransportError) {
    // Only manners: whether the server still hears it changes nothing.
    do throws(TransportError) { try dialogue.run(.logout) } catch {}
  }

  /// The folders of the server.
  ///
  /// - Throws: `TransportError`.
  func folders() throws(TransportError) -> FolderListing {
    let tellsUses = dialogue.session.capabilities.isSuperset(of: ["SPECIAL-USE", "LIST-EXTENDED"])
    try dialogue.run(tellsUses ? .listUses : .list)
    return FolderListing(folders: dialogue.session.folders, namelessCount: dialogue.session.namelessCount)
  }

  /// How long IDLE stays on before it is begun anew: servers drop who is silent for 30 minutes, and some networks sooner.
  ///
  /// Source: RFC 2177 §3
  private static let renewal: Duration = .seconds(15 * 60)

  var changed: TransportError { .mailboxChanged(host: host, mailbox: mailbox.text) }

  /// Opens the mailbox, and gives its UIDVALIDITY.
  static func open(
    _ command: IMAPCommand, _ mailbox: IMAPMailboxName, _ dialogue: IMAPDialogue
  ) throws(TransportError) -> UInt32 {
    do throws(TransportError) {
      try dialogue.run(command)
    } catch {
      guard case .commandRefused(let host, _, let words, isTemporary: false) = error else { throw error }
      throw .mailboxMissing(host: host, mailbox: mailbox.text, words)
    }
    guard let validity = dialogue.session.selected?.validity else {
      throw .protocolViolation(host: dialogue.stream.host, "it opened a mailbox without a UIDVALIDITY")
    }
    return validity
  }

  func search(_ search: IMAPSearch) throws(TransportError) -> UIDSet {
    try dialogue.run(.search(search))
    return UIDSet(dialogue.session.found)
  }

  /// What the server tells of messages, in the order of their UIDs; what it tells of others is dropped.
  private func facts(of uids: UIDSet) throws(TransportError) -> [RemoteMessage] {
    var messages: [RemoteMessage] = []
    for set in uids.texts() {
      for fetched in try told(of: set, by: .facts(set)) {
        messages.append(message(fetched.uid, fetched.facts, number: messages.count + 1))
      }
    }
    return messages
  }

  /// What the answer to a command tells of each message of a set, in the order of their UIDs; one that is gone is left out.
  func told(
    of set: String, by command: IMAPCommand
  ) throws(TransportError) -> [(uid: UInt32, facts: IMAPFetched)] {
    try dialogue.run(command)
    var known: [UInt32: IMAPFetched] = [:]
    for fetched in dialogue.session.facts {
      guard let uid = fetched.uid else { continue }
      known[uid] = known[uid].map { $0.completed(by: fetched) } ?? fetched
    }
    return (UIDSet(set)?.uids ?? []).compactMap { uid in known[uid].map { (uid, $0) } }
  }

  func message(_ uid: UInt32, _ facts: IMAPFetched, number: Int) -> RemoteMessage {
    RemoteMessage(
      id: .uid(uid, validity: validity), number: number, octets: facts.octets, delivered: facts.delivered,
      flags: facts.flags ?? "")
  }

  private func part(of uid: UInt32, from offset: Int) throws(TransportError) -> [UInt8] {
    do throws(TransportError) {
      try dialogue.run(.part(uid: uid, offset: offset))
    } catch {
      guard case .commandRefused(let host, _, let words, _) = error else { throw error }
      throw .messageRefused(host: host, words)
    }
    guard let part = dialogue.session.part else {
      throw .messageRefused(host: host, ForeignText("message \(uid) is not there any more"))
    }
    return part
  }

  func uid(of message: RemoteMessage) throws(TransportError) -> UInt32 {
    guard case .uid(let uid, validity) = message.id else { throw changed }
    return uid
  }
}

extension IMAPFetched {
  /// What two responses tell together; where both tell, the first counts for what cannot change.
  fileprivate func completed(by later: IMAPFetched) -> IMAPFetched {
    var result = self
    result.octets = octets ?? later.octets
    result.delivered = delivered ?? later.delivered
    result.head = head ?? later.head
    result.flags = later.flags ?? flags
    return result
  }
}
