/// Keeps what is written, up to a limit.
package final class MemorySink: ByteSink {
  /// What was written so far.
  package private(set) var bytes: [UInt8] = []
  private let limit: Int
  private let what: String

  /// - Parameters:
  ///   - limit: the most bytes that are accepted.
  ///   - what: names the limit in `StreamError.limitExceeded`.
  package init(limit: Int, what: String) {
    self.limit = limit
    self.what = what
  }

  /// - Throws: `limitExceeded`; the bytes that do not fit are not kept, not even in part.
  package func write(_ bytes: RawSpan) throws(StreamError) {
    guard bytes.byteCount <= limit - self.bytes.count else { throw .limitExceeded(limit: limit, what: what) }
    self.bytes.append(bytes)
  }

  package func finish() throws(StreamError) {}
}

/// Drops what is written.
package final class NullSink: ByteSink {
  package init() {}

  package func write(_ bytes: RawSpan) throws(StreamError) {}

  package func finish() throws(StreamError) {}
}

/// Passes on what is written, up to a limit.
package final class LimitedSink: ByteSink {
  private var room: Int
  private let limit: Int
  private let what: String
  private let target: any ByteSink

  /// - Parameters:
  ///   - limit: the most bytes that are passed on.
  ///   - what: names the limit in `StreamError.limitExceeded`.
  ///   - target: where they go.
  package init(limit: Int, what: String, into target: any ByteSink) {
    self.room = limit
    self.limit = limit
    self.what = what
    self.target = target
  }

  /// - Throws: `limitExceeded`, before any byte of this call is passed on.
  package func write(_ bytes: RawSpan) throws(StreamError) {
    guard bytes.byteCount <= room else { throw .limitExceeded(limit: limit, what: what) }
    room -= bytes.byteCount
    try target.write(bytes)
  }

  package func finish() throws(StreamError) {
    try target.finish()
  }
}
