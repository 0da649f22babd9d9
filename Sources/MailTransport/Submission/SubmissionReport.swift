package import MIME

/// What became of each copy for each recipient.
package struct SubmissionReport: Sendable, Equatable {
  /// Through what it went, such as `mail.example.org:465 (TLS 1.3)`, `/usr/sbin/sendmail` or a Maildir's path.
  package let channel: String

  /// One for each copy, in the order they were given.
  package let copies: [CopyReport]

  /// What ended the work early, when something did.
  package let interruption: TransportError?

  /// Whether word of the messages' fate was wanted and this way has none to give.
  package let lacksNotices: Bool

  package init(
    channel: String, copies: [CopyReport], interruption: TransportError? = nil, lacksNotices: Bool = false
  ) {
    self.channel = channel
    self.copies = copies
    self.interruption = interruption
    self.lacksNotices = lacksNotices
  }

  /// The finding over all recipients of all copies.
  package enum Finding: Sendable, Hashable {
    case all
    case some
    case none
    /// For somebody it cannot be known; a second attempt could deliver twice.
    case unknown
  }

  package var finding: Finding {
    let fates = copies.flatMap(\.recipients).map(\.fate)
    if fates.contains(where: \.isUnknown) { return .unknown }
    let accepted = fates.count(where: \.isAccepted)
    return accepted == fates.count ? .all : accepted == 0 ? .none : .some
  }

  /// The class of what went wrong; nil when everybody's copy was accepted.
  ///
  /// When nobody's was: try later if somebody was refused for the time being, else refused for good, else what ended the work.
  package var failure: FailureKind? {
    switch finding {
    case .all: return nil
    case .some: return .partlyDelivered
    case .unknown: return .tryAgain
    case .none:
      let fates = copies.flatMap(\.recipients).map(\.fate)
      if fates.contains(where: \.isTemporary) { return .tryAgain }
      if fates.contains(where: \.isPermanent) { return .recipientsRefused }
      return interruption?.kind ?? .tryAgain
    }
  }
}

/// What became of one copy.
package struct CopyReport: Sendable, Equatable {
  /// The label of the copy's `Submission`.
  package let label: String

  /// One for each recipient of the envelope, in its order.
  package let recipients: [RecipientReport]

  package init(label: String, recipients: [RecipientReport]) {
    self.label = label
    self.recipients = recipients
  }

  /// One fate for each recipient of `copy`.
  init(_ copy: Submission, fates: [RecipientFate]) {
    self.init(
      label: copy.label,
      recipients: zip(copy.envelope.recipients, fates).map { RecipientReport(address: $0, fate: $1) })
  }

  /// The same fate for every recipient of `copy`.
  init(_ copy: Submission, everybody fate: RecipientFate) {
    self.init(copy, fates: copy.envelope.recipients.map { _ in fate })
  }

  /// Whether somebody got the copy or may get it.
  var wasHandedOver: Bool { recipients.contains { $0.fate.isAccepted || $0.fate.isUnknown } }

  /// Whether anything is known of it beyond that it was kept back.
  var hasAnswer: Bool { recipients.contains { $0.fate != .withheld } }
}

/// What became of one copy for one recipient.
package struct RecipientReport: Sendable, Equatable {
  /// The recipient.
  package let address: AddrSpec
  /// What became of the copy for them.
  package let fate: RecipientFate

  package init(address: AddrSpec, fate: RecipientFate) {
    self.address = address
    self.fate = fate
  }
}

/// What became of one copy for one recipient: the four things that can be known, and that it cannot.
package enum RecipientFate: Sendable, Equatable {
  /// Taken over; with the words of the server, such as `250 2.0.0 Ok: queued as 4F1A2`, or where it was put.
  case accepted(ForeignText)
  /// Refused, and the same attempt may succeed later.
  case refusedTemporarily(ForeignText)
  /// Refused for good.
  case refusedPermanently(ForeignText)
  /// Not handed over: the recipient was not refused, but another was, or the work ended early.
  case withheld
  /// The whole copy was handed over and no answer came: it may or may not arrive, and must not be sent again in silence.
  case unknown(ForeignText)

  package var isAccepted: Bool { if case .accepted = self { true } else { false } }
  package var isTemporary: Bool { if case .refusedTemporarily = self { true } else { false } }
  package var isPermanent: Bool { if case .refusedPermanently = self { true } else { false } }
  package var isUnknown: Bool { if case .unknown = self { true } else { false } }
}
