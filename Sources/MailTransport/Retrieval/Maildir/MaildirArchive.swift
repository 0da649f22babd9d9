package import ByteStreams
import Synchronization
package import SystemPackage

/// A Maildir that takes messages under names that come from where they were: a second run finds what is there already.
///
/// A message appears complete or not at all: it is written in `tmp` (without a name where the file system has that), brought to the
/// disk, and only then named in `cur` or `new`. Used by several threads at once.
package final class MaildirArchive: MailboxWriter {
  /// Where the Maildir is.
  package let path: FilePath
  /// Held open for its lock.
  private let folder: Folder
  private let names: Mutex<Names>

  private static let folders = ["tmp", "new", "cur"]

  private struct Names: Sendable {
    /// The bases of all that was there at the start.
    var found: Set<String>
    /// The bases that this run took.
    var claimed: Set<String> = []
  }

  /// Makes the Maildir for its owner alone, or continues one; its parent must exist.
  ///
  /// A folder that holds anything else is not touched.
  /// - Throws: `notMaildir`, `inUse`, `stream`.
  package init(_ path: FilePath) throws(MailboxProblem) {
    self.path = path
    folder = try MailboxProblem.streaming { () throws(StreamError) in
      try Folders.create(path)
      return try Folder(path)
    }
    let isOurs = try MailboxProblem.streaming { [folder] () throws(StreamError) in try Self.isMaildir(path, folder) }
    guard isOurs else { throw .notMaildir }
    guard folder.lock() else { throw .inUse }
    let found = try MailboxProblem.streaming { () throws(StreamError) in
      for name in Self.folders { try Folders.create(path.appending(name)) }
      return try Self.bases(in: path)
    }
    names = Mutex(Names(found: found))
  }

  /// Whether it is a Maildir, or was to become one: what a run left that was ended in its first moment is continued, too.
  private static func isMaildir(_ path: FilePath, _ folder: Folder) throws(StreamError) -> Bool {
    if Maildir.exists(at: path) { return true }
    return try folder.names(.everything).allSatisfy { folders.contains($0.string) }
  }

  /// The bases of all messages that are there.
  private static func bases(in path: FilePath) throws(StreamError) -> Set<String> {
    var found: Set<String> = []
    for name in ["new", "cur"] {
      for file in try Folder(path.appending(name)).names(.files) {
        found.insert(String(decoding: MaildirFileName(file).base, as: UTF8.self))
      }
    }
    return found
  }

  /// Where large plaintext may lie without a name.
  package var scratch: FilePath { path.appending("tmp") }

  package func claim(_ base: String) -> MailboxClaim {
    names.withLock { names in
      if names.found.contains(base) { return .isThere }
      return names.claimed.insert(base).inserted ? .free : .isTaken
    }
  }

  package func release(_ base: String) {
    _ = names.withLock { $0.claimed.remove(base) }
  }

  package func draft(for delivery: Delivery) throws(StreamError) -> any StoringSink { try file(for: delivery) }

  package func finish(
    _ draft: any StoringSink, as delivery: Delivery, at time: Int64?
  ) throws(StreamError) -> Parcel? {
    guard let file = draft.stagedFile else {
      preconditionFailure("a draft of another mailbox was to be finished")
    }
    if let time { try file.date(to: time) }
    try file.finish()
    return nil
  }

  package func deliver(_ parcel: Parcel) throws(StreamError) {
    let draft = try draft(for: parcel.delivery)
    try parcel.content.source().copy(to: draft)
    _ = try finish(draft, as: parcel.delivery, at: parcel.time)
  }

  /// The file of a message, which appears when it is finished.
  private func file(for delivery: Delivery) throws(StreamError) -> OutputFile {
    let name = delivery.flags.map { "cur/\(delivery.base):2,\($0)" } ?? "new/\(delivery.base)"
    return try OutputFile(
      path.appending(FilePath(name).components), policy: .neverReplace, stagedIn: path.appending("tmp"))
  }
}
