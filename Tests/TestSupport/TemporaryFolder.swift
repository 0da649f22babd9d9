import Foundation
package import SystemPackage

/// A folder of its own under a short path (`/tmp/ps-XXXXXX`, mode 0700) that goes away with the value.
///
/// The path is short because gpg-agent's socket may lie in it (108 bytes for `sockaddr_un`).
package final class TemporaryFolder: Sendable {
  package let path: FilePath

  package init() throws {
    path = try makeTemporaryFolder()
  }

  deinit {
    try? FileManager.default.removeItem(atPath: path.string)
  }

  /// Has it removed when the process ends: for one that a test keeps in a global, whose end never comes.
  package func removeAtExit() { LivingHomes.add(path) }

  /// The path of `name` in here, whether it exists or not.
  package func appending(_ name: String) -> FilePath {
    path.appending(FilePath(name).components)
  }

  /// Writes a file (and the folders above it) and gives its path.
  @discardableResult
  package func write(_ bytes: some Sequence<UInt8>, to name: String) throws -> FilePath {
    let file = appending(name)
    try FileManager.default.createDirectory(
      atPath: file.removingLastComponent().string, withIntermediateDirectories: true)
    try Data(bytes).write(to: URL(fileURLWithPath: file.string))
    return file
  }

  /// The bytes of the file `name`.
  package func read(_ name: String) throws -> [UInt8] {
    try readFile(appending(name))
  }

  /// The relative paths of everything in here, folders included, sorted: the way to show that nothing was left behind.
  package func contents() throws -> [String] {
    try FileManager.default.subpathsOfDirectory(atPath: path.string).sorted()
  }
}

/// The bytes of a file.
package func readFile(_ path: FilePath) throws -> [UInt8] {
  [UInt8](try Data(contentsOf: URL(fileURLWithPath: path.string)))
}

/// Makes an empty `/tmp/ps-XXXXXX`, mode 0700.
func makeTemporaryFolder() throws -> FilePath {
  let alphabet = Array("abcdefghijkmnopqrstuvwxyz23456789")
  while true {
    let path = "/tmp/ps-" + String((0..<6).compactMap { _ in alphabet.randomElement() })
    do {
      try FileManager.default.createDirectory(
        atPath: path, withIntermediateDirectories: false, attributes: [.posixPermissions: 0o700])
      return FilePath(path)
    } catch CocoaError.fileWriteFileExists {
      continue
    }
  }
}
