import SystemPackage

#if canImport(Darwin)
  import Darwin
#else
  import Glibc
#endif

/// A regular file as it was when it was opened: its bytes are read at any offset, and a change is noticed.
final class FileWindow: Sendable {
  private let file: ReadableFile
  private let size: Int
  /// When it was changed last.
  let modified: Instant

  /// A time stamp of the file system.
  struct Instant: Equatable {
    let seconds: Int
    let nanoseconds: Int

    init(_ status: stat) {
      #if canImport(Darwin)
        (seconds, nanoseconds) = (status.st_mtimespec.tv_sec, status.st_mtimespec.tv_nsec)
      #else
        (seconds, nanoseconds) = (status.st_mtim.tv_sec, status.st_mtim.tv_nsec)
      #endif
    }
  }

  /// - Throws: `system` with EINVAL when it is not a regular file.
  init(_ file: ReadableFile) throws(StreamError) {
    let status = try status(of: file.descriptor, file.subject)
    guard FileKind(mode: status.st_mode) == .regular else {
      throw .system(.invalidArgument, act: "read", subject: file.subject)
    }
    self.file = file
    size = Int(status.st_size)
    modified = Instant(status)
  }

  /// How many bytes the file had when it was opened.
  var count: Int { size }

  /// Fills all of `buffer` from `offset` on.
  ///
  /// - Throws: `changed` when the file ends before.
  func fill(_ buffer: inout MutableRawSpan, from offset: Int) throws(StreamError) {
    var done = 0
    while done < buffer.byteCount {
      // Holds: the pointer is used only during the call, for the room after `done` that the span still has.
      let count = try systemCall("read", file.subject) {
        unsafe buffer.withUnsafeMutableBytes { bytes in
          unsafe pread(
            file.descriptor, bytes.baseAddress.map { unsafe $0 + done }, bytes.count - done, off_t(offset + done))
        }
      }
      guard count > 0 else { throw .changed(path: file.subject) }
      done += count
    }
  }

  /// - Throws: `changed` when the file's size or time of change is another than when it was opened.
  func checkUnchanged() throws(StreamError) {
    let now = try status(of: file.descriptor, file.subject)
    guard Int(now.st_size) == size, Instant(now) == modified else { throw .changed(path: file.subject) }
  }
}
