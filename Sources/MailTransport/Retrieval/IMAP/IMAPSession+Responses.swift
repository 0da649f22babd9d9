extension IMAPSession {
  /// Takes a response that is no answer.
  mutating func take(_ response: IMAPResponse) throws(IMAPResponseCutter.Violation) {
    switch response {
    case .untagged(let status): try take(status)
    case .capabilities(let names):
      // Said at any other time it was not asked for, and proves nothing.
      if command == .capability { capabilities.formUnion(names.prefix(1000)) }
    case .exists(let count):
      if let known = selected?.exists, count > known { (hasNews, isUnlisted) = (true, true) }
      selected?.exists = count
    case .expunge:
      if let known = selected?.exists { selected?.exists = max(0, known - 1) }
    case .found(let uids):
      guard case .search = command else { break }
      found += uids
      guard found.count <= UIDSet.limit else { throw .init(description: "more than \(UIDSet.limit) messages found") }
    case .fetched(let fetched): try take(fetched)
    case .folder(let folder):
      guard isListing else { break }
      folders.append(folder)
      guard folders.count <= Self.folderLimit else { throw .init(description: "more than \(Self.folderLimit) folders") }
    case .nameless: if isListing { namelessCount += 1 }
    case .other, .tagged, .goOn: break
    }
  }

  private static let folderLimit = 20_000

  private var isListing: Bool { command == .list || command == .listUses }

  private mutating func take(_ status: IMAPStatus) throws(IMAPResponseCutter.Violation) {
    switch status.kind {
    case .bye:
      if command == .logout { return }
      interrupt(.turnedAway(host: host, status.words, isTemporary: true))
    case .preauthenticated: throw .init(description: "a greeting in the middle: \(status.words)")
    case .ok, .no, .bad: note(status)
    }
  }

  /// Takes what the code of a status tells about the mailbox.
  mutating func note(_ status: IMAPStatus) {
    if let validity = status.number(of: "UIDVALIDITY"), let selected {
      if let known = selected.validity, known != validity {
        return interrupt(.mailboxChanged(host: host, mailbox: selected.name.text))
      }
      self.selected?.validity = validity
    }
    if let next = status.number(of: "UIDNEXT") { selected?.uidNext = next }
  }

  /// Takes what a response tells without content.
  private mutating func note(_ fetched: IMAPFetched) throws(IMAPResponseCutter.Violation) {
    guard fetched.uid != nil else { return }
    switch command {
    case .facts:
      var fetched = fetched
      fetched.head = nil
      facts.append(fetched)
    case .heads:
      headOctets += fetched.head?.count ?? 0
      guard headOctets <= IMAPCommand.headLimit * IMAPCommand.headCount else {
        throw .init(description: "more of the headers than asked for")
      }
      facts.append(fetched)
    default: break
    }
  }

  /// Facts that were not asked for are news about flags; content that was not asked for is a fraud or a mistake.
  private mutating func take(_ fetched: IMAPFetched) throws(IMAPResponseCutter.Violation) {
    guard let bytes = fetched.part else {
      try note(fetched)
      return
    }
    guard case .part(let uid, let offset) = command, stage == .awaiting else {
      throw .init(description: "the content of a message that nobody asked for")
    }
    guard fetched.uid == uid else {
      throw .init(description: "the content of message \(fetched.uid.map(String.init) ?? "?") instead of \(uid)")
    }
    guard part == nil else { throw .init(description: "the content of message \(uid) twice") }
    // QUIRK: at the beginning servers may leave out where it begins; IMAPSessionTests.
    guard fetched.origin == offset || fetched.origin == nil && offset == 0 else {
      throw .init(description: "message \(uid) from byte \(fetched.origin ?? 0) on instead of \(offset)")
    }
    guard bytes.count <= IMAPCommand.partLimit else {
      throw .init(description: "more of message \(uid) than asked for")
    }
    part = bytes
  }
}
