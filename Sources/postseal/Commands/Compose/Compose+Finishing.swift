import GPGME
import MIME
import MailTransport
import SealedMail

extension Compose {
  /// What becomes of a message that was written.
  enum Act: Sendable {
    case send
    /// The same after the person has seen for whom.
    case sendAsShown
    /// It is told what sending, or writing, would do.
    case show
    /// It becomes a draft.
    case keep
    /// It is written to the output.
    case write
  }

  /// What doing it came to.
  struct Ending: Sendable {
    let status: ExitStatus
    /// Whether somebody or something has the message now: its recipients, the outbox, a file.
    var isCared = true
  }

  /// Does what is to be done with the message.
  ///
  /// - Throws: `Failure`, `SealError`, `TransportError` and whatever else keeps it from being done: then nothing was.
  func finish(
    _ composition: Composition, _ act: Act, _ draft: Draft?, _ session: Session, with gpg: inout Context
  ) async throws -> Ending {
    switch act {
    case .keep:
      let kept = try session.keep(composition, signer: signer.signer, inPlaceOf: draft, with: &gpg)
      try session.report(kept)
      return Ending(status: .done)
    case .show:
      let prepared = try prepare(composition, session, with: &gpg)
      try session.report(prepared, opening: ending.send ? "would be sent" : "would be written")
      return Ending(status: .done)
    case .write:
      try write(try prepare(composition, session, with: &gpg), composition, session, with: &gpg)
      return Ending(status: .done)
    case .send, .sendAsShown:
      let extent = act == .send ? SubmissionReport.Extent.planAndFate : .fate
      let (status, isCared) = try await send(composition, telling: extent, session, with: &gpg)
      // What waits in the outbox is sent from there, and must not be sent a second time from here.
      if isCared { draft?.remove() }
      return Ending(status: status, isCared: isCared)
    }
  }

  /// Decides for whom and by whom the message will be sealed.
  ///
  /// - Throws: `Failure`; 33 for what came sealed and would be readable by everybody.
  func prepare(_ composition: Composition, _ session: Session, with gpg: inout Context) throws -> Prepared {
    do {
      let prepared = try session.prepare(
        composition.message(), signer: signer, protection: ending.protection, with: &gpg)
      guard composition.origin == .clear || prepared.plan.protection.isEncrypted else {
        throw Failure.wouldRepeatInClear.opened(by: refusal)
      }
      return prepared
    } catch let error as SealError {
      throw Failure(error).opened(by: refusal)
    }
  }

  private var refusal: String { ending.send ? "not sent" : "not sealed" }

  /// Refuses, before anybody writes anything, what would go in clear in the end.
  ///
  /// Source: RFC 9787 §5.4
  func refuseClear(_ composition: Composition) throws(Failure) {
    if composition.origin == .sealed, ending.clear || ending.signOnly {
      throw Failure.wouldRepeatInClear.opened(by: refusal)
    }
  }

  private func send(
    _ composition: Composition, telling extent: SubmissionReport.Extent, _ session: Session, with gpg: inout Context
  ) async throws -> (status: ExitStatus, isCared: Bool) {
    let way = try session.sendingWay(via: via, connection, keeping)
    let prepared = try prepare(composition, session, with: &gpg)
    session.warnOfExpiry(of: prepared.plan.signer)
    let outcome = try await session.send(prepared, way, clear: clearPermission, with: &gpg)
    let status = session.report(outcome, of: prepared, telling: extent)
    return (status, status == .done || !outcome.entries.isEmpty)
  }

  private func write(
    _ prepared: Prepared, _ composition: Composition, _ session: Session, with gpg: inout Context
  ) throws {
    guard composition.bcc.isEmpty || prepared.plan.protection.isEncrypted else {
      throw Failure(
        .usage, "the file would not name its hidden recipients, as no message does", hint: "send it with `--send`")
    }
    let sink = try SealedOutput(prepared.plan, output: ending.output)
    try sink.write(try session.seal(prepared, into: sink, clear: clearPermission, with: &gpg))
    session.explain(prepared, opening: prepared.plan.protection.isEncrypted ? "sealed" : "written")
  }

  private var clearPermission: ClearPermission? { ending.clear ? .userAskedForClearText() : nil }
}

extension Failure {
  fileprivate static let wouldRepeatInClear = Failure(
    .wouldGoInClear, "it repeats a message that came sealed, and would be readable by everybody",
    hint: "let it be sealed, or answer without the text, with `--no-quote`")
}
