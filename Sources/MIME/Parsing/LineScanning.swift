#if canImport(Darwin)
  import Darwin
#else
  import Glibc
#endif

/// The index of the next line feed in `chunk`, or nil; the whole cost of a body is here.
func nextLineFeed(in chunk: UnsafeRawBufferPointer, from start: Int) -> Int? {
  guard let base = chunk.baseAddress, start < chunk.count else { return nil }
  // Holds: `start` is inside the chunk, and no more octets are looked at than are left of it.
  guard let hit = unsafe memchr(base + start, CInt(ASCII.lineFeed), chunk.count - start) else { return nil }
  return unsafe UnsafeRawPointer(hit) - base
}

/// True when the first `count` octets are the same; both buffers must have that many.
func equalBytes(_ left: UnsafeRawBufferPointer, _ right: UnsafeRawBufferPointer, count: Int) -> Bool {
  guard let left = left.baseAddress, let right = right.baseAddress else { return count == 0 }
  // Holds: the caller checked that both have `count` octets.
  return unsafe memcmp(left, right, count) == 0
}
