/// A way to hand mail over: a program, a folder, or a server.
///
/// All copies of one message are handed over together, because whether the first one may go depends on the others.
package protocol Submitter: Sendable {
  /// Hands over every copy, at most once each.
  ///
  /// Cancelling the task ends the work at the next step that can still be taken back, or soon after it.
  ///
  /// - Throws: `TransportError` when nothing was handed over and nobody was asked; otherwise the report tells each fate.
  func submit(
    _ copies: [Submission], rule: PartialRule, progress: @escaping @Sendable (SubmissionProgress) -> Void
  ) async throws(TransportError) -> SubmissionReport

  /// The same way for many messages, one after the other: it keeps open what can serve the next one, until it is closed.
  func keptOpen() -> any Submitter

  /// Ends what was kept open; a way that keeps nothing open need not be closed.
  func close() async
}

extension Submitter {
  package func keptOpen() -> any Submitter { self }

  package func close() async {}

  /// Hands over every copy, all or none as far as the way allows, and reports no progress.
  package func submit(_ copies: [Submission]) async throws(TransportError) -> SubmissionReport {
    try await submit(copies, rule: .allOrNone, progress: { _ in })
  }
}

/// What a refused recipient means for the others.
package enum PartialRule: Sendable {
  /// Nothing is handed over when somebody is refused before the first copy has gone.
  case allOrNone
  /// Whoever is accepted gets their copy.
  case whoeverIsAccepted
}

/// How far the handing over is, in octets of message over all copies.
package struct SubmissionProgress: Sendable, Equatable {
  /// How many octets have been sent.
  package let sent: Int
  /// How many there are.
  package let total: Int

  package init(sent: Int, total: Int) {
    self.sent = sent
    self.total = total
  }
}
