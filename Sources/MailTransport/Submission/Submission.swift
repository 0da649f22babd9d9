package import MIME

/// One copy to hand over: for whom, what, and how reports name it.
package struct Submission: Sendable {
  /// Who sends it, and who receives this copy.
  package let envelope: Envelope
  /// The finished message.
  package let message: SubmittableMessage

  /// What reports call this copy, such as "message" or "copy for a blind recipient"; not sent.
  package let label: String

  package init(envelope: Envelope, message: SubmittableMessage, label: String) {
    self.envelope = envelope
    self.message = message
    self.label = label
  }
}
