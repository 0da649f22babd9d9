import SystemPackage

#if canImport(Darwin)
  import Darwin
#else
  import Glibc
#endif

/// Files without a name, mode 0600, that vanish with their descriptor.
enum UnnamedFile {
  /// A new one, open for reading and writing, on the file system of `directory`.
  static func create(in directory: FilePath) throws(StreamError) -> ReadableFile {
    let subject = "temporary file in \(directory.string)"
    #if os(Linux)
      if let descriptor = openUnnamed(in: directory, access: O_RDWR, mode: 0o600) {
        return try ReadableFile(owning: descriptor, subject: subject)
      }
    #endif
    let path = directory.appending(".postseal-\(SystemRandom.name(16))")
    let descriptor = try systemCall("create", subject) {
      openPath(path, O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW, mode: 0o600)
    }
    let file = try ReadableFile(owning: descriptor, subject: subject)
    _ = try systemCall("create", subject) {
      // Holds: the C string lives for the length of the call.
      unsafe path.withPlatformString { unsafe unlink($0) }
    }
    return file
  }

  #if os(Linux)
    /// Opens a file that has no name yet; nil where the file system has no such thing (the caller then makes a named one,
    /// and meets the true error if there is another).
    ///
    /// Source: open(2), O_TMPFILE
    static func openUnnamed(in directory: FilePath, access: CInt, mode: mode_t) -> CInt? {
      // The macro is too complex for Swift's importer; the value is the same on every architecture that Swift runs on.
      let unnamed: CInt = 0o20_000_000 | O_DIRECTORY
      let descriptor = openPath(directory, unnamed | access, mode: mode)
      return descriptor == -1 ? nil : descriptor
    }
  #endif
}
