import SystemPackage

#if canImport(Darwin)
  import Darwin
#else
  import Glibc
#endif

/// The file `FILE.lock` that says that somebody writes to `FILE`; it goes away with this object.
///
/// One that was left behind is removed: after five minutes without a change, or at once when it is one of ours whose process is gone.
///
/// Source: lockfile_create(3) of liblockfile
final class DotLock {
  private let folder: Folder
  private let name: String
  private let descriptor: CInt

  /// What became of taking it.
  enum Taking {
    case taken(DotLock)
    /// Somebody has it.
    case held
    /// The folder takes no new files from us.
    case impossible
  }

  /// Who changes nothing for so many seconds is gone: every program that holds the lock for longer touches it meanwhile.
  private static let staleAfter = 300

  private init(_ folder: Folder, _ name: String, _ descriptor: CInt) {
    (self.folder, self.name, self.descriptor) = (folder, name, descriptor)
  }

  deinit {
    // Who found it too old has one of their own there now.
    if let mine = try? status(of: descriptor, name), let there = folder.status(of: name), mine.st_ino == there.st_ino {
      folder.remove(name)
    }
    close(descriptor)
  }

  /// Takes it, without waiting.
  ///
  /// - Throws: `system`.
  static func take(_ name: String, in folder: Folder) throws(StreamError) -> Taking {
    for _ in 0..<2 {
      do throws(StreamError) {
        return .taken(try make(name, in: folder))
      } catch .system(.fileExists, _, _) {
        guard removeStale(name, in: folder) else { return .held }
      } catch .system(.permissionDenied, _, _), .system(.notPermitted, _, _), .system(.readOnlyFileSystem, _, _) {
        return .impossible
      }
    }
    return .held
  }

  /// Makes the file, with its text from the first moment: whoever is killed in between would leave one that does not tell whose it is.
  private static func make(_ name: String, in folder: Folder) throws(StreamError) -> DotLock {
    // The first line is what liblockfile writes and looks for.
    let text = Array("\(getpid())\n\(origin)\n".utf8)
    if let unnamed = folder.createUnnamed(mode: 0o644) {
      let lock = DotLock(folder, name, unnamed)
      try writeAll(text.rawSpan, to: unnamed, name)
      do throws(StreamError) {
        try folder.link(unnamed: unnamed, to: name)
        return lock
      } catch .system(.notPermitted, _, _), .system(.notSupported, _, _) {
        // Not on this file system.
      }
    }
    let lock = DotLock(folder, name, try folder.create(name, mode: 0o644))
    try writeAll(text.rawSpan, to: lock.descriptor, name)
    return lock
  }

  /// Says that its holder is still at work.
  func touch() {
    _ = futimens(descriptor, nil)
  }

  /// Removes a lock that was left behind; false for one that is held.
  private static func removeStale(_ name: String, in folder: Folder) -> Bool {
    guard let found = folder.status(of: name) else { return true }
    guard isStale(found, text: text(of: name, in: folder)) else { return false }
    // Somebody else may have removed it meanwhile, and taken theirs.
    guard let now = folder.status(of: name), now.st_ino == found.st_ino else { return false }
    folder.remove(name)
    return true
  }

  private static func isStale(_ status: stat, text: String) -> Bool {
    if time(nil) - FileWindow.Instant(status).seconds > staleAfter { return true }
    let lines = text.split(separator: "\n")
    guard lines.count == 2, lines[1] == origin, let process = pid_t(lines[0]), process > 0 else { return false }
    return kill(process, 0) == -1 && errno == ESRCH
  }

  private static func text(of name: String, in folder: Folder) -> String {
    guard let component = FilePath.Component(name), let store = try? folder.open(component) else { return "" }
    return String(decoding: (try? store.read(0..<min(store.count, 200))) ?? [], as: UTF8.self)
  }

  /// Names this start of this machine and its numbering of processes; only there does the number of a process tell anything.
  private static let origin: String = {
    var space = stat()
    let boot = try? ReadableFile.open("/proc/sys/kernel/random/boot_id").source().readAll(limit: 100, what: "boot ID")
    // Holds: the literal and the buffer live for the length of the call.
    guard let boot, unsafe stat("/proc/self/ns/pid", &space) == 0 else { return "postseal" }
    return "postseal \(String(decoding: boot.filter { $0 > 0x20 }, as: UTF8.self)) \(space.st_ino)"
  }()
}

extension Folder {
  /// What has the name, a symbolic link itself; nil when nothing has.
  func status(of name: String) -> stat? {
    var status = stat()
    // Holds: the name is a C string for the length of the call, which fills the buffer.
    return unsafe fstatat(descriptor, name, &status, AT_SYMLINK_NOFOLLOW) == 0 ? status : nil
  }
}
