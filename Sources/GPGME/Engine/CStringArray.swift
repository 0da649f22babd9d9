#if canImport(Darwin)
  import Darwin
#else
  import Glibc
#endif

/// Gives `body` the texts as a C array of C strings that ends with NULL, valid for the length of the call.
func withCStrings<Result>(
  _ texts: [String], _ body: (UnsafeMutablePointer<UnsafePointer<CChar>?>) -> Result
) -> Result {
  // Each copy is freed after the call; the array has one element more than there are copies, which stays NULL.
  let copies = UnsafeMutableBufferPointer<UnsafePointer<CChar>?>.allocate(capacity: texts.count + 1)
  unsafe copies.initialize(repeating: nil)
  for (index, text) in texts.enumerated() { unsafe copies[index] = UnsafePointer(strdup(text)) }
  defer {
    for index in texts.indices { unsafe free(UnsafeMutablePointer(mutating: copies[index])) }
    unsafe copies.deallocate()
  }
  guard let base = copies.baseAddress else { preconditionFailure("a buffer of at least one element has an address") }
  return unsafe body(base)
}
