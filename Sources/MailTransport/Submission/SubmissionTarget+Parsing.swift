package import SystemPackage

extension SubmissionTarget {
  /// Reads `sendmail:`, `sendmail:/path`, `maildir:PATH`, `smtps://[user@]host[:port]`, `smtp+starttls://…` or `smtp://…`.
  ///
  /// A path is absolute, or starts with `~/` and is taken below `home`. A user name may be percent-encoded; a password is
  /// refused wherever it stands.
  ///
  /// - Throws: `TransportError.target`.
  package init(
    parsing text: String, home: FilePath? = nil, plaintext: PlaintextPermission = .loopbackOnly
  ) throws(TransportError) {
    guard let colon = text.firstIndex(of: ":") else { throw .target(.unknownScheme(ForeignText(text).description)) }
    let scheme = text[..<colon].lowercased()
    let rest = text[text.index(after: colon)...]
    switch scheme {
    case "sendmail":
      self = .sendmail(rest.isEmpty ? nil : try Self.path(rest, home: home))
    case "maildir":
      self = .maildir(try Self.path(rest, home: home))
    case "smtps": self = .smtp(try MailServer(parsing: rest, .smtp, .implicitTLS, plaintext: plaintext))
    case "smtp+starttls": self = .smtp(try MailServer(parsing: rest, .smtp, .startTLS, plaintext: plaintext))
    case "smtp": self = .smtp(try MailServer(parsing: rest, .smtp, .plaintext, plaintext: plaintext))
    default: throw .target(.unknownScheme(ForeignText(scheme).description))
    }
  }

  private static func path(_ text: Substring, home: FilePath?) throws(TransportError) -> FilePath {
    let shown = ForeignText(String(text)).description
    guard !text.utf8.contains(0) else { throw .target(.path(shown)) }
    if text.hasPrefix("~/"), let home { return home.appending(FilePath(String(text.dropFirst(2))).components) }
    // `maildir:///path` and `sendmail:///path` are what URLs of files look like.
    let path = FilePath(String(text.hasPrefix("///") ? text.dropFirst(2) : text))
    guard path.isAbsolute else { throw .target(.path(shown)) }
    return path
  }
}
