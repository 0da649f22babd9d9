#if canImport(Darwin)
  import Darwin
#else
  import Glibc
#endif

/// A secret such as a passphrase: in pages of its own, kept out of swap and core dumps as far as the system lets us, never
/// copied, never printed, and wiped when its last user is gone.
@safe package final class SecretBytes {
  /// How many bytes the secret has.
  package private(set) var count = 0
  private let pages: UnsafeMutableRawPointer
  private let size: Int

  /// Room for `capacity` bytes, into which `fill` writes the secret; it returns how many bytes of the room it used.
  package init<Failure: Error>(
    capacity: Int, _ fill: (inout MutableRawSpan) throws(Failure) -> Int
  ) throws(Failure) {
    let page = Int(sysconf(CInt(_SC_PAGESIZE)))
    size = max(1, (capacity + page - 1) / page) * page
    // Holds: whole pages, zeroed before use; freed only in deinit; no pointer to them leaves this class.
    unsafe pages = UnsafeMutableRawPointer.allocate(byteCount: size, alignment: page)
    unsafe pages.initializeMemory(as: UInt8.self, repeating: 0, count: size)
    // Best effort: a small limit on locked memory must not keep anybody from reading mail.
    _ = unsafe mlock(pages, size)
    #if os(Linux)
      _ = unsafe madvise(pages, size, MADV_DONTDUMP)
    #endif
    var room = unsafe MutableRawSpan(_unsafeBytes: UnsafeMutableRawBufferPointer(start: pages, count: capacity))
    count = try fill(&room)
    precondition(count >= 0 && count <= capacity)
  }

  deinit {
    wipe()
    _ = unsafe munlock(pages, size)
    unsafe pages.deallocate()
  }

  /// Overwrites the secret in a way that the compiler cannot leave out.
  func wipe() {
    #if canImport(Darwin)
      _ = unsafe memset_s(pages, size, 0, size)
    #else
      unsafe explicit_bzero(pages, size)
    #endif
  }

  /// Gives `body` the secret, for the length of the call.
  package func withBytes<Result, Failure: Error>(
    _ body: (RawSpan) throws(Failure) -> Result
  ) throws(Failure) -> Result {
    // Holds: the pages live as long as self, and a span cannot leave the closure.
    try body(unsafe RawSpan(_unsafeBytes: UnsafeRawBufferPointer(start: pages, count: count)))
  }

  /// The first line of a stream without its line end, read byte by byte so that nothing after it is taken.
  ///
  /// - Throws: `limitExceeded` for a line of more than `limit` bytes, which `what` names.
  package static func firstLine(
    of source: any ByteSource, limit: Int, what: String
  ) throws(StreamError) -> SecretBytes {
    try SecretBytes(capacity: limit + 2) { room throws(StreamError) in
      var count = 0
      while count < room.byteCount {
        var next = room._mutatingExtracting(count..<count + 1)
        guard try source.read(into: &next) == 1, room.byte(at: count) != UInt8(ascii: "\n") else { break }
        count += 1
      }
      if count > 0, room.byte(at: count - 1) == UInt8(ascii: "\r") { count -= 1 }
      guard count <= limit else { throw .limitExceeded(limit: limit, what: what) }
      return count
    }
  }
}

// Holds: nothing changes after the initialiser, so any thread may read.
extension SecretBytes: @unchecked Sendable {}

extension SecretBytes: CustomStringConvertible, CustomReflectable {
  /// Never the secret.
  package var description: String { "(secret)" }

  /// Never the secret.
  package var customMirror: Mirror { Mirror(self, children: []) }
}
