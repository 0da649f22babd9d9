/// The pull end of a stream of bytes: synchronous and blocking, because gpgme's data callbacks are.
package protocol ByteSource: AnyObject {
  /// Fills `buffer` from its start and returns how many bytes were put there; 0 only at the end of the stream.
  ///
  /// - Throws: `StreamError`; after an error the source must not be read again.
  func read(into buffer: inout MutableRawSpan) throws(StreamError) -> Int
}
