package import SystemPackage

#if canImport(Darwin)
  import Darwin
#else
  import Glibc
#endif

/// A file open for reading, closed when its last user is gone.
package final class ReadableFile: Sendable {
  /// What errors call it: its path, or a role such as "standard input".
  package let subject: String
  let descriptor: CInt
  let kind: FileKind

  /// Takes over `descriptor`.
  init(owning descriptor: CInt, subject: String) throws(StreamError) {
    self.subject = subject
    self.descriptor = descriptor
    do {
      kind = FileKind(mode: try status(of: descriptor, subject).st_mode)
    } catch {
      close(descriptor)
      throw error
    }
  }

  deinit {
    // Nothing was written, so an error of close cannot lose anything.
    close(descriptor)
  }

  /// Opens a path; of a FIFO this waits for the writer.
  ///
  /// - Throws: `system`; a directory is EISDIR.
  package static func open(_ path: FilePath) throws(StreamError) -> ReadableFile {
    let subject = path.string
    let descriptor = try systemCall("open", subject) { openPath(path, O_RDONLY | O_NOCTTY) }
    let file = try ReadableFile(owning: descriptor, subject: subject)
    guard file.kind != .directory else { throw .system(.isDirectory, act: "read", subject: subject) }
    return file
  }

  /// A second descriptor for what `descriptor`, such as standard input, has open.
  ///
  /// - Throws: `system`; a directory is EISDIR, a closed descriptor EBADF.
  package static func duplicate(of descriptor: FileDescriptor, subject: String) throws(StreamError) -> ReadableFile {
    let number = descriptor.rawValue
    let copy = try systemCall("open", subject) { fcntl(number, F_DUPFD_CLOEXEC, 3) }
    let file = try ReadableFile(owning: copy, subject: subject)
    guard file.kind != .directory else { throw .system(.isDirectory, act: "read", subject: subject) }
    return file
  }

  /// Where a stream of it would begin.
  func position() throws(StreamError) -> Int {
    Int(try systemCall("read", subject) { lseek(descriptor, 0, SEEK_CUR) })
  }

  /// A stream of the file from its current position.
  package func source() -> any ByteSource {
    FileSource(self)
  }
}

/// A stream of an open file that keeps it open.
private final class FileSource: ByteSource {
  private let file: ReadableFile

  init(_ file: ReadableFile) {
    self.file = file
  }

  func read(into buffer: inout MutableRawSpan) throws(StreamError) -> Int {
    try readSome(file.descriptor, into: &buffer, file.subject)
  }
}
