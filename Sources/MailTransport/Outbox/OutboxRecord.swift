package import MIME

/// What the outbox knows of an entry beside its message.
package struct OutboxRecord: Sendable, Equatable {
  package let id: OutboxID
  package let purpose: OutboxPurpose
  /// When it was written, in seconds since 1970.
  package let time: Int64
  /// What reports call the copy, such as "message" or "blind copy".
  package let label: String
  /// What protects the message: never clear text.
  package let protection: SubmittableMessage.Protection
  /// The account it was sent by; nil for none.
  package let account: String?
  /// The way as it was named: a submission URL, or where sent mail is kept; it holds no password.
  package let way: String
  /// The Message-ID that the message came with, as it was written; nil for one that we made.
  package let messageID: String?
  /// Which word of its fate is wanted; nil for what the servers do by themselves.
  package let notice: DeliveryNotice?
  /// Why it is here; nil as long as nothing happened to it.
  package var reason: String?
  /// Where word of a failure goes.
  package let reversePath: Envelope.ReversePath
  /// The recipients of its envelope; at least one.
  package var recipients: [OutboxRecipient]
  /// Who has the message, or may have it, by another copy of it.
  package var elsewhere: [AddrSpec] = []
  /// The fingerprint of the sender's own certificate, in capital hex: every copy is encrypted to it, too, or only signed by it; nil for
  /// none.
  package var own: String?

  /// Who still has to get it.
  package var pending: [OutboxRecipient] { recipients.filter { $0.isPending } }

  /// Remembers who has the message, or may have it, by another copy.
  mutating func note(_ addresses: [AddrSpec]) {
    elsewhere += addresses.filter { address in
      !elsewhere.contains(address) && !recipients.contains { $0.address == address }
    }
  }

  /// Where it belongs by what is known of its recipients; nil when everybody has it.
  var state: OutboxState? {
    if purpose != .delivery { return purpose == .refused ? .held : .waiting }
    if recipients.contains(where: { $0.fate == .unknown }) { return .unknown }
    if recipients.contains(where: { $0.fate == .waiting }) { return .waiting }
    return recipients.contains { $0.fate == .refused } ? .held : nil
  }
}

/// One recipient of an entry.
package struct OutboxRecipient: Sendable, Equatable {
  package let address: AddrSpec
  /// The fingerprint of the certificate that the message was encrypted to for them, in capital hex; nil where it was not.
  package let certificate: String?
  package var fate: Fate

  /// What is known of the copy for this recipient.
  package enum Fate: String, Sendable, CaseIterable {
    /// It has to be handed over.
    case waiting
    /// It was handed over and is not to be handed over again.
    case accepted
    /// Refused for good.
    case refused
    /// Handed over, without an answer.
    case unknown
  }

  package init(address: AddrSpec, certificate: String?, fate: Fate = .waiting) {
    self.address = address
    self.certificate = certificate
    self.fate = fate
  }

  var isPending: Bool { fate != .accepted }
}
