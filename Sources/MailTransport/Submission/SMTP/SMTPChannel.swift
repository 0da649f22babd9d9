import Synchronization

/// Hands many messages to a submission server, one after the other, over one connection for as long as that holds.
///
/// Each message is all or nothing for itself. Where a kept connection turns out to be gone, or the server wants no more of it, before
/// anything of a message was handed over, a new one is made, once for each message.
package final class SMTPChannel: Submitter {
  private let submitter: SMTPSubmitter
  private let kept = Mutex<SMTPSubmitter.Line?>(nil)

  init(_ submitter: SMTPSubmitter) {
    self.submitter = submitter
  }

  package func submit(
    _ copies: [Submission], rule: PartialRule, progress: @escaping @Sendable (SubmissionProgress) -> Void
  ) async throws(TransportError) -> SubmissionReport {
    let result = await StopFlag.run { stop in
      self.kept.withLock { line in
        Result { () throws(TransportError) in
          try self.submitter.submit(copies, rule, progress, stop, over: &line)
        }
      }
    }
    return try result.get()
  }

  package func close() async {
    await StopFlag.run { _ in
      self.kept.withLock { line in
        // Only manners: whether the server still hears it changes nothing.
        line?.connection.give(Array("QUIT\r\n".utf8))
        _ = line?.connection.flush()
        line = nil
      }
    }
  }
}

extension SMTPSubmitter {
  /// A connection that has done its work and can do more.
  struct Line {
    let connection: CurlConnection
    /// What the server said that it can, after TLS and login.
    let capabilities: SMTPCapabilities
  }

  package func keptOpen() -> any Submitter { SMTPChannel(self) }

  /// Hands over the copies of one message, on a connection from before where there is one, and keeps what can be used again.
  fileprivate func submit(
    _ copies: [Submission], _ rule: PartialRule, _ progress: @escaping (SubmissionProgress) -> Void, _ stop: StopFlag,
    over kept: inout Line?
  ) throws(TransportError) -> SubmissionReport {
    let surveys = try ContentSurvey.of(copies)
    guard !copies.isEmpty else { return SubmissionReport(channel: server.name, copies: []) }
    BrokenPipe.becomesAnError()
    let line = kept
    kept = nil
    if let line {
      var session = session(copies, surveys, rule)
      session.continue(with: line.capabilities)
      converse(&session, copies, surveys, progress, stop, over: line.connection)
      if session.isAtRest { kept = Line(connection: line.connection, capabilities: session.capabilities) }
      if !session.isWorthAnotherConnection { return try report(session, copies, line.connection) }
    }
    let connection = try connect(stop)
    var session = session(copies, surveys, rule)
    session.ending = .rest
    converse(&session, copies, surveys, progress, stop, over: connection)
    if session.isAtRest { kept = Line(connection: connection, capabilities: session.capabilities) }
    return try report(session, copies, connection)
  }
}
