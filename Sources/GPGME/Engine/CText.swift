/// Text from a C string that may be NULL; bytes that are not UTF-8 become U+FFFD, visibly.
///
/// The only way C text enters Swift here.
func text(_ pointer: UnsafePointer<CChar>?) -> String? {
  // The pointer comes from gpgme, which ends every string with a NUL and keeps it alive for the length of this call.
  guard let pointer = unsafe pointer else { return nil }
  return unsafe String(cString: pointer)
}

/// Text from a C string that may be NULL; see ``text(_:)``.
func text(_ pointer: UnsafeMutablePointer<CChar>?) -> String? {
  unsafe text(UnsafePointer(pointer))
}

/// A C time stamp as seconds since 1970; nil for gpgme's "unknown" (0 and -1).
func time(_ stamp: some BinaryInteger) -> Int64? {
  stamp > 0 ? Int64(clamping: stamp) : nil
}
