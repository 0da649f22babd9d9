package import SystemPackage

#if canImport(Darwin)
  import Darwin
#else
  import Glibc
#endif

/// A regular file that no other process gets in this way for as long as this process lives and the file, or a store of it, is kept.
///
/// However the process ends, the file is free then. Source: flock(2)
package final class HeldFile: Sendable {
  /// What it holds, as it was when it was opened.
  package let store: ByteStore

  /// Keeps a file that nobody else can have yet.
  init(_ file: ReadableFile) throws(StreamError) {
    _ = flock(file.descriptor, LOCK_EX | LOCK_NB)
    store = ByteStore(try FileWindow(file))
  }

  private init(_ store: ByteStore) { self.store = store }

  /// The file `name` of `folder`; nil where another process holds it, or where the name means another file meanwhile, or none.
  ///
  /// Where the file system knows no locks, nobody holds it.
  /// - Throws: `system`, as `Folder.open(_:)`.
  package static func open(_ name: FilePath.Component, in folder: Folder) throws(StreamError) -> HeldFile? {
    let path = "\(folder.subject)/\(name)"
    let descriptor: CInt
    do {
      descriptor = try systemCall("open", path) {
        // Holds: the C string lives for the length of the call. Writing is asked for because locks over NFS want it.
        unsafe name.withPlatformString {
          unsafe openat(folder.descriptor, $0, O_RDWR | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC)
        }
      }
    } catch .system(.noSuchFileOrDirectory, _, _) {
      return nil
    }
    let file = try ReadableFile(owning: descriptor, subject: path)
    let store = ByteStore(try FileWindow(file))
    guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 || errno != EWOULDBLOCK else { return nil }
    let mine = try status(of: descriptor, path)
    var named = stat()
    // Holds: the C string and the buffer live for the length of the call.
    let isThere =
      unsafe name.withPlatformString { unsafe fstatat(folder.descriptor, $0, &named, AT_SYMLINK_NOFOLLOW) } == 0
    return isThere && named.st_ino == mine.st_ino && named.st_dev == mine.st_dev ? HeldFile(store) : nil
  }
}
