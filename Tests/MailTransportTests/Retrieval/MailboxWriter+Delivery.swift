import ByteStreams
import MailTransport

extension MailboxWriter {
  /// Delivers a message, durable when this returns; false when one of its name is there already.
  ///
  /// - Parameter time: when it was delivered first, in seconds since 1970; nil for now.
  /// - Throws: what reading `content` throws; as `deliver`.
  func deliver(
    _ content: any ByteSource, as delivery: Delivery, at time: Int64?
  ) throws(StreamError) -> Bool {
    guard claim(delivery.base) == .free else { return false }
    do throws(StreamError) {
      let draft = try draft(for: delivery)
      try content.copy(to: draft)
      if let parcel = try finish(draft, as: delivery, at: time) { try deliver(parcel) }
      return true
    } catch {
      release(delivery.base)
      if case .exists = error { return false }
      throw error
    }
  }
}
