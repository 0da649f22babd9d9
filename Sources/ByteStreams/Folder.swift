package import SystemPackage

#if canImport(Darwin)
  import Darwin
#else
  import Glibc
#endif

/// An open folder, in which names are listed, made, changed and removed; whoever moves the folder meanwhile moves them with it.
///
/// Every call passes Swift strings as C strings that live for its length: that is why the uses of `unsafe` hold.
package final class Folder: Sendable {
  let descriptor: CInt
  let subject: String

  /// - Throws: `system`; with ENOTDIR for what is no folder.
  package init(_ path: FilePath) throws(StreamError) {
    let path: FilePath = path.isEmpty ? "." : path
    subject = path.string
    descriptor = try systemCall("open", subject) { openPath(path, O_RDONLY | O_DIRECTORY) }
  }

  deinit {
    close(descriptor)
  }

  /// A name that is not taken, as good as surely.
  static func randomName() -> String {
    ".postseal-\(SystemRandom.name(16))"
  }

  /// Whether anything has the name, a dangling symbolic link too.
  package func contains(_ name: String) -> Bool {
    var status = stat()
    return unsafe fstatat(descriptor, name, &status, AT_SYMLINK_NOFOLLOW) == 0
  }

  /// A new file, opened for reading and writing; of a name that is taken EEXIST is thrown.
  func create(_ name: String, mode: mode_t) throws(StreamError) -> CInt {
    let file = try systemCall("create", "\(subject)/\(name)") {
      unsafe openat(descriptor, name, O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, mode)
    }
    // The process' mask took bits off; the caller's mode is meant as it is.
    fchmod(file, mode)
    return file
  }

  /// A new file without a name, opened for reading and writing; nil where the file system has no such thing.
  ///
  /// Source: open(2), O_TMPFILE
  func createUnnamed(mode: mode_t) -> CInt? {
    #if os(Linux)
      // The macro is too complex for Swift's importer; the value is the same on every architecture that Swift runs on.
      let unnamed: CInt = 0o20_000_000 | O_DIRECTORY
      let file = unsafe openat(descriptor, ".", unnamed | O_RDWR | O_CLOEXEC, mode)
      if file == -1 { return nil }
      // Without /proc it could never get a name.
      if unsafe access(Folder.link(to: file), F_OK) == 0, fchmod(file, mode) == 0 { return file }
      close(file)
    #endif
    return nil
  }

  /// Gives a file of `createUnnamed` its first name, if nobody has that.
  func link(unnamed file: CInt, to name: String) throws(StreamError) {
    _ = try systemCall("create", "\(subject)/\(name)") {
      unsafe linkat(AT_FDCWD, Folder.link(to: file), descriptor, name, AT_SYMLINK_FOLLOW)
    }
  }

  /// Gives a file of `source` a second name, here, if nobody has that.
  package func link(_ name: String, of source: Folder, to newName: String) throws(StreamError) {
    _ = try systemCall("create", "\(subject)/\(newName)") {
      unsafe linkat(source.descriptor, name, descriptor, newName, 0)
    }
  }

  /// Gives a file of `source` another name, here, in place of whoever has that.
  package func rename(_ name: String, of source: Folder, to newName: String) throws(StreamError) {
    _ = try systemCall("replace", "\(subject)/\(newName)") {
      unsafe renameat(source.descriptor, name, descriptor, newName)
    }
  }

  /// Keeps every other process out that asks for the same, for as long as the folder is open; true where nobody was there before,
  /// and where the file system knows no locks.
  package func lock() -> Bool {
    flock(descriptor, LOCK_EX | LOCK_NB) == 0 || errno != EWOULDBLOCK
  }

  /// The same, for which it waits up to so many seconds for those who were there before.
  package func lock(within seconds: Double) -> Bool {
    let end = ContinuousClock.now + .seconds(seconds)
    while !lock() {
      guard ContinuousClock.now < end else { return false }
      usleep(10_000)
    }
    return true
  }

  /// Removes a name; that it is gone already is no error.
  package func remove(_ name: String) {
    unsafe unlinkat(descriptor, name, 0)
  }

  /// Brings new names to the disk.
  package func sync() throws(StreamError) {
    do {
      _ = try systemCall("write", subject) { fsync(descriptor) }
    } catch .system(.invalidArgument, _, _), .system(.notSupported, _, _) {
      // Some file systems cannot sync a folder; there is nothing more to do there.
    }
  }

  private static func link(to file: CInt) -> String {
    "/proc/self/fd/\(file)"
  }
}
