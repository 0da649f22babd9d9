import Synchronization
package import SystemPackage

#if canImport(Darwin)
  import Darwin
#else
  import Glibc
#endif

/// A folder of mode 0700 for what another program has to open by its path, gone with this object.
///
/// It is locked for as long as the process lives, so that another run can tell a folder in use from one whose owner was killed, and
/// remove that.
package final class PrivateFolder: Sendable {
  package let path: FilePath
  private let folder: Folder
  private let isGone = Atomic(false)

  /// Another run that sweeps can take a new folder for an old one, but not many times.
  private static let tries = 16

  /// A new one, below a folder that others may write to as well.
  ///
  /// - Parameter prefix: what its name starts with; the user's number and something random follow.
  /// - Throws: `system`.
  package init(in base: FilePath, prefix: String) throws(StreamError) {
    var attempt = 0
    while true {
      attempt += 1
      let path = base.appending("\(prefix)-\(getuid())-\(SystemRandom.name(10))")
      // Holds: the C string lives for the length of the call, which fails for a name that anybody has.
      _ = try systemCall("create", path.string) { unsafe path.withPlatformString { unsafe mkdir($0, 0o700) } }
      if let folder = try? Folder(path), folder.lock(), Folders.isFolder(path) {
        self.path = path
        self.folder = folder
        return
      }
      guard attempt < Self.tries else { throw .system(.resourceBusy, act: "create", subject: path.string) }
    }
  }

  deinit { remove() }

  /// Writes a file of mode 0600, in place of one of that name.
  ///
  /// - Throws: `system`.
  package func write(_ bytes: [UInt8], to name: FilePath.Component) throws(StreamError) {
    let file = try OutputFile(path.appending(name), policy: .replace)
    try file.write(bytes)
    try file.finish()
  }

  /// Whether anything in it has this name.
  package func contains(_ name: FilePath.Component) -> Bool { folder.contains(name) }

  /// What a file in it holds now; a symbolic link, or what is no file, is not read.
  ///
  /// - Throws: `system`; `limitExceeded` for more than `limit` bytes.
  package func read(_ name: FilePath.Component, limit: Int, what: String) throws(StreamError) -> [UInt8] {
    try folder.open(name).source().readAll(limit: limit, what: what)
  }

  /// Removes it with all that is in it, what other programs left there too; does nothing a second time.
  package func remove() {
    guard !isGone.exchange(true, ordering: .acquiringAndReleasing) else { return }
    Folders.removeAll(path)
  }

  /// Leaves it for somebody to find, under a name that nobody sweeps, and gives that; nil when it cannot have one.
  package func leave(as prefix: String) -> FilePath? {
    guard !isGone.exchange(true, ordering: .acquiringAndReleasing) else { return nil }
    let target = path.removingLastComponent().appending("\(prefix)-\(getuid())-\(SystemRandom.name(10))")
    // Holds: both C strings live for the length of the call.
    let result = unsafe path.withPlatformString { from in
      unsafe target.withPlatformString { unsafe rename(from, $0) }
    }
    return result == 0 ? target : nil
  }

  /// Removes what runs of the same user left below `base` that were killed.
  package static func sweep(_ base: FilePath, prefix: String) {
    let own = "\(prefix)-\(getuid())-"
    for name in (try? Folder(base).names(.everything)) ?? [] where name.string.hasPrefix(own) {
      let path = base.appending(name)
      guard isOwn(path), let folder = try? Folder(path), folder.lock() else { continue }
      Folders.removeAll(path)
    }
  }

  /// Whether it is a folder itself, and no link to one, and ours: nobody else can then put another in its place.
  private static func isOwn(_ path: FilePath) -> Bool {
    var found = stat()
    // Holds: the C string and the buffer live for the length of the call.
    guard unsafe path.withPlatformString({ unsafe lstat($0, &found) }) == 0 else { return false }
    return FileKind(mode: found.st_mode) == .directory && found.st_uid == getuid()
  }
}

extension Folders {
  /// Removes a file; that it is gone already is no error.
  package static func removeFile(_ path: FilePath) {
    // Holds: the C string lives for the length of the call.
    _ = unsafe path.withPlatformString { unsafe unlink($0) }
  }
}
