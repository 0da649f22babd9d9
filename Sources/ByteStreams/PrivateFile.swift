package import SystemPackage

#if canImport(Darwin)
  import Darwin
#else
  import Glibc
#endif

/// Files that only their owner may read, for what a library opens by its path afterwards.
package enum PrivateFile {
  /// Makes an empty file of mode 0600 where there is none, and takes others' access away from one that is there.
  ///
  /// - Throws: `system`; with EINVAL for what is no regular file, with ELOOP for a symbolic link.
  package static func ensure(_ path: FilePath) throws(StreamError) {
    let file = try systemCall("create", path.string) {
      openPath(path, O_RDWR | O_CREAT | O_NOFOLLOW | O_NONBLOCK, mode: 0o600)
    }
    defer { close(file) }
    let status = try status(of: file, path.string)
    guard FileKind(mode: status.st_mode) == .regular else {
      throw .system(.invalidArgument, act: "create", subject: path.string)
    }
    if status.st_mode & 0o077 != 0 { _ = try systemCall("change", path.string) { fchmod(file, 0o600) } }
  }
}

extension Folders {
  /// Makes a folder that only its owner can enter, and those above it that are missing; what is there already stays as it is.
  ///
  /// - Throws: `system`; with ENOTDIR when something else has a name on the way.
  package static func createWhole(_ path: FilePath) throws(StreamError) {
    if exists(path) { return }
    let parent = path.removingLastComponent()
    if !parent.isEmpty, parent != path { try createWhole(parent) }
    try create(path)
  }
}
