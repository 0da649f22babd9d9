import ByteStreams
import MailTransport
import SealedMail

/// A message on its way into another mailbox.
struct ArchivedMessage {
  let message: StoredMessage
  let archive: any MailboxWriter

  /// What is to become of a message.
  enum Decision {
    /// It is written like this; with the outcome where it was judged, and what is worth knowing of it.
    case written(MailboxRun.Outcome?, note: String? = nil, (any StoringSink) throws -> Void)
    /// It is written as it is: for this reason, if there is one.
    case copied(Failure? = nil)
    /// It is not written: for this reason, or the outcome's.
    case refused(MailboxRun.Outcome?, Failure? = nil)
  }

  /// Writes it as `decide` says, unless it is there.
  ///
  /// - Throws: what would meet every other message too.
  func write(_ decide: (StoredMessage) throws -> Decision) throws -> MessageFinding {
    var delivery: Delivery
    do throws(StreamError) { delivery = try message.delivery() } catch {
      guard let failure = Failure(ofOneMessage: error) else { throw error }
      return finding(.failed(failure), .refused, failure)
    }
    switch archive.claim(delivery.base) {
    case .free: break
    case .isTaken where !delivery.isNamedByContent:
      let failure = Failure(.cannotCreate, "another message has the same name")
      return finding(.failed(failure), .refused, failure)
    case .isThere, .isTaken: return finding(nil, .present, nil)
    }
    var isWritten = false
    defer { if !isWritten { archive.release(delivery.base) } }
    do {
      switch try decide(message) {
      case .refused(let outcome, let failure):
        let row = outcome.map { MessageRow(message: message, outcome: $0, unmet: nil) }
        return finding(outcome, .refused, failure ?? row?.failure)
      case .written(let outcome, let note, let write):
        // What was sealed has no `>` that an mbox put there.
        if case .opened(let opened) = outcome, opened.verdict.encryption != .none { delivery.isQuoted = false }
        let parcel = try deliver(delivery, write)
        isWritten = true
        return finding(outcome, .written, nil, parcel).noting(note)
      case .copied(let failure):
        let bytes = try message.bytes()
        let parcel = try deliver(delivery) { try bytes.source().copy(to: $0) }
        try bytes.checkUnchanged()
        isWritten = true
        return finding(nil, .copied, failure, parcel)
      }
    } catch StreamError.exists {
      return finding(nil, .present, nil)
    } catch {
      guard let failure = Failure(ofOneMessage: error) else { throw error }
      return finding(.failed(failure), .refused, failure)
    }
  }

  private func deliver(_ delivery: Delivery, _ write: (any StoringSink) throws -> Void) throws -> Parcel? {
    let draft = try archive.draft(for: delivery)
    try write(draft)
    return try archive.finish(draft, as: delivery, at: message.delivered(message.bytes()))
  }

  private func finding(
    _ outcome: MailboxRun.Outcome?, _ deed: MessageFinding.Deed, _ failure: Failure?, _ parcel: Parcel? = nil
  ) -> MessageFinding {
    let status = failure?.status ?? .done
    let row = outcome.map { MessageRow(message: message, outcome: $0, unmet: nil) }
    let json = row?.json(status: status) ?? message.json(failure)
    return MessageFinding(
      number: message.number, name: message.name, status: status, keyword: row?.keyword ?? "", deed: deed,
      failure: failure, json: json, parcel: parcel)
  }
}

extension StoredMessage {
  /// The members of the JSON line of a message that was not judged.
  func json(_ failure: Failure?) -> JSONValue {
    (failure?.json ?? .report([:])).adding("message", .string(name)).adding("number", .number(number))
      .adding("status", .number(Int((failure?.status ?? .done).rawValue)))
  }
}
