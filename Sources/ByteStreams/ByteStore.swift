package import SystemPackage

/// Immutable bytes that are read at any offset, as often as needed: an array, or a file read in windows with flat memory.
package struct ByteStore: Sendable {
  /// How many bytes there are.
  package let count: Int
  private let storage: Storage
  private let start: Int

  private enum Storage {
    case array([UInt8])
    case segments(SegmentedBytes)
    case file(FileWindow)
  }

  /// Keeps an array.
  package init(_ bytes: [UInt8]) {
    count = bytes.count
    storage = .array(bytes)
    start = 0
  }

  init(_ segments: SegmentedBytes) {
    count = segments.count
    storage = .segments(segments)
    start = 0
  }

  init(_ window: FileWindow) {
    count = window.count
    storage = .file(window)
    start = 0
  }

  private init(_ storage: Storage, start: Int, count: Int) {
    self.count = count
    self.storage = storage
    self.start = start
  }

  /// Opens a regular file, which stays open for as long as the store or a source of it lives.
  ///
  /// - Throws: `system`; with EINVAL when it is a pipe or a device, for which `load` is there.
  package static func file(_ path: FilePath) throws(StreamError) -> ByteStore {
    ByteStore(try FileWindow(try ReadableFile.open(path)))
  }

  /// The same of a file that other programs write, too, such as an mbox: those that lock it with `fcntl` wait for as long as the store or
  /// a source of it lives.
  ///
  /// - Parameter seconds: so long it waits for one that writes.
  /// - Throws: `system`; EAGAIN with the act "lock" when it still does then.
  package static func lockedFile(_ path: FilePath, within seconds: Double) throws(StreamError) -> ByteStore {
    let file = try ReadableFile.open(path)
    if file.kind == .regular { try FileLock.shared.take(file.descriptor, file.subject, within: seconds) }
    return ByteStore(try FileWindow(file))
  }

  /// The bytes of an open file: a regular one is read in windows, from its current position; anything else goes to a spool
  /// first, and so does a file that says it is empty, as those of `/proc` do whatever they hold.
  ///
  /// - Parameters:
  ///   - memoryLimit: up to this many bytes of a pipe stay in memory; more go to an unlinked file.
  ///   - directory: where that file lies; see `Spool`.
  package static func load(
    _ file: ReadableFile, memoryLimit: Int, directory: FilePath? = nil
  ) throws(StreamError) -> ByteStore {
    if file.kind == .regular {
      let whole = ByteStore(try FileWindow(file))
      let position = try file.position()
      if position < whole.count { return whole.slice(position..<whole.count) }
    }
    return try load(file.source(), memoryLimit: memoryLimit, directory: directory)
  }

  /// The bytes of a stream, taken to its end into a spool.
  package static func load(
    _ source: any ByteSource, memoryLimit: Int, directory: FilePath? = nil
  ) throws(StreamError) -> ByteStore {
    let spool = Spool(memoryLimit: memoryLimit, directory: directory)
    try source.copy(to: spool)
    try spool.finish()
    return try spool.store()
  }

  /// A copy of the bytes in `range`, which must lie within `0..<count`.
  ///
  /// - Throws: `system`, or `changed` when the file became shorter since it was opened.
  package func read(_ range: Range<Int>) throws(StreamError) -> [UInt8] {
    precondition(range.lowerBound >= 0 && range.upperBound <= count)
    if case .array(let bytes) = storage {
      return [UInt8](bytes[start + range.lowerBound..<start + range.upperBound])
    }
    var bytes = [UInt8](repeating: 0, count: range.count)
    try bytes.withMutableRawSpan { buffer throws(StreamError) in try read(at: range.lowerBound, into: &buffer) }
    return bytes
  }

  /// Fills all of `buffer` with the bytes from `offset` on, which must be there.
  ///
  /// - Throws: `system`, or `changed` when the file became shorter since it was opened.
  package func read(at offset: Int, into buffer: inout MutableRawSpan) throws(StreamError) {
    precondition(offset >= 0 && buffer.byteCount <= count - offset)
    switch storage {
    case .array(let bytes):
      buffer.copy(bytes.rawSpan.extracting(start + offset..<start + offset + buffer.byteCount))
    case .segments(let bytes):
      bytes.read(at: start + offset, into: &buffer)
    case .file(let window):
      try window.fill(&buffer, from: start + offset)
    }
  }

  /// A store of the bytes in `range` alone; nothing is copied.
  package func slice(_ range: Range<Int>) -> ByteStore {
    precondition(range.lowerBound >= 0 && range.upperBound <= count)
    return ByteStore(storage, start: start + range.lowerBound, count: range.count)
  }

  /// A stream of `range`, or of everything; independent of every other one.
  package func source(_ range: Range<Int>? = nil) -> any ByteSource {
    StoreSource(range.map(slice) ?? self)
  }

  /// When the file that holds the bytes was changed last, in seconds since 1970; nil for what lies in memory.
  package var modified: Int64? {
    if case .file(let window) = storage { Int64(window.modified.seconds) } else { nil }
  }

  /// Asks whether the bytes are still those that were opened; an array always is.
  ///
  /// - Throws: `changed` when the file was written to since.
  package func checkUnchanged() throws(StreamError) {
    if case .file(let window) = storage { try window.checkUnchanged() }
  }
}

/// A stream of a store.
private final class StoreSource: ByteSource {
  private let store: ByteStore
  private var position = 0

  init(_ store: ByteStore) {
    self.store = store
  }

  func read(into buffer: inout MutableRawSpan) throws(StreamError) -> Int {
    let count = min(buffer.byteCount, store.count - position)
    if count == 0 { return 0 }
    var part = buffer._mutatingExtracting(0..<count)
    try store.read(at: position, into: &part)
    position += count
    return count
  }
}
