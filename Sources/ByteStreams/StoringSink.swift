/// A sink that can be read back, once all bytes are in it.
package protocol StoringSink: ByteSink {
  /// How many bytes were written.
  var count: Int { get }

  /// What was written, to be read as often as needed; nothing may be written afterwards.
  func store() throws(StreamError) -> ByteStore
}
