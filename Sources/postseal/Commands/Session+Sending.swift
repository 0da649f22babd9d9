import GPGME
import MIME
import MailTransport
import SealedMail

/// The way that a message is to go, and what is to be kept of it: decided, and found to be possible, before anything is sealed.
struct SendingWay {
  /// As it was named; nil for the account's or the system's.
  let url: String?
  let target: SubmissionTarget
  let choice: ConnectionChoice
  let keeping: KeepingOptions
  /// Where the sender's copy goes; nil for nowhere.
  let place: (keeper: any SentKeeper, url: String)?
}

extension Session {
  /// The way that options and account name.
  ///
  /// - Throws: `TransportError`, `Failure` 64 and 78.
  func sendingWay(
    via url: String?, _ connection: ConnectionFlags, _ keeping: KeepingOptions
  ) throws -> SendingWay {
    let choice = try connection.choice
    return SendingWay(
      url: url, target: try target(via: url, plaintext: choice.plaintext), choice: choice, keeping: keeping,
      place: try sentKeeper(keeping, choice))
  }

  /// Seals a message and hands it over, every copy written ahead into the outbox.
  ///
  /// - Parameter submitter: what was kept open from the message before; nil makes one.
  /// - Throws: `Failure`, `TransportError`: nothing was handed over then, and nothing is kept.
  func send(
    _ prepared: Prepared, _ way: SendingWay, clear: ClearPermission?, notice: DeliveryNotice? = nil,
    through submitter: (any Submitter)? = nil, with gpg: inout Context
  ) async throws -> Dispatch.Outcome {
    do {
      let outbox = try outbox(way.keeping)
      let submitter = if let submitter { submitter } else { try await self.submitter(to: way.target, way.choice) }
      let copies = try seal(prepared, clear: clear, with: &gpg)
      let dispatch = try dispatch(of: prepared, way, into: outbox, with: &gpg)
      return try await dispatch.run(
        try submissions(copies, from: .address(prepared.plan.sender), notice: notice), through: submitter)
    } catch let error as SealError {
      throw Failure(error).opened(by: "not sent")
    } catch let error as OutboxError {
      throw Failure.notSent(error)
    }
  }

  /// The handing over of a message; the sender's own copy is sealed for it.
  ///
  /// - Throws: `SealError`.
  func dispatch(
    of prepared: Prepared, _ way: SendingWay, into outbox: Outbox?, with gpg: inout Context
  ) throws -> Dispatch {
    Dispatch(
      session: self, outbox: outbox,
      order: order(way: self.way(via: way.url), plan: prepared.plan, message: prepared.message),
      kept: try keptCopy(of: prepared, in: way.place, with: &gpg))
  }

  /// Hands copies over, with a bar on the terminal; an interruption ends it where nothing is lost by that.
  ///
  /// - Parameter submissions: asked for on the way, where their reading can be cancelled, too.
  func handOver(
    rule: PartialRule, through submitter: any Submitter,
    _ submissions: @escaping @Sendable () throws(TransportError) -> [Submission]
  ) async -> Result<SubmissionReport, TransportError> {
    let progress = Progress("sending", on: console)
    defer { progress.finish() }
    do throws(TransportError) {
      return .success(
        try await Interruption.cancelling { () async throws(TransportError) in
          try await submitter.submit(
            try submissions(), rule: rule, progress: { progress.advance(to: $0.sent, of: $0.total) })
        })
    } catch {
      return .failure(error)
    }
  }
}
