import ByteStreams
import MIME
import MailTransport
import SealedMail

/// Protected mail that is handed over, and what is kept of it: every copy is in the outbox before the first is handed over, and leaves
/// it when its fate is known and good.
struct Dispatch {
  let session: Session
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
  /// - Throws: `OutboxError` when they could not be written ahead, `Repetition` for a message that somebody has or may have by an earlier
  ///   attempt, or that waits for others too; then nothing was handed over, and nothing more is kept.
  func run(_ submissions: [Submission], through submitter: any Submitter) async throws -> Outcome {
    let ahead = try writeAhead(submissions)
    let result = await session.handOver(rule: .allOrNone, through: submitter) { submissions }
    var outcome = Outcome(result: result)
    settle(ahead.copies, &outcome)
    await keep(ahead.kept, &outcome)
    if let outbox, !ahead.earlier.isEmpty, case .success(let report) = result, report.isOut {
      do throws(OutboxError) { try replace(ahead.earlier, in: outbox) } catch {
        outcome.troubles += Failure(error).sentences
      }
    }
    return outcome
  }

  /// Lets protected copies wait that have no way to go now.
  ///
  /// - Returns: what is kept.
  /// - Throws: as `run`.
  func keepWaiting(_ submissions: [Submission], because reason: String) throws -> [OutboxEntry] {
    let ahead = try writeAhead(submissions)
    let copies = try ahead.copies.compactMap { try $0.wait(because: reason) }
    return copies + [try ahead.kept?.wait(because: Self.whyKept)].compactMap(\.self)
  }

  /// That a message is not sent because the outbox has it already; nothing has to be kept of it a second time.
  struct Repetition: Error {
    /// Status 75.
    let failure: Failure
  }

  private struct Ahead {
    var copies: [OutboxCopy] = []
    var kept: OutboxCopy?
    /// What an earlier attempt left, and clear text replaces once it has gone.
    var earlier: [OutboxEntry] = []
  }

  private func writeAhead(_ submissions: [Submission]) throws -> Ahead {
    guard let outbox else { return Ahead() }
    // Only the sender's own copy of clear text is sealed, and so may lie in the outbox.
    let protected = submissions.filter { $0.message.protection != .clear }
    let recipients = Set(submissions.flatMap(\.envelope.recipients))
    var earlier: [OutboxEntry] = []
    let (copies, own) = try outbox.writeAhead(protected, order, keeping: kept.map { ($0.message, $0.url) }) {
      earlier = try earlierEntries(for: recipients, in: $0)
    }
    guard protected.count == submissions.count, !earlier.isEmpty else {
      return Ahead(copies: copies, kept: own, earlier: earlier)
    }
    do throws(OutboxError) { try replace(earlier, in: outbox) } catch {
      for copy in copies + [own].compactMap(\.self) { try? copy.withdraw() }
      throw error
    }
    return Ahead(copies: copies, kept: own)
  }

  /// What an earlier attempt left of the same message; a message that brings no Message-ID is no other's.
  ///
  /// A message that is sent on to other people leaves alone what waits for the first ones.
  /// - Throws: `Repetition`.
  private func earlierEntries(
    for recipients: Set<AddrSpec>, in listing: OutboxListing
  ) throws(Repetition) -> [OutboxEntry] {
    guard let messageID = order.messageID else { return [] }
    let entries = listing.entries.filter { $0.record.messageID == messageID }
    let known = Dictionary(grouping: entries.filter { $0.record.purpose == .delivery }, by: \.id.group).values
    let copies = known.filter { copies in
      copies.contains { !recipients.isDisjoint(with: $0.record.recipients.map(\.address) + $0.record.elsewhere) }
    }.joined()
    if let doubtful = copies.first(where: { $0.isOut || $0.state == .sending }) {
      throw Repetition(failure: Failure(repeating: doubtful))
    }
    // Who was refused for good has nothing to lose.
    let waiting = copies.first {
      $0.record.recipients.contains { $0.fate != .refused && !recipients.contains($0.address) }
    }
    if let waiting {
      let group = waiting.id.group
      throw Repetition(
        failure: Failure(
          .tryAgain, "not sent: this message is in the outbox already, as \(waiting.id), and waits for others too",
          hint: "`postseal outbox send \(group)` sends what waits, `postseal outbox drop \(group)` gives it up"))
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
          let entry = try copy.settle(
            report.copies[index].recipients.map(\.fate), interruption: report.interruption,
            elsewhere: report.holders(without: index))
          if let entry { outcome.entries.append(entry) }
        case .failure(.cancelled): try copy.withdraw()
        case .failure(let error):
          if let entry = try copy.settle(error) { outcome.entries.append(entry) }
        }
      } catch {
        outcome.troubles += Failure(error).sentences.map { "\(copy.record.id) is kept as unknown: \($0)" }
      }
    }
  }

  private static let whyKept = "kept until somebody has the message"

  /// Puts the sender's copy where it belongs once somebody has the message, or may have it; else it waits with the others.
  private func keep(_ ahead: OutboxCopy?, _ outcome: inout Outcome) async {
    guard let kept else { return }
    do throws(OutboxError) {
      guard case .success(let report) = outcome.result, report.isOut else {
        // Where nothing is to be sent later, there will be nothing to remember.
        if outcome.entries.isEmpty {
          try ahead?.withdraw()
        } else {
          // What is not sent by itself keeps nothing waiting.
          let isHeld = outcome.entries.allSatisfy { $0.state == .held }
          let entry = try isHeld ? ahead?.hold(because: Self.whyKept) : ahead?.wait(because: Self.whyKept)
          outcome.entries += [entry].compactMap(\.self)
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
  var isOut: Bool { !holders().isEmpty }

  /// Who has the message, or may have it: by all copies, or by others than one.
  func holders(without copy: Int? = nil) -> [AddrSpec] {
    copies.indices.filter { $0 != copy }.flatMap { copies[$0].recipients }
      .filter { $0.fate.isAccepted || $0.fate.isUnknown }.map(\.address)
  }
}

extension Failure {
  /// Why a message is not sent that somebody has, or may have, by an entry of the outbox.
  fileprivate init(repeating entry: OutboxEntry) {
    let group = entry.id.group
    let forgets = "`postseal outbox drop \(group)` forgets it"
    switch entry.state {
    case .sending:
      self.init(
        .tryAgain, "not sent: this message is being sent already, as \(entry.id)",
        hint: "see `postseal outbox list` when that has ended")
    case .unknown:
      self.init(
        .tryAgain, "not sent: this message is in the outbox already, as \(entry.id), and somebody may have it",
        hint: "see `postseal outbox list`; `postseal outbox send --resend \(entry.id)` sends that one, \(forgets)")
    case .waiting, .held:
      let names = entry.holders.prefix(3).map(\.text).joined(separator: ", ")
      let more = entry.holders.count > 3 ? " and \(entry.holders.count - 3) more" : ""
      self.init(
        .tryAgain,
        "not sent: this message is in the outbox already, as \(entry.id), and has gone to \(TerminalText.visible(names))\(more)",
        hint: "`postseal outbox send \(group)` sends it to those who do not have it, \(forgets)")
    }
  }
}
