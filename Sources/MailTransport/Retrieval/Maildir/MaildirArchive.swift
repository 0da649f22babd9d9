package import ByteStreams
import Synchronization
package import SystemPackage

/// A Maildir that takes messages under names that come from where they were: a second run finds what is there already.
///
/// A message appears complete or not at all: it is written in `tmp` (without a name where the file system has that), brought to the
/// disk, and only then named in `cur` or `new`. Used by several threads at once.
package final class MaildirArchive: Sendable {
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

  /// Why there is no archive.
  package enum Problem: Error, Equatable, Sendable {
    /// The folder holds other things than a Maildir.
    case notMaildir
    /// Another run writes into it.
    case inUse
    /// It cannot be made or read.
    case stream(StreamError)
  }

  /// Whether a name is free.
  package enum Claim: Sendable, Equatable {
    /// It is free, and nobody else of this run gets it.
    case free
    /// A message of that name was there when the run began.
    case isThere
    /// Another message of this run has it.
    case isTaken
  }

  /// Makes the Maildir for its owner alone, or continues one; its parent must exist.
  ///
  /// A folder that holds anything else is not touched.
  package init(_ path: FilePath) throws(Problem) {
    self.path = path
    do {
      try Folders.create(path)
      let folder = try Folder(path)
      // What a run left that was ended in its first moment is continued, too.
      guard try Maildir.exists(at: path) || folder.names(.everything).allSatisfy({ Self.folders.contains($0.string) })
      else { throw Problem.notMaildir }
      guard folder.lock() else { throw Problem.inUse }
      for name in Self.folders { try Folders.create(path.appending(name)) }
      var found: Set<String> = []
      for name in ["new", "cur"] {
        for file in try Folder(path.appending(name)).names(.files) {
          found.insert(String(decoding: MaildirFileName(file).base, as: UTF8.self))
        }
      }
      self.folder = folder
      names = Mutex(Names(found: found))
    } catch let problem as Problem {
      throw problem
    } catch let error as StreamError {
      throw .stream(error)
    } catch {
      preconditionFailure("nothing else is thrown above")
    }
  }

  /// Where large plaintext may lie without a name.
  package var scratch: FilePath { path.appending("tmp") }

  /// Asks for a name; who gets it gives it back by `release` when the message does not come.
  package func claim(_ base: String) -> Claim {
    names.withLock { names in
      if names.found.contains(base) { return .isThere }
      return names.claimed.insert(base).inserted ? .free : .isTaken
    }
  }

  /// Gives a name back.
  package func release(_ base: String) {
    _ = names.withLock { $0.claimed.remove(base) }
  }

  /// The file of a message, which appears when it is finished.
  ///
  /// - Throws: `exists`, `system`.
  package func file(for delivery: Delivery) throws(StreamError) -> OutputFile {
    let name = delivery.flags.map { "cur/\(delivery.base):2,\($0)" } ?? "new/\(delivery.base)"
    return try OutputFile(
      path.appending(FilePath(name).components), policy: .neverReplace, stagedIn: path.appending("tmp"))
  }
}
