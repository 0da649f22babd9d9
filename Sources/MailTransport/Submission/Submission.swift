package import MIME

/// One copy to hand over: for whom, what, and how reports name it.
package struct Submission: Sendable {
  /// Who sends it, and who receives this copy.
  package let envelope: Envelope
  /// The finished message.
  package let message: SubmittableMessage

  /// What reports call this copy, such as "message" or "copy for a blind recipient"; not sent.
  package let label: String

  /// Which word of its fate is wanted; nil for what the servers do by themselves.
  package let notice: DeliveryNotice?

  package init(envelope: Envelope, message: SubmittableMessage, label: String, notice: DeliveryNotice? = nil) {
    self.envelope = envelope
    self.message = message
    self.label = label
    self.notice = notice
  }
}
