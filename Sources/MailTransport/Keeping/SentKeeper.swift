package import MIME

/// A place where a sender keeps copies of what they sent: a Maildir, or a folder on a server.
package protocol SentKeeper: Sendable {
  /// What reports call it; no password is in it.
  var name: String { get }

  /// Puts a message there, seen by its owner; under a name that is there already nothing is done.
  ///
  /// - Parameters:
  ///   - message: the copy, sealed to its owner alone.
  ///   - name: of this message alone, the same when it is tried again: letters, digits and hyphens.
  ///   - time: when it was sent, in seconds since 1970.
  /// - Throws: `TransportError` when it is not there for sure.
  func keep(_ message: SubmittableMessage, called name: String, at time: Int64) async throws(TransportError)
}
