package import SystemPackage

#if canImport(Darwin)
  import Darwin
#else
  import Glibc
#endif

/// Folders by their paths.
package enum Folders {
  /// Makes a folder that only its owner can enter; that it is there already is no error.
  ///
  /// Its parent must exist.
  ///
  /// - Throws: `system`; with ENOTDIR when something else has the name.
  package static func create(_ path: FilePath, mode: CInterop.Mode = 0o700) throws(StreamError) {
    do {
      // Holds: the C string lives for the length of the call.
      _ = try systemCall("create", path.string) { unsafe path.withPlatformString { unsafe mkdir($0, mode) } }
    } catch .system(.fileExists, _, _) {
      _ = try Folder(path)
    }
  }

  /// The absolute path without symbolic links; of what does not exist yet its folder's, with the name.
  ///
  /// - Throws: `system` when that folder does not exist either.
  package static func resolved(_ path: FilePath) throws(StreamError) -> FilePath {
    do throws(StreamError) { return try realPath(path) } catch .system(.noSuchFileOrDirectory, _, _) {
      var folder = path
      // A link that leads nowhere is no name for a new folder.
      guard let name = path.lastComponent, name.kind == .regular else {
        throw .system(.noSuchFileOrDirectory, act: "open", subject: path.string)
      }
      folder.removeLastComponent()
      return try realPath(folder.isEmpty ? "." : folder).appending(name)
    }
  }

  /// Whether the path leads to a folder.
  package static func exists(_ path: FilePath) -> Bool { kind(of: path) == .directory }

  /// Whether the path leads to a regular file.
  package static func holdsFile(_ path: FilePath) -> Bool { kind(of: path) == .regular }

  private static func kind(of path: FilePath) -> FileKind? {
    var target = stat()
    // Holds: the C string and the buffer live for the length of the call.
    guard unsafe path.withPlatformString({ unsafe stat($0, &target) }) == 0 else { return nil }
    return FileKind(mode: target.st_mode)
  }

  private static func realPath(_ path: FilePath) throws(StreamError) -> FilePath {
    // Holds: without a buffer the call gives one of its own, which is copied and freed at once.
    guard let resolved = unsafe path.withPlatformString({ unsafe realpath($0, nil) }) else {
      throw .system(Errno(rawValue: errno), act: "open", subject: path.string)
    }
    defer { unsafe free(resolved) }
    return unsafe FilePath(platformString: resolved)
  }
}
