package import SystemPackage

#if canImport(Darwin)
  import Darwin
#else
  import Glibc
#endif

/// A new folder that appears under its name when it is complete, or not at all.
///
/// Until then it lies beside, under a name that nobody knows; what is abandoned is removed.
package final class StagedFolder {
  /// Where it lies while it is filled; only its owner can enter it.
  package let path: FilePath
  private let target: FilePath
  private var isTaken = false

  /// - Throws: `exists` when something has the name, `system` when none can be made beside it.
  package init(as target: FilePath) throws(StreamError) {
    let whole = try Folders.resolved(target)
    guard !Folders.hasName(target), let name = whole.lastComponent else { throw .exists(path: target.string) }
    self.target = whole
    path = whole.removingLastComponent().appending(".\(name.string.prefix(64)).\(SystemRandom.name(8))")
    // Holds: the C string lives for the length of the call.
    _ = try systemCall("create", target.string) { unsafe path.withPlatformString { unsafe mkdir($0, 0o700) } }
  }

  deinit { if !isTaken { Folders.removeAll(path) } }

  /// Gives it its name; of a folder that holds nothing but one folder, that one takes the name.
  ///
  /// - Throws: `exists` when something has got the name meanwhile, `system`.
  package func finish() throws(StreamError) {
    let names = try Folder(path).names(.everything)
    let only = names.count == 1 ? names.first.map { path.appending($0) } : nil
    let inner = only.flatMap { Folders.isFolder($0) ? $0 : nil }
    guard !Folders.hasName(target) else { throw .exists(path: target.string) }
    // What was there since would have to be an empty folder to be replaced.
    // Holds: both C strings live for the length of the call.
    _ = try systemCall("create", target.string) {
      unsafe (inner ?? path).withPlatformString { from in
        unsafe target.withPlatformString { unsafe rename(from, $0) }
      }
    }
    if inner != nil { Folders.removeAll(path) }
    isTaken = true
    try Folder(target.removingLastComponent()).sync()
  }
}

extension Folders {
  /// Whether anything has this path, a link that leads nowhere too.
  package static func hasName(_ path: FilePath) -> Bool { mode(of: path) != nil }

  /// Whether a folder itself, and no link to one, has this path.
  static func isFolder(_ path: FilePath) -> Bool { mode(of: path).map { $0 & S_IFMT == S_IFDIR } ?? false }

  private static func mode(of path: FilePath) -> mode_t? {
    var found = stat()
    // Holds: the C string and the buffer live for the length of the call.
    return unsafe path.withPlatformString { unsafe lstat($0, &found) } == 0 ? found.st_mode : nil
  }

  /// Removes a folder with all that is in it, as far as that goes; links are removed and not followed.
  static func removeAll(_ path: FilePath) {
    // A folder that nobody may write to keeps what is in it.
    // Holds: each C string lives for the length of its call.
    _ = unsafe path.withPlatformString { unsafe chmod($0, 0o700) }
    let names = (try? Folder(path).names(.everything)) ?? []
    for entry in names.map(path.appending) {
      if isFolder(entry) {
        removeAll(entry)
      } else {
        _ = unsafe entry.withPlatformString { unsafe unlink($0) }
      }
    }
    _ = unsafe path.withPlatformString { unsafe rmdir($0) }
  }
}
