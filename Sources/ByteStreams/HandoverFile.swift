package import SystemPackage

#if canImport(Darwin)
  import Darwin
#else
  import Glibc
#endif

/// A file without a name that is written whole and then becomes a child's standard input.
///
/// Of a pipe the child would read an early end when its writer is killed, and take a part for all; of a file it reads all or has
/// not been started. Mode 0600; nothing is left of it when the last who has it open ends.
package final class HandoverFile: ByteSink, Sendable {
  private let file: ReadableFile

  /// - Parameter directory: where it lies; nil as for `Spool`.
  /// - Throws: `system`.
  package init(in directory: FilePath? = nil) throws(StreamError) {
    file = try Spool.unlinkedFile(in: directory ?? Spool.defaultDirectory)
  }

  /// - Throws: `system` with ENOSPC and the like.
  package func write(_ bytes: RawSpan) throws(StreamError) {
    try writeAll(bytes, to: file.descriptor, file.subject)
  }

  package func finish() throws(StreamError) {}

  /// The file from its start, open for as long as this object lives.
  ///
  /// - Throws: `system`.
  package func rewound() throws(StreamError) -> FileDescriptor {
    _ = try systemCall("read", file.subject) { lseek(file.descriptor, 0, SEEK_SET) }
    return FileDescriptor(rawValue: file.descriptor)
  }

  /// Whether whoever had it for their standard input stopped in the middle; who opened it anew by a path of its own is not seen.
  package var wasLeftInTheMiddle: Bool {
    let position = lseek(file.descriptor, 0, SEEK_CUR)
    guard position > 0, let status = try? status(of: file.descriptor, file.subject) else { return false }
    return position < status.st_size
  }
}
