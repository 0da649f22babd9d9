package import ByteStreams

/// Why what lasts between runs cannot be read or kept; nothing of it was changed.
package enum MailStateError: Error, Equatable, Sendable {
  /// The folder or the file cannot be made, or be made private.
  case file(StreamError)
  /// The file is no database, or a broken one.
  case corrupted(path: String)
  /// A newer version of this program wrote it.
  case newer(path: String)
  /// Another run holds it for longer than anybody waits.
  case busy(path: String)
  /// SQLite failed; its words.
  case failed(path: String, reason: String)
}
