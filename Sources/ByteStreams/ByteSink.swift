/// The push end of a stream of bytes: synchronous and blocking, because gpgme's data callbacks are.
package protocol ByteSink: AnyObject {
  /// Takes all of `bytes`, or throws.
  func write(_ bytes: RawSpan) throws(StreamError)

  /// Says that no byte follows; what was held back is passed on. Called once; nothing is written after it.
  func finish() throws(StreamError)
}
