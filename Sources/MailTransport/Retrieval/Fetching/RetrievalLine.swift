#if canImport(Darwin)
  import Darwin
#else
  import Glibc
#endif

/// Work on mailboxes of servers, on a thread that may wait, until the task is cancelled.
package struct RetrievalLine: Sendable {
  private let stop: StopFlag

  /// Runs `work` on a thread of its own; when the task is cancelled, whatever waits in it throws `cancelled`.
  package static func run<Value: Sendable>(
    _ work: @escaping @Sendable (RetrievalLine) throws -> Value
  ) async throws -> Value {
    try await StopFlag.run { stop in Result { try work(RetrievalLine(stop: stop)) } }.get()
  }

  /// Connects, secures, logs in and opens the mailbox; the work takes leave of it by itself.
  ///
  /// - Throws: `TransportError`, one case for each way in which this fails.
  package func open(_ client: MailboxClient) throws(TransportError) -> any RemoteMailbox { try client.open(stop) }

  /// Waits, at most until the task is cancelled.
  ///
  /// - Throws: `cancelled`.
  package func pause(_ time: Duration) throws(TransportError) {
    let clock = PhaseClock(time)
    while !stop.isSet, let rest = clock.rest {
      usleep(UInt32((min(rest, .milliseconds(100)) / .microseconds(1)).rounded(.up)))
    }
    if stop.isSet { throw .cancelled }
  }
}
