import ByteStreams
package import MIME
import SystemPackage

/// One copy that this run hands over: its file lies in `sending`, locked, until it is settled.
package struct OutboxCopy: Sendable {
  let outbox: Outbox
  package let record: OutboxRecord
  package let message: SubmittableMessage
  /// Keeps other runs away for as long as it lives; nil for what was never in `sending`.
  let lock: HeldFile?

  /// What has to be handed over: the message, for those who do not have it yet.
  ///
  /// - Throws: `TransportError.envelope` never for what was written ahead.
  package func submission() throws(TransportError) -> Submission {
    Submission(
      envelope: try Envelope(from: record.reversePath, to: record.pending.map(\.address)), message: message,
      label: record.label, notice: record.notice)
  }

  /// Says what became of it for each recipient of `submission()`, in order.
  ///
  /// Who accepted it is done with; who was refused for now, or not asked, waits; who was refused for good is held; an unknown fate stays
  /// so. The file goes where the most doubtful of them belongs.
  /// - Parameters:
  ///   - interruption: what ended the work early, when something did.
  ///   - elsewhere: who has the message now, or may have it, by another copy.
  /// - Returns: what is left; nil when everybody has it.
  /// - Throws: `stream`; the entry is then still there, `unknown` unless nobody has it.
  @discardableResult
  package func settle(
    _ fates: [RecipientFate], interruption: TransportError? = nil, elsewhere: [AddrSpec] = []
  ) throws(OutboxError) -> OutboxEntry? {
    var settled = record
    settled.note(elsewhere)
    var reasons: [(AddrSpec, String)] = []
    var rest = fates[...]
    for index in settled.recipients.indices where settled.recipients[index].isPending {
      guard let fate = rest.popFirst() else { break }
      settled.recipients[index].fate = fate.inOutbox
      guard !fate.isAccepted else { continue }
      reasons.append((settled.recipients[index].address, fate.reason(interruption)))
    }
    settled.reason = Self.reason(reasons)
    return try move(settled)
  }

  /// Says that the work ended before anybody was asked: everybody waits, or is held where the same attempt can only fail again.
  ///
  /// - Throws: `stream`.
  @discardableResult
  package func settle(_ error: TransportError) throws(OutboxError) -> OutboxEntry? {
    var settled = record
    for index in settled.recipients.indices where settled.recipients[index].isPending {
      settled.recipients[index].fate = error.isFinal ? .refused : .waiting
    }
    settled.reason = error.description
    return try move(settled)
  }

  /// Takes it back: nobody was asked, and nobody is to be asked again; or it is where it was to be kept.
  ///
  /// - Throws: `stream`.
  package func withdraw() throws(OutboxError) {
    // Until here nobody else may think that we are gone.
    defer { extendLifetime(lock) }
    let folder = outbox.folder(.sending)
    folder.remove(record.id.fileName)
    try OutboxError.streaming { () throws(StreamError) in try folder.sync() }
  }

  /// Lets it wait again, as it is or for another reason: for what is to be kept and not handed over.
  ///
  /// - Throws: `stream`.
  @discardableResult
  package func wait(because reason: String?) throws(OutboxError) -> OutboxEntry? {
    var settled = record
    settled.reason = reason ?? record.reason
    return try move(settled)
  }

  /// Holds it: what it belongs to is not sent by itself.
  ///
  /// - Throws: `stream`.
  @discardableResult
  package func hold(because reason: String) throws(OutboxError) -> OutboxEntry? {
    var settled = record
    settled.reason = reason
    return try move(settled, to: .held)
  }

  /// Writes what is known where it belongs, and only then takes away what lies in `sending`.
  ///
  /// A run that ends in between leaves both, of which the one that is not in `sending` counts.
  private func move(_ settled: OutboxRecord, to place: OutboxState? = nil) throws(OutboxError) -> OutboxEntry? {
    defer { extendLifetime(lock) }
    guard let state = place ?? settled.state else {
      try withdraw()
      return nil
    }
    do throws(OutboxError) {
      try outbox.write(settled, message, into: state)
      try withdraw()
      return entry(settled, state)
    } catch {
      // A disk that takes no new file may still take a new name; what was recorded then is less, and never more than was known.
      let isUntouched =
        settled.recipients.allSatisfy { $0.fate == .waiting || $0.fate == .refused }
        && settled.elsewhere == record.elsewhere
      let state: OutboxState = isUntouched ? .waiting : .unknown
      guard (try? outbox.move(record.id, from: .sending, to: state)) != nil else { throw error }
      return entry(record, state)
    }
  }

  private func entry(_ record: OutboxRecord, _ state: OutboxState) -> OutboxEntry {
    OutboxEntry(record: record, state: state, octets: message.bytes.count, path: outbox.file(record.id, in: state))
  }

  /// One sentence for all who do not have it: the same words once, others with the address they are about.
  private static func reason(_ reasons: [(address: AddrSpec, words: String)]) -> String? {
    guard let first = reasons.first else { return nil }
    if reasons.allSatisfy({ $0.words == first.words }) { return first.words }
    let shown = reasons.prefix(20).map { "\($0.address.text): \($0.words)" }.joined(separator: "; ")
    return reasons.count > 20 ? "\(shown); and \(reasons.count - 20) more" : shown
  }
}

extension Outbox {
  /// Gives the file of an entry its other state, and brings both folders to the disk.
  func move(_ id: OutboxID, from old: OutboxState, to new: OutboxState) throws(OutboxError) {
    try OutboxError.streaming { () throws(StreamError) in
      try folder(new).rename(id.fileName, of: folder(old), to: id.fileName)
      try folder(new).sync()
      try folder(old).sync()
    }
  }
}

extension RecipientFate {
  fileprivate var inOutbox: OutboxRecipient.Fate {
    switch self {
    case .accepted: .accepted
    case .refusedTemporarily, .withheld: .waiting
    case .refusedPermanently: .refused
    case .unknown: .unknown
    }
  }

  fileprivate func reason(_ interruption: TransportError?) -> String {
    switch self {
    case .accepted: ""
    case .refusedTemporarily(let words): "refused for now: \(words)"
    case .refusedPermanently(let words): "refused: \(words)"
    case .withheld: interruption?.description ?? "not handed over, because another recipient was refused"
    case .unknown(let words): words.description
    }
  }
}

extension TransportError {
  /// Whether the same message can never go the same way.
  var isFinal: Bool {
    switch self {
    case .content, .messageTooLarge, .extensionMissing, .envelope: true
    default: false
    }
  }
}
