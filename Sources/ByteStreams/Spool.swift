package import SystemPackage

#if canImport(Darwin)
  import Darwin
#else
  import Glibc
#endif

/// Takes bytes of any number: the first ones stay in memory, and when they become too many all go to an unlinked file.
///
/// The file has mode 0600 and no name, so nobody else can open it and nothing is left of it when the process ends, however
/// it ends.
package final class Spool: StoringSink {
  /// How many bytes were written.
  package private(set) var count = 0
  private var head = SegmentedBytes()
  private var file: ReadableFile?
  private let memoryLimit: Int
  private let directory: FilePath?

  /// - Parameters:
  ///   - memoryLimit: up to this many bytes stay in memory; `.max` for what must never touch a disk.
  ///   - directory: where the file lies; nil for the first of `$XDG_RUNTIME_DIR`, `$TMPDIR` and `/tmp` that is set.
  package init(memoryLimit: Int, directory: FilePath? = nil) {
    self.memoryLimit = memoryLimit
    self.directory = directory
  }

  package func write(_ bytes: RawSpan) throws(StreamError) {
    if file == nil, bytes.byteCount <= memoryLimit - count {
      head.append(bytes)
    } else {
      let file = try spilled()
      try writeAll(bytes, to: file.descriptor, file.subject)
    }
    count += bytes.byteCount
  }

  package func finish() throws(StreamError) {}

  /// What was written so far, to be read as often as needed; nothing may be written afterwards.
  package func store() throws(StreamError) -> ByteStore {
    guard let file else { return ByteStore(head) }
    return ByteStore(try FileWindow(file))
  }

  /// The file, into which the head is moved at first.
  private func spilled() throws(StreamError) -> ReadableFile {
    if let file { return file }
    let file = try Spool.unlinkedFile(in: directory ?? Spool.defaultDirectory)
    for segment in head.segments { try writeAll(segment.rawSpan, to: file.descriptor, file.subject) }
    head = SegmentedBytes()
    self.file = file
    return file
  }

  /// A new file without a name, mode 0600, that vanishes with its descriptor.
  static func unlinkedFile(in path: FilePath) throws(StreamError) -> ReadableFile {
    let subject = "temporary file in \(path.string)"
    let folder = try Folder(path)
    if let unnamed = folder.createUnnamed(mode: 0o600) { return try ReadableFile(owning: unnamed, subject: subject) }
    let name = Folder.randomName()
    let descriptor = try folder.create(name, mode: 0o600)
    folder.remove(name)
    return try ReadableFile(owning: descriptor, subject: subject)
  }

  /// The first of `$XDG_RUNTIME_DIR`, `$TMPDIR` and `/tmp` that is set to an absolute path.
  package static var defaultDirectory: FilePath {
    for name in ["XDG_RUNTIME_DIR", "TMPDIR"] {
      // Holds: the value is copied before anybody could change the environment; we are not about to.
      if let value = unsafe getenv(name) {
        let path = unsafe FilePath(platformString: value)
        if path.isAbsolute { return path }
      }
    }
    return "/tmp"
  }
}
