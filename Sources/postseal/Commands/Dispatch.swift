import ByteStreams
import MIME
import MailTransport
import SealedMail

/// Protected mail that is handed over, and what is kept of it: every copy is in the outbox before the first is handed over, and leaves
/// it when its fate is known and good.
struct Dispatch {
  let session: Session
  let submitter: any Submitter
  /// Nil for mail of which nothing is kept.
  let outbox: Outbox?
  let order: Outbox.Order
  /// The sender's own copy; nil for none.
  let kept: KeptCopy?

  /// A copy that its sender keeps, sealed and ready, and where it goes.
  struct KeptCopy {
    let keeper: any SentKeeper
    /// The place as it was named.
    let url: String
    let message: SubmittableMessage
  }

  /// What came of it.
  struct Outcome {
    /// Every recipient's fate; or the error before anybody was asked.
    let result: Result<SubmissionReport, TransportError>
    /// What stays in the outbox.
    var entries: [OutboxEntry] = []
    /// Where the sender's copy is; nil when it is not.
    var keptIn: String?
    /// What went wrong without changing anybody's fate.
    var troubles: [String] = []
  }

  /// Hands the copies over.
  ///
  /// What an earlier attempt left of the same message for the same people is replaced, as long as nobody has it or may have it: by what
  /// is written ahead, or where clear text is not, once it has gone.
  /// - Throws: `OutboxError` when they could not be written ahead, `Failure` 75 for a message that may have been delivered by an earlier
  ///   attempt, or that waits for others too; then nothing was handed over, and nothing more is kept.
  func run(_ submissions: [Submission]) async throws -> Outcome {
    // Only the sender's own copy of clear text is sealed, and so may lie in the outbox.
    let protected = submissions.filter { $0.message.protection != .clear }
    let isWrittenAhead = protected.count == submissions.count
    let recipients = Set(submissions.flatMap(\.envelope.recipients))
    let earlier = try outbox.map { try earlierEntries(for: recipients, in: $0) } ?? []
    let ahead = try outbox?.writeAhead(protected, order, keeping: kept.map { ($0.message, $0.url) })
    if let outbox, isWrittenAhead, !earlier.isEmpty {
      do throws(OutboxError) { try replace(earlier, in: outbox) } catch {
        for copy in (ahead?.copies ?? []) + [ahead?.kept].compactMap(\.self) { try? copy.withdraw() }
        throw error
      }
    }
    let result = await session.handOver(rule: .allOrNone, through: submitter) { submissions }
    var outcome = Outcome(result: result)
    settle(ahead?.copies ?? [], &outcome)
    await keep(ahead?.kept, &outcome)
    if let outbox, !isWrittenAhead, !earlier.isEmpty, case .success(let report) = result, report.isOut {
      do throws(OutboxError) { try replace(earlier, in: outbox) } catch { outcome.troubles += Failure(error).sentences }
    }
    return outcome
  }

  /// What an earlier attempt left of the same message; a message that brings no Message-ID is no other's.
  ///
  /// A message that is sent on to other people leaves alone what waits for the first ones.
  /// - Throws: `OutboxError`, `Failure` 75.
  private func earlierEntries(for recipients: Set<AddrSpec>, in outbox: Outbox) throws -> [OutboxEntry] {
    guard let messageID = order.messageID else { return [] }
    let entries = try outbox.list().entries.filter { $0.record.messageID == messageID }
    let known = Dictionary(grouping: entries.filter { $0.record.purpose == .delivery }, by: \.id.group).values
    let copies = known.filter { copies in
      copies.contains { $0.record.recipients.contains { recipients.contains($0.address) } }
    }.joined()
    if let doubtful = copies.first(where: { $0.isOut || $0.state == .sending }) {
      throw Failure(
        .tryAgain,
        doubtful.state == .sending
          ? "not sent: this message is being sent already, as \(doubtful.id)"
          : "not sent: this message is in the outbox already, as \(doubtful.id), and somebody may have it",
        hint: "see `postseal outbox list`; `postseal outbox send --resend \(doubtful.id)` sends that one, "
          + "`postseal outbox drop \(doubtful.id.group)` forgets it")
    }
    // Who was refused for good has nothing to lose.
    let waiting = copies.first {
      $0.record.recipients.contains { $0.fate != .refused && !recipients.contains($0.address) }
    }
    if let waiting {
      throw Failure(
        .tryAgain, "not sent: this message is in the outbox already, as \(waiting.id), and waits for others too",
        hint:
          "`postseal outbox send \(waiting.id.group)` sends what waits, `postseal outbox drop \(waiting.id.group)` gives it up"
      )
    }
    let groups = Set(copies.map(\.id.group))
    return entries.filter { groups.contains($0.id.group) }
  }

  private func replace(_ earlier: [OutboxEntry], in outbox: Outbox) throws(OutboxError) {
    let locked = try session.locked(outbox)
    for entry in earlier { try locked.drop(entry) }
    let names = earlier.map(\.id.description).joined(separator: ", ")
    session.console.note("this replaces \(names) in the outbox")
  }

  /// Says of each copy what became of it; what was interrupted before anybody was asked is taken back.
  private func settle(_ copies: [OutboxCopy], _ outcome: inout Outcome) {
    for (index, copy) in copies.enumerated() {
      do throws(OutboxError) {
        switch outcome.result {
        case .success(let report):
          let fates = report.copies[index].recipients.map(\.fate)
          if let entry = try copy.settle(fates, interruption: report.interruption) { outcome.entries.append(entry) }
        case .failure(.cancelled): try copy.withdraw()
        case .failure(let error):
          if let entry = try copy.settle(error) { outcome.entries.append(entry) }
        }
      } catch {
        outcome.troubles += Failure(error).sentences.map { "\(copy.record.id) is kept as unknown: \($0)" }
      }
    }
  }

  /// Puts the sender's copy where it belongs once somebody has the message, or may have it; else it waits with the others.
  private func keep(_ ahead: OutboxCopy?, _ outcome: inout Outcome) async {
    guard let kept else { return }
    do throws(OutboxError) {
      guard case .success(let report) = outcome.result, report.isOut else {
        // Where nothing is to be sent later, there will be nothing to remember.
        if outcome.entries.isEmpty {
          try ahead?.withdraw()
        } else if let entry = try ahead?.wait(because: "kept until somebody has the message") {
          outcome.entries.append(entry)
        }
        return
      }
      do throws(TransportError) {
        let name = "postseal-\(ahead?.record.id.description ?? OutboxID.newGroup())"
        try await kept.keeper.keep(kept.message, called: name, at: order.time)
        outcome.keptIn = kept.keeper.name
        try? ahead?.withdraw()
      } catch {
        let waits = try ahead?.wait(because: error.description)
        outcome.troubles.append(
          "sent, but no copy could be kept for you: \(error)"
            + (waits.map { "; it waits in the outbox as \($0.id), for `postseal outbox send`" } ?? ""))
      }
    } catch {
      outcome.troubles += Failure(error).sentences.map { "no copy could be kept for you: \($0)" }
    }
  }
}

extension SubmissionReport {
  /// Those of whom it is not known that they have it.
  var pending: [AddrSpec] { copies.flatMap(\.recipients).filter { !$0.fate.isAccepted }.map(\.address) }

  /// Whether somebody has the message, or may have it.
  var isOut: Bool { copies.contains { $0.recipients.contains { $0.fate.isAccepted || $0.fate.isUnknown } } }
}
