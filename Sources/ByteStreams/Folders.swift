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
}
