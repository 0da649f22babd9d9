package import SystemPackage

#if canImport(Darwin)
  import Darwin
#else
  import Glibc
#endif

/// A file that other programs write, too, such as an mbox: locked as they lock it for as long as this object lives.
///
/// The lock of `fcntl` is taken first and `FILE.lock` then. Who gets one and not the other gives it back and tries again later, so that
/// no two programs wait for each other. Where the folder takes no new files, as that of a mail spool may, the first lock is all.
/// What is written goes to the end.
///
/// Source: Debian policy §11.6
package final class LockedFile: ByteSink {
  /// The file's name without symbolic links.
  package let path: FilePath
  /// Where the file ends.
  package private(set) var end: Int
  /// What tells this file from another one that gets its name.
  package let identity: Identity
  private let descriptor: CInt
  private let dotLock: DotLock?
  private var touched = ContinuousClock.now

  /// A file, whatever its name.
  package struct Identity: Equatable, Sendable {
    private let device: UInt64
    private let number: UInt64

    fileprivate init(_ status: stat) {
      (device, number) = (UInt64(truncatingIfNeeded: status.st_dev), UInt64(status.st_ino))
    }
  }

  /// So often the lock is told that its holder is still there.
  private static let touchInterval = Duration.seconds(60)

  /// Opens the file, which is made for its owner alone when it is missing, and locks it.
  ///
  /// - Parameter seconds: so long it waits for those who have it locked.
  /// - Throws: `system`; EAGAIN with the act "lock" when they still have it then.
  package init(_ path: FilePath, within seconds: Double) throws(StreamError) {
    let path = try Folders.resolved(path)
    let folder = try Folder(path.removingLastComponent())
    let deadline = ContinuousClock.now + .seconds(seconds)
    while true {
      switch try Self.lock(path, in: folder) {
      case .success(let (descriptor, dotLock, status)):
        (self.descriptor, self.dotLock) = (descriptor, dotLock)
        (self.path, end, identity) = (path, Int(status.st_size), Identity(status))
        return
      case .failure(let error):
        guard ContinuousClock.now < deadline else { throw error }
        FileLock.pause()
      }
    }
  }

  deinit {
    // The lock of fcntl goes with the descriptor, `FILE.lock` with its object.
    close(descriptor)
  }

  private typealias Locked = (descriptor: CInt, dotLock: DotLock?, status: stat)

  /// Opens and locks once; a failure where somebody else has one of the locks.
  private static func lock(_ path: FilePath, in folder: Folder) throws(StreamError) -> Result<Locked, StreamError> {
    let subject = path.string
    let descriptor = try open(path, in: folder)
    do throws(StreamError) {
      let opened = try status(of: descriptor, subject)
      guard FileKind(mode: opened.st_mode) == .regular else {
        throw .system(.invalidArgument, act: "open", subject: subject)
      }
      guard try FileLock.exclusive.take(descriptor, subject) else { throw FileLock.isHeld(subject) }
      let name = path.lastComponent?.string ?? ""
      var dotLock: DotLock?
      switch try DotLock.take("\(name).lock", in: folder) {
      case .taken(let lock): dotLock = lock
      case .held: throw FileLock.isHeld("\(subject).lock")
      case .impossible: break
      }
      // Who had it locked may have put another file in its place, or have written more.
      let now = try status(of: descriptor, subject)
      let named = folder.status(of: name)
      guard let named, Identity(named) == Identity(now) else { throw FileLock.isHeld(subject) }
      return .success((descriptor, dotLock, now))
    } catch {
      close(descriptor)
      guard case .system(.resourceTemporarilyUnavailable, "lock", _) = error else { throw error }
      return .failure(error)
    }
  }

  private static func open(_ path: FilePath, in folder: Folder) throws(StreamError) -> CInt {
    do throws(StreamError) {
      return try systemCall("open", path.string) { openPath(path, O_RDWR | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY) }
    } catch .system(.noSuchFileOrDirectory, _, _) {
      let descriptor = try systemCall("create", path.string) {
        openPath(path, O_RDWR | O_CREAT | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY, mode: 0o600)
      }
      try folder.sync()
      return descriptor
    }
  }

  /// What the file holds; dropped before this object is, which keeps the lock until then.
  ///
  /// - Throws: `system`.
  package func store() throws(StreamError) -> ByteStore {
    let file = FileDescriptor(rawValue: descriptor)
    return ByteStore(try FileWindow(try ReadableFile.duplicate(of: file, subject: path.string)))
  }

  /// - Throws: `system` with ENOSPC, EDQUOT, EFBIG and the like; some of the bytes may be there then.
  package func write(_ bytes: RawSpan) throws(StreamError) {
    let (descriptor, start) = (descriptor, end)
    while end - start < bytes.byteCount {
      let done = end - start
      // Holds: the pointer is used only during the call, for the bytes after `done` that the span still has.
      end += try systemCall("write", path.string) {
        unsafe bytes.withUnsafeBytes { all in
          unsafe pwrite(descriptor, all.baseAddress.map { unsafe $0 + done }, all.count - done, off_t(start + done))
        }
      }
    }
    let now = ContinuousClock.now
    if touched.duration(to: now) > Self.touchInterval {
      dotLock?.touch()
      touched = now
    }
  }

  /// Changes one byte that is there.
  ///
  /// - Throws: `system`.
  package func overwrite(_ byte: UInt8, at offset: Int) throws(StreamError) {
    precondition(offset >= 0 && offset < end)
    var byte = byte
    let descriptor = descriptor
    // Holds: the byte lives on this stack for the length of the call.
    _ = try systemCall("write", path.string) { unsafe pwrite(descriptor, &byte, 1, off_t(offset)) }
  }

  /// Cuts the file off.
  ///
  /// - Throws: `system`.
  package func truncate(to count: Int) throws(StreamError) {
    let descriptor = descriptor
    _ = try systemCall("write", path.string) { ftruncate(descriptor, off_t(count)) }
    end = count
  }

  /// Brings what was written to the disk.
  ///
  /// - Throws: `system`.
  package func finish() throws(StreamError) {
    let descriptor = descriptor
    _ = try systemCall("write", path.string) { fsync(descriptor) }
  }
}
