#if canImport(Darwin)
  import Darwin
#else
  import Glibc
#endif

/// Gives `body` secret bytes as a C string, in a copy that is wiped afterwards.
package func withCopy<Result>(of bytes: RawSpan, _ body: (UnsafePointer<CChar>) -> Result) -> Result {
  unsafe withUnsafeTemporaryAllocation(of: CChar.self, capacity: bytes.byteCount + 1) { buffer in
    guard let base = buffer.baseAddress else { preconditionFailure("a buffer of at least one element has an address") }
    // Every element is initialised: the bytes, then the NUL; all are overwritten before the buffer goes.
    for index in 0..<bytes.byteCount {
      unsafe buffer[index] = CChar(bitPattern: bytes.unsafeLoad(fromByteOffset: index, as: UInt8.self))
    }
    unsafe buffer[bytes.byteCount] = 0
    let result = unsafe body(base)
    #if canImport(Darwin)
      _ = unsafe memset_s(base, buffer.count, 0, buffer.count)
    #else
      unsafe explicit_bzero(base, buffer.count)
    #endif
    return result
  }
}
