package import ByteStreams

/// Why something in the outbox could not be done.
package enum OutboxError: Error, Equatable, Sendable {
  /// Its files cannot be written or read.
  case stream(StreamError)
  /// Another run sends or drops entries of it.
  case inUse
  /// This entry is being sent by another run, or was removed meanwhile.
  case taken(OutboxID)
  /// The file of an entry is not what was written; why.
  case damaged(name: String, String)
}

extension OutboxError {
  /// Does what reads or writes files, its error as one of ours.
  static func streaming<Value>(_ act: () throws(StreamError) -> Value) throws(OutboxError) -> Value {
    do throws(StreamError) { return try act() } catch { throw .stream(error) }
  }
}
