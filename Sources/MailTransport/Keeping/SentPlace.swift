package import SystemPackage

/// A place that can keep sent mail, as a URL names it.
package enum SentPlace: Sendable {
  case maildir(FilePath)
  /// A mailbox of an IMAP server.
  case mailbox(RetrievalSource)

  /// Reads `maildir:PATH`, or `imaps://USER@HOST/MAILBOX` and its kin.
  ///
  /// - Throws: `TransportError.target`.
  package init(
    parsing text: String, home: FilePath? = nil, plaintext: PlaintextPermission = .loopbackOnly
  ) throws(TransportError) {
    if RetrievalSource.isURL(text) {
      let source = try RetrievalSource(parsing: text, plaintext: plaintext)
      guard source.spoken == .imap else { throw Self.unknown(text) }
      guard source.uid == nil else { throw .target(.trailing(ForeignText(source.url).description)) }
      self = .mailbox(source)
    } else if text.lowercased().hasPrefix("maildir:"),
      case .maildir(let path) = try SubmissionTarget(parsing: text, home: home)
    {
      self = .maildir(path)
    } else {
      throw Self.unknown(text)
    }
  }

  private static func unknown(_ text: String) -> TransportError {
    .target(.unknownKeeper(ForeignText(text).description))
  }
}
