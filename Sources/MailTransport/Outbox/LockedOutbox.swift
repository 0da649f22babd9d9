import ByteStreams
package import MIME
import SystemPackage

/// An outbox of which this run takes entries, to send or to drop them, while no other does.
///
/// Runs that send a message for the first time are not kept out: they only add.
package final class LockedOutbox: Sendable {
  package let outbox: Outbox
  /// What was removed when it was put in order: messages of which nothing was handed over.
  package let removed: [IncompleteMessage]
  private let lock: Folder

  /// How long a file that nobody finished lies in `tmp` until it is swept away, in seconds.
  private static let scrapAge: Int64 = 3600

  /// Locks the outbox and puts in order what runs left that were ended: what they handed over last is `unknown`.
  ///
  /// - Parameter now: seconds since 1970.
  /// - Throws: `inUse`, `stream`.
  package init(_ outbox: Outbox, now: Int64) throws(OutboxError) {
    self.outbox = outbox
    lock = try OutboxError.streaming { () throws(StreamError) in try Folder(outbox.path) }
    guard lock.lock() else { throw .inUse }
    removed = try outbox.removeIncompleteMessages()
    try recover()
    try sweep(now)
  }

  /// Takes an entry to hand it over: it is in `sending` then, and locked.
  ///
  /// - Throws: `taken`, `damaged`, `stream`.
  package func take(_ entry: OutboxEntry) throws(OutboxError) -> OutboxCopy {
    guard let held = try hold(entry.path) else { throw .taken(entry.id) }
    let file = try OutboxFile(held.store, name: entry.id.fileName)
    let message = try file.submittable()
    // What was handed over by a run that ended since we locked the outbox lies in `sending` already.
    let folder = entry.path.removingLastComponent().lastComponent.flatMap { OutboxState(rawValue: $0.string) }
    if let folder, folder != .sending { try outbox.move(entry.id, from: folder, to: .sending) }
    return OutboxCopy(outbox: outbox, record: file.record, message: message, lock: held)
  }

  /// Remembers, with the entries of a message that wait or are held, who has it by the copies that are being settled now.
  ///
  /// It is done before those are gone, so that the message is never taken for one that nobody has.
  /// - Throws: `stream`, `taken`, `damaged`.
  package func note(_ addresses: [AddrSpec], in group: String, without settled: [OutboxID]) throws(OutboxError) {
    guard !addresses.isEmpty else { return }
    for entry in try outbox.list().entries
    where entry.id.group == group && entry.record.purpose == .delivery && !settled.contains(entry.id) {
      guard entry.state == .waiting || entry.state == .held else { continue }
      guard let held = try hold(entry.path) else { throw .taken(entry.id) }
      let file = try OutboxFile(held.store, name: entry.id.fileName)
      var record = file.record
      record.note(addresses)
      guard record.elsewhere != file.record.elsewhere else { continue }
      try outbox.write(record, try file.submittable(), into: entry.state)
    }
  }

  /// Removes an entry for ever.
  ///
  /// - Throws: `taken` for one that is being sent, `stream`.
  package func drop(_ entry: OutboxEntry) throws(OutboxError) {
    guard try hold(entry.path) != nil else { throw .taken(entry.id) }
    try remove(entry.path)
  }

  /// Removes a file that no entry can be read from.
  ///
  /// - Throws: `stream`.
  package func drop(_ damage: OutboxDamage) throws(OutboxError) { try remove(damage.path) }

  private func remove(_ path: FilePath) throws(OutboxError) {
    guard let name = path.lastComponent else { return }
    try OutboxError.streaming { () throws(StreamError) in
      let folder = try Folder(path.removingLastComponent())
      folder.remove(name.string)
      try folder.sync()
    }
  }

  private func hold(_ path: FilePath) throws(OutboxError) -> HeldFile? {
    guard let name = path.lastComponent else { return nil }
    return try OutboxError.streaming { () throws(StreamError) in
      try HeldFile.open(name, in: try Folder(path.removingLastComponent()))
    }
  }

  /// What lies in `sending` and nobody has locked was handed over by a run that ended.
  private func recover() throws(OutboxError) {
    let sending = outbox.folder(.sending)
    for name in try OutboxError.streaming({ () throws(StreamError) in try sending.names(.files) }) {
      // Who looked at what is incomplete in the moment when it was to be removed has kept it from that.
      guard let id = OutboxID(fileName: name.string), try !outbox.isIncomplete(id.group),
        let held = (try? HeldFile.open(name, in: sending)) ?? nil
      else { continue }
      defer { extendLifetime(held) }
      let isSettled = OutboxState.allCases.contains { $0 != .sending && outbox.folder($0).contains(name) }
      if isSettled {
        try remove(outbox.file(id, in: .sending))
      } else if let file = try? OutboxFile(held.store, name: name.string), file.record.purpose == .keeping {
        // Its sender's own copy goes to nobody, so nothing is unknown of it.
        try outbox.move(id, from: .sending, to: .waiting)
      } else {
        try outbox.move(id, from: .sending, to: .unknown)
      }
    }
  }

  /// Removes what runs left in `tmp` that were ended between two steps; what a run is at work on is locked.
  private func sweep(_ now: Int64) throws(OutboxError) {
    try OutboxError.streaming { () throws(StreamError) in
      let folder = outbox.staging
      for name in try folder.names(.files) where OutboxID(fileName: name.string) == nil {
        guard let held = (try? HeldFile.open(name, in: folder)) ?? nil, held.isOlder(than: now - Self.scrapAge)
        else { continue }
        folder.remove(name.string)
      }
    }
  }
}

extension HeldFile {
  /// Whether it was changed before that time, in seconds since 1970.
  fileprivate func isOlder(than time: Int64) -> Bool { store.modified.map { $0 < time } ?? false }
}
