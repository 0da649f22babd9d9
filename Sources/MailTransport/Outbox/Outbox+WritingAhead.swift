import ByteStreams
package import MIME
import SystemPackage

extension Outbox {
  /// Writes every copy of a message into `sending`, all or none, before the first is handed over.
  ///
  /// All are complete in `tmp`, locked, before the first of them gets into `sending`: so whoever finds one in `tmp` that nobody has
  /// locked knows that nothing of its message was handed over. Each has to be settled by whoever hands it over; what is not settled
  /// when this process ends is `unknown` from then on.
  /// - Parameters:
  ///   - copies: none of them in clear.
  ///   - kept: the sender's own copy, and where it goes when the others have gone.
  ///   - check: looks at what else is there, and throws where that forbids it; meanwhile no other message of this Message-ID comes in.
  /// - Returns: the copies in their order, and the sender's own.
  /// - Throws: `stream`, `inUse`, and what `check` throws; then none is left.
  package func writeAhead(
    _ copies: [Submission], _ order: Order, keeping kept: (message: SubmittableMessage, way: String)? = nil,
    beside check: (OutboxListing) throws -> Void = { _ in }
  ) throws -> (copies: [OutboxCopy], kept: OutboxCopy?) {
    let group = OutboxID.newGroup()
    var entries = copies.enumerated().map { index, copy in
      (order.record(of: copy, OutboxID(group: group, part: index + 1)), copy.message)
    }
    if let kept {
      let record = order.record(of: copies, OutboxID(group: group, part: 0), kept.message, for: kept.way)
      entries.append((record, kept.message))
    }
    var staged: [OutboxCopy] = []
    do {
      for (record, message) in entries { staged.append(try stage(record, message)) }
      // What takes long is done before: the others wait for this alone.
      let turn = try order.messageID.map { _ in try takeTurn() }
      defer { extendLifetime(turn) }
      if turn != nil { try check(try list()) }
      try publish(staged)
    } catch {
      try? remove(entries.map(\.0.id.fileName))
      throw error
    }
    return (Array(staged.prefix(copies.count)), kept == nil ? nil : staged.last)
  }

  /// Writes a copy into `tmp` under its own name, locked from before it has that.
  private func stage(_ record: OutboxRecord, _ message: SubmittableMessage) throws(OutboxError) -> OutboxCopy {
    try OutboxError.streaming { () throws(StreamError) in
      let folder = path.appending("tmp")
      let output = try OutputFile(
        folder.appending(record.id.fileName), policy: .neverReplace, stagedIn: folder)
      let held = try output.hold()
      try write(record, message, to: output)
      return OutboxCopy(outbox: self, record: record, message: message, lock: held)
    }
  }

  /// Keeps out others who send messages that can be known again, until this is let go.
  private func takeTurn() throws(OutboxError) -> Folder {
    let turn = try OutboxError.streaming { () throws(StreamError) in
      try Folder(path.appending(OutboxState.sending.rawValue))
    }
    guard turn.lock(within: 60) else { throw .inUse }
    return turn
  }

  /// Brings what is complete into `sending`; when that is on the disk, it may be handed over.
  private func publish(_ copies: [OutboxCopy]) throws(OutboxError) {
    let sending = folder(.sending)
    try OutboxError.streaming { () throws(StreamError) in
      for name in copies.map(\.record.id.fileName) { try sending.rename(name, of: staging, to: name) }
      try sending.sync()
      try staging.sync()
    }
  }

  /// Removes files of which nothing was handed over: from `sending` first, because what lies in `tmp` says that of them.
  private func remove(_ names: [String]) throws(OutboxError) {
    try OutboxError.streaming { () throws(StreamError) in
      for folder in [folder(.sending), staging] {
        for name in names { folder.remove(name) }
        try folder.sync()
      }
    }
  }
}

// MARK: What a run left that ended before all was written

extension Outbox {
  /// The messages of which a run that ended had not written every copy.
  ///
  /// - Throws: `stream`.
  func incompleteMessages() throws(OutboxError) -> [IncompleteMessage] {
    let dead = try names(in: staging).filter { staging.contains($0.name) && !isBusy($0.name, in: staging) }
    guard !dead.isEmpty else { return [] }
    let published = try names(in: folder(.sending))
    return Set(dead.map(\.group)).sorted().map { group in
      let written = published.filter { $0.group == group }.flatMap { recipients(of: $0.name, in: folder(.sending)) }
      return IncompleteMessage(
        group: group,
        recipients: written + dead.filter { $0.group == group }.flatMap { recipients(of: $0.name, in: staging) })
    }
  }

  /// Whether copies of a message lie in `tmp`; what lies in `sending` then, and nobody has locked, was not handed over.
  func isIncomplete(_ group: String) throws(OutboxError) -> Bool {
    try names(in: staging).contains { $0.group == group }
  }

  /// Removes what is incomplete: nothing of it was sent, and nobody was told that it was.
  ///
  /// - Returns: what it was.
  /// - Throws: `stream`.
  func removeIncompleteMessages() throws(OutboxError) -> [IncompleteMessage] {
    let incomplete = try incompleteMessages()
    guard !incomplete.isEmpty else { return [] }
    let groups = Set(incomplete.map(\.group))
    let written = try names(in: folder(.sending)) + names(in: staging)
    try remove(written.filter { groups.contains($0.group) }.map(\.name.string))
    return incomplete
  }

  /// The names of entries in a folder, in order, with those of their messages.
  private func names(in folder: Folder) throws(OutboxError) -> [(name: FilePath.Component, group: String)] {
    try OutboxError.streaming { () throws(StreamError) in try folder.names(.files) }.compactMap { name in
      OutboxID(fileName: name.string).map { (name, $0.group) }
    }.sorted { $0.name.string < $1.name.string }
  }

  /// For whom a copy is; nobody for one that cannot be read, and for the sender's own.
  private func recipients(of name: FilePath.Component, in folder: Folder) -> [AddrSpec] {
    guard let store = try? folder.open(name), let file = try? OutboxFile(store, name: name.string),
      file.record.purpose == .delivery
    else { return [] }
    return file.record.recipients.map(\.address)
  }
}

// MARK: The records

extension Outbox.Order {
  /// The record of a copy for recipients.
  fileprivate func record(of copy: Submission, _ id: OutboxID) -> OutboxRecord {
    OutboxRecord(
      id: id, purpose: .delivery, time: time, label: copy.label, protection: copy.message.protection, account: account,
      way: way, messageID: messageID, notice: copy.notice, reason: nil, reversePath: copy.envelope.reversePath,
      recipients: copy.envelope.recipients.map { OutboxRecipient(address: $0, certificate: certificates[$0]) }, own: own
    )
  }

  /// The record of the sender's own copy.
  fileprivate func record(
    of copies: [Submission], _ id: OutboxID, _ message: SubmittableMessage, for way: String
  ) -> OutboxRecord {
    OutboxRecord(
      id: id, purpose: .keeping, time: time, label: "copy for yourself", protection: message.protection,
      account: account, way: way, messageID: messageID, notice: nil, reason: nil,
      reversePath: copies.first?.envelope.reversePath ?? .null,
      recipients: copies.flatMap(\.envelope.recipients).map { OutboxRecipient(address: $0, certificate: nil) }, own: own
    )
  }
}
